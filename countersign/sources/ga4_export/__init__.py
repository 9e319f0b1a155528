"""GA4 events that BigQuery exported to Parquet or JSON files of the workspace: events and their sessions."""
