"""What every room shares: settings, errors, records, warehouse, snapshot. Imports nothing of ours."""
