"""Policy, checks, ledger, people, reviews and publishing: people decide here, nothing else does."""
