"""Policy checks on a rendered draft: each passes, flags or blocks, with the span and the reason."""
