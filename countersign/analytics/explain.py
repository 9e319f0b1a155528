"""Recompute a fact from its snapshot, down to the cells of the marts, and show the rows behind it."""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import duckdb

from countersign.analytics.book import as_number
from countersign.analytics.fitted import fit_anew
from countersign.analytics.functions import function_named
from countersign.core.contracts import (
    Agreed,
    Derived,
    Elapsed,
    Fact,
    Fitted,
    Number,
    Record,
    Recorded,
    Snapshot,
)
from countersign.core.errors import SnapshotError
from countersign.core.warehouse import quote_name, quote_text, read_rows

MOST_ROWS = 20

# Relative difference that two runs of one floating-point computation may show.
FLOAT_TOLERANCE = 1e-9
FIT_TOLERANCE = 1e-6

_DATE_COLUMNS = ("report_day", "week_start", "cohort_month")


class Explanation(Record):
    """A fact computed again: the value, whether it equals the recorded one, and what it rests on.

    `sql` is None for a derived fact, whose `inputs` explain it instead; `rows` are up to MOST_ROWS
    rows of the mart in the fact's window and place, `table` names that mart.
    """

    fact: Fact
    value: Number | None
    matches: bool
    sql: str | None = None
    table: str | None = None
    rows: tuple[dict[str, Any], ...] = ()
    inputs: tuple["Explanation", ...] = ()


def tables_behind(facts: Iterable[Fact], snapshot: Snapshot) -> dict[str, list[str]]:
    """The tables that facts read, each with all of its columns: what a recomputation may see.

    A fact's columns are those that it measures; its SQL also asks by key and by day. Whoever recomputes
    owns the workspace, and the SQL had run within the agent's grant when it was drafted.
    """
    read = sorted({column.partition(".")[0] for fact in facts for column in fact.columns})
    return {name: list(snapshot.tables[name].columns) for name in read if name in snapshot.tables}


def recompute(
    fact: Fact,
    facts_by_id: Mapping[str, Fact],
    *,
    connection: duckdb.DuckDBPyConnection,
    done: dict[str, Explanation] | None = None,
) -> Explanation:
    """Compute a fact again from the snapshot, and every fact it rests on.

    Args:
        fact: the fact to explain.
        facts_by_id: holds at least the facts it was derived from.
        connection: the fact's snapshot, opened with `tables_behind` the facts.
        done: what earlier calls on the same connection explained, by fact id; filled by this one.

    Raises:
        SnapshotError: an input is missing, a function or version is unknown, or the SQL does not
            run on what was granted.
    """
    return _recompute(fact, facts_by_id, connection, done={} if done is None else done)


def same_number(recorded: Number | None, computed: Number | None) -> bool:
    """Whether two runs agree: decimals and integers exactly, floats to 1e-9 relative.

    >>> same_number(Decimal("1.10"), Decimal("1.1")), same_number(0.1 + 0.2, 0.3), same_number(None, 0)
    (True, True, False)
    """
    if recorded is None or computed is None:
        return recorded is computed
    if isinstance(recorded, float) or isinstance(computed, float):
        return math.isclose(recorded, computed, rel_tol=FLOAT_TOLERANCE, abs_tol=1e-12)
    return Decimal(recorded) == Decimal(computed)


def same_fit(recorded: Number | None, computed: Number | None) -> bool:
    """Whether two fits agree: to 1e-6 relative, because linear algebra differs between processors."""
    if recorded is None or computed is None:
        return recorded is computed
    return math.isclose(float(recorded), float(computed), rel_tol=FIT_TOLERANCE, abs_tol=FIT_TOLERANCE)


