"""Intercom: conversations that customers began or answered, as support tickets."""
