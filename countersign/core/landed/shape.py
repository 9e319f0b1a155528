"""What a landed table is: columns with units, a grain, a key, and the bookkeeping that all share."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LandedColumn:
    """One column: DuckDB type, what it means with its unit, and whether it may be missing.

    `personal` columns hold raw personal data in a source; they are landed only as pseudonyms.
    `free_text` columns are what somebody wrote: people's names, numbers and addresses in them are masked.
    """

    name: str
    type: str
    meaning: str
    required: bool = False
    personal: bool = False
    free_text: bool = False


@dataclass(frozen=True)
class LandedTable:
    """One canonical table. `day` is the column that dates a row, None where rows have no date."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[LandedColumn, ...]
    day: str
    time_zone: str

    def column(self, name: str) -> LandedColumn:
        """A column by name; KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


# Every landed Parquet file also carries these, in this order, after the table's own columns.
BOOKKEEPING = (
    LandedColumn("_batch_id", "varchar", "Batch the row came in.", required=True),
    LandedColumn("_source", "varchar", "Source as named in config/sources.yaml.", required=True),
    LandedColumn("_file", "varchar", "File the row came from, relative to the workspace."),
    LandedColumn("_row", "bigint", "Number of the row in its batch, from 1.", required=True),
    LandedColumn("_bad", "varchar", "Why a value could not be read; null when all could."),
)

UTC = "timestamps in UTC; the source's zone in source_time_zone"
ZONE = LandedColumn("source_time_zone", "varchar", "IANA zone that the source's times were in.")
