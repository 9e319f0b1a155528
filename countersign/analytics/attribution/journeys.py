"""A table of paths made ready for every model: equal paths once, steps as numbers, in DuckDB.

Nothing that grows with the number of touches comes to Python; DuckDB spills what does not fit its
memory limit.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import duckdb

from countersign.core.errors import QualityError
from countersign.core.warehouse import quote_name, quote_text


@dataclass(frozen=True)
class PathColumns:
    """The columns of a table of paths.

    Attributes:
        path: steps in order, e.g. 'Paid search > E-mail'; null or empty when no touch is known.
        conversions: conversions that such journeys ended with.
        value: value of those conversions.
        nulls: journeys that ended without one; None when the table has no such column.
        ages: days from each touch to the conversion, as '7.5 > 0.25'; only time decay needs it.
        separator: what stands between two steps.
    """

    path: str = "path"
    conversions: str = "conversions"
    value: str = "value"
    nulls: str | None = "nulls"
    ages: str | None = None
    separator: str = " > "


@dataclass(frozen=True)
class Journeys:
    """Distinct journeys in a temporary table: `steps` (an enum list), `touches`, and their sums.

    Attributes:
        table: its name; columns steps, touches, conversions, value, nulls (and ages, when asked for).
        channels: the names behind the numbers, sorted.
        conversions: of rows with a path.
        value: of rows with a path.
        not_linked: conversions of rows without a path.
        not_linked_value: their value.
    """

    table: str
    channels: tuple[str, ...]
    conversions: float
    value: float
    not_linked: float
    not_linked_value: float


def converted_rows(connection: duckdb.DuckDBPyConnection, paths_table: str, *, columns: PathColumns) -> str:
    """A query for the journeys that converted, as they stand: all that rule-based models need.

    Steps are texts here; a row without a path has one touch, whose step is null.

    Args:
        connection: holds the table; nothing is made in it.
        paths_table: name of a table or view, with or without its schema.
        columns: what its columns are called.

    Raises:
        QualityError: a count is negative or not finite, or a value has no conversion.
    """
    table = _quoted(paths_table)
    _check_counts(connection, table, columns)
    path, conversions = quote_name(columns.path), quote_name(columns.conversions)
    ages = f"case when {path} <> '' then {_ages(columns)} else [0.0] end" if columns.ages else "null"
    return f"""(
        select *, len(steps) as touches
        from (
            select
                case when {path} <> '' then string_split({path}, {quote_text(columns.separator)})
                    else [null] end as steps,
                {ages} as ages, cast({conversions} as double) as conversions,
                cast({quote_name(columns.value)} as double) as value
            from {table} where {conversions} > 0
        )
    )"""


@contextmanager
def open_journeys(
    connection: duckdb.DuckDBPyConnection, paths_table: str, *, columns: PathColumns, with_nulls: bool
) -> Iterator[Journeys]:
    """Group equal paths, number their steps, and drop all of it at the end.

    Args:
        connection: holds the table; only temporary tables and a type are made.
        paths_table: name of a table or view, with or without its schema.
        columns: what its columns are called.
        with_nulls: keep journeys that did not convert; only Markov and the rate game need them.

    Raises:
        QualityError: a count is negative or not finite, a value has no conversion, or a path has a
            step without a name.
    """
    table = _quoted(paths_table)
    name = f"journeys_{uuid4().hex}"
    _check_counts(connection, table, columns)
    try:
        _group(connection, table, columns=columns, name=name, with_nulls=with_nulls)
        linkless = f"from {name}_text where steps is null"
        not_linked = _row(connection, f"select sum(conversions), sum(value) {linkless}")
        channels = _number_steps(connection, name, columns=columns)
        conversions, value = _row(connection, f"select sum(conversions), sum(value) from {name}")
        yield Journeys(name, channels, conversions, value, *not_linked)
    finally:
        connection.execute(f"drop table if exists {name}")
        connection.execute(f"drop table if exists {name}_text")
        connection.execute(f"drop type if exists {name}_step")


def _check_counts(connection: duckdb.DuckDBPyConnection, table: str, columns: PathColumns) -> None:
    # It reads no path: texts cost more than all counts together.
    conversions, value = quote_name(columns.conversions), quote_name(columns.value)
    nulls = _nulls(columns)
    (unfit,) = _row(
        connection,
        f"""
        select
            count(*) filter (where not coalesce({conversions} >= 0 and {nulls} >= 0
                and isfinite(cast({conversions} as double)) and isfinite(cast({value} as double))
                and isfinite(cast({nulls} as double)) and ({conversions} > 0 or {value} = 0), false))
        from {table}
        """,
    )
    if unfit:
        raise QualityError(
            "A table of paths has counts that are no counts.",
            found=f"{int(unfit)} rows with a negative, infinite or missing count, or with value of nothing",
            fix="give conversions and nulls of zero or more, and a value (0 without conversion) in every row",
        )


def _group(
    connection: duckdb.DuckDBPyConnection, table: str, *, columns: PathColumns, name: str, with_nulls: bool
) -> None:
    conversions, value = quote_name(columns.conversions), quote_name(columns.value)
    ages = f", {quote_name(columns.ages)}" if columns.ages else ""
    split = f"string_split({quote_name(columns.path)}, {quote_text(columns.separator)})"
    used = f"({conversions} > 0 or {_nulls(columns)} > 0)" if with_nulls else f"{conversions} > 0"
    connection.execute(
        f"""
        create temp table {name}_text as
        select case when {quote_name(columns.path)} <> '' then {split} end as steps,
            {_ages(columns)} as ages, conversions, value, nulls
        from (
            select
                {quote_name(columns.path)}{ages},
                sum(cast({conversions} as double)) as conversions,
                sum(cast({value} as double)) as value,
                sum(cast({_nulls(columns)} as double)) as nulls
            from {table}
            where {used}
            group by all
        )
        """
    )


def _number_steps(
    connection: duckdb.DuckDBPyConnection, name: str, *, columns: PathColumns
) -> tuple[str, ...]:
    found = connection.execute(f"select distinct unnest(steps) from {name}_text").fetchall()
    channels = tuple(sorted(str(step) for (step,) in found))
    refuse_nameless(channels, separator=columns.separator)
    listed = ", ".join(quote_text(channel) for channel in channels) or "'none'"
    connection.execute(f"create temp type {name}_step as enum ({listed})")
    connection.execute(
        f"""
        create temp table {name} as
        select cast(steps as {name}_step[]) as steps, len(steps) as touches, ages, conversions, value, nulls
        from {name}_text where steps is not null
        """
    )
    connection.execute(f"drop table {name}_text")
    return channels


def refuse_nameless(channels: Sequence[str], *, separator: str) -> None:
    """Steps without a name are no steps.

    Raises:
        QualityError: a name is empty or blank.
    """
    if any(not channel.strip() for channel in channels):
        raise QualityError(
            "A path has a step without a name.",
            found=f"two separators {separator!r} with nothing between them",
            fix="leave unknown steps out, or name them",
        )


def _quoted(table: str) -> str:
    return ".".join(quote_name(part) for part in table.split("."))


def _ages(columns: PathColumns) -> str:
    if not columns.ages:
        return "null"
    return f"cast(string_split({quote_name(columns.ages)}, {quote_text(columns.separator)}) as double[])"


def _nulls(columns: PathColumns) -> str:
    return quote_name(columns.nulls) if columns.nulls else "0"


def _row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[float, ...]:
    row = connection.execute(sql).fetchone() or ()
    return tuple(float(cell or 0) for cell in row)
