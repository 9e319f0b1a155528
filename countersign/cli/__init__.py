"""The `countersign` command: one file per command group, heavy imports inside the commands."""
