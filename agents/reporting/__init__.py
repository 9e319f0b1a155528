"""The weekly performance report."""
