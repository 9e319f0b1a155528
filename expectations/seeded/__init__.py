"""Defects planted on purpose, and the table that says which expectation catches each of them."""
