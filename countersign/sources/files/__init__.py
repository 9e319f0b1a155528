"""CSV, TSV, Parquet and JSONL drops, mapped onto the canonical landed tables."""
