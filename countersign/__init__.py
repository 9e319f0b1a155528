"""Countersign: agents prepare the work, people countersign it."""

__version__ = "0.1.0"
