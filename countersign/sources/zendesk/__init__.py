"""Zendesk Support: tickets, with who asked and how long it took."""
