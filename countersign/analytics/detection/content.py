"""What the daily marts hold, as a short key: the same rows give the same key on any connection."""

import duckdb

from countersign.analytics.detection.cube import TABLES

MARKS = ("event_day", "kind", "name", "channel", "campaign_id")
Content = tuple[tuple[str, int, str], ...]


def columns_read(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """The columns of the daily marts that a connection holds and the detection reads, by table."""
    wanted = {
        table.removeprefix("marts."): (*dimensions, "report_day", *measures)
        for table, (dimensions, measures) in TABLES.items()
    }
    wanted["event_marks"] = MARKS
    rows = connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'marts'"
    ).fetchall()
    there = {(str(table), str(column)) for table, column in rows}
    return {
        table: tuple(column for column in columns if (table, column) in there)
        for table, columns in wanted.items()
        if any((table, column) in there for column in columns)
    }


def content_of(connection: duckdb.DuckDBPyConnection) -> Content:
    """Table, number of rows and sum of their hashes, for every daily mart that is there."""
    found = []
    for table, columns in columns_read(connection).items():
        row = connection.execute(
            f"select count(*), cast(sum(hash({', '.join(columns)})) as varchar) from marts.{table}"
        ).fetchone()
        assert row is not None  # noqa: S101 - an aggregate has one row
        found.append((f"{table}({', '.join(columns)})", int(row[0]), str(row[1])))
    return tuple(found)
