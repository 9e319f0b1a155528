"""CSV, TSV, Parquet and JSONL drops, mapped onto the canonical landed tables."""

from countersign.sources.files.landing import land_source
from countersign.sources.files.mapping import FileSource, read_sources

__all__ = ["FileSource", "land_source", "read_sources"]
