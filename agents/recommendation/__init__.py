"""Up to three next actions, each waiting for a person."""
