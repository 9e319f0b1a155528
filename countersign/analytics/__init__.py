"""Facts and findings from a granted snapshot: pure functions, no model, no Prefect."""
