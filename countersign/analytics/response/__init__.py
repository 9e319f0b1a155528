"""Response curves by channel, with what is not known about them, and the budget they advise."""
