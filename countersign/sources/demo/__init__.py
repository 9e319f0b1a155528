"""The demo company: a seeded simulator that writes vendor-like files, and the truth about them."""
