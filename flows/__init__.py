"""Thin Prefect flows: order, retries, schedules; no business rules."""
