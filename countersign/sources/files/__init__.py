"""CSV, TSV, Parquet and JSONL drops, mapped onto the canonical landed tables."""

from countersign.sources.files.checking import ColumnProblem, MappingReport, check_source
from countersign.sources.files.landing import batch_directory, land_source
from countersign.sources.files.sources_file import Source, parse_sources, read_sources

__all__ = [
    "ColumnProblem",
    "MappingReport",
    "Source",
    "batch_directory",
    "check_source",
    "land_source",
    "parse_sources",
    "read_sources",
]