def _recompute(
    fact: Fact,
    facts_by_id: Mapping[str, Fact],
    connection: duckdb.DuckDBPyConnection,
    *,
    done: dict[str, Explanation],
) -> Explanation:
    if fact.id not in done:
        if isinstance(fact.definition, Derived):
            done[fact.id] = _rederive(fact, facts_by_id, connection, done=done)
        elif isinstance(fact.definition, Fitted):
            value = fit_anew(fact.definition, connection)
            done[fact.id] = Explanation(fact=fact, value=value, matches=same_fit(fact.value, value))
        elif isinstance(fact.definition, Recorded):
            # Whether the ledger holds these entries is for the caller to look up; here they are counted.
            count = len(set(fact.definition.entries))
            done[fact.id] = Explanation(fact=fact, value=count, matches=fact.value == count)
        elif isinstance(fact.definition, Elapsed):
            days = (fact.definition.end - fact.definition.start).days
            done[fact.id] = Explanation(fact=fact, value=days, matches=fact.value == days)
        elif isinstance(fact.definition, Agreed):
            agreed = fact.definition.value
            done[fact.id] = Explanation(fact=fact, value=agreed, matches=same_number(fact.value, agreed))
        else:
            done[fact.id] = _requery(fact, fact.definition.sql, connection=connection)
    return done[fact.id]


def _rederive(
    fact: Fact,
    facts_by_id: Mapping[str, Fact],
    connection: duckdb.DuckDBPyConnection,
    *,
    done: dict[str, Explanation],
) -> Explanation:
    definition = fact.definition
    assert isinstance(definition, Derived)  # noqa: S101 - narrows the type; the caller looked
    missing = [wanted for wanted in definition.inputs if wanted not in facts_by_id]
    if missing:
        raise SnapshotError(
            "A fact rests on facts that the draft does not hold.",
            found=f"{fact.id} needs {', '.join(missing[:3])}",
            fix="draft the report again; a draft must hold its facts with all their inputs",
        )
    inputs = tuple(
        _recompute(facts_by_id[wanted], facts_by_id, connection, done=done) for wanted in definition.inputs
    )
    function = function_named(definition.function, definition.version)
    value = function([explanation.value for explanation in inputs], definition.arguments)
    return Explanation(fact=fact, value=value, matches=same_number(fact.value, value), inputs=inputs)


def _requery(fact: Fact, sql: str, *, connection: duckdb.DuckDBPyConnection) -> Explanation:
    try:
        row = connection.execute(sql).fetchone()
    except duckdb.Error as error:
        raise SnapshotError(
            "A fact's SQL does not run on its snapshot.",
            found=f"{fact.id}: {str(error).splitlines()[0][:200]}",
            fix="open the snapshot with every column that the fact names, or restore the snapshot",
        ) from error
    value = as_number(row[0]) if row else None
    table, rows = source_rows(fact, connection)
    return Explanation(
        fact=fact, value=value, matches=same_number(fact.value, value), sql=sql, table=table, rows=rows
    )


def source_rows(
    fact: Fact, connection: duckdb.DuckDBPyConnection, *, limit: int = MOST_ROWS
) -> tuple[str | None, tuple[dict[str, Any], ...]]:
    """The mart that a fact reads, and up to `limit` of its rows in the fact's window and place."""
    if not fact.columns:
        return None, ()
    table = fact.columns[0].partition(".")[0]
    described = connection.execute(f"describe marts.{quote_name(table)}").fetchall()
    present = [row[0] for row in described]
    places = {name: value for name, value in fact.dimensions.items() if name in present}
    shown = [name.partition(".")[2] for name in fact.columns if name.startswith(f"{table}.")]
    days = [name for name in _DATE_COLUMNS if name in present][:1]
    keys = [*days, *(["channel"] if "channel" in present else []), *places]
    names = [name for name in dict.fromkeys([*keys, *shown]) if name in present]
    tests = [f"cast({quote_name(name)} as varchar) = {quote_text(value)}" for name, value in places.items()]
    if fact.window is not None:
        tests += [f"{day} >= date '{fact.window.start}' and {day} < date '{fact.window.end}'" for day in days]
    where = f" where {' and '.join(tests)}" if tests else ""
    listed = ", ".join(quote_name(name) for name in names)
    sql = f"select {listed} from marts.{quote_name(table)}{where} order by all limit {limit}"
    return table, tuple(read_rows(connection, sql))
