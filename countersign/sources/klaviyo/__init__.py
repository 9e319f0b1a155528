"""Klaviyo: e-mail campaigns with their totals, and what each person did with an e-mail."""
