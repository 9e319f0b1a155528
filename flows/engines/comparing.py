"""Is a table the same on two engines? Same columns, same rows, doubles to 1e-9 of their size."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from countersign.core.warehouse import quote_name
from flows.engines.engine import COMPARED_SCHEMAS, Engine, Table, compared_tables

# Sums of doubles depend on the order of their terms, and engines choose their own.
RELATIVE = 1e-9
_ROUGH = ("DOUBLE", "FLOAT")


@dataclass(frozen=True)
class Difference:
    """A table that is not the same: `problem` says how, `rows` how many rows of both engines are affected."""

    table: str
    rows: int
    problem: str

    def __str__(self) -> str:
        return f"{self.table}: {self.problem}"


def compare_tables(
    warehouse: duckdb.DuckDBPyConnection, engine: Engine, *, only: Sequence[str] = ()
) -> tuple[list[Table], list[Difference]]:
    """Hold every fact and mart of an engine against DuckDB's, or those that `only` names.

    Returns:
        The tables that were compared, and the differences, none when all are equal.
    """
    ours, theirs = compared_tables(warehouse), engine.tables(COMPARED_SCHEMAS)
    if only:
        ours = [table for table in ours if table.name in only]
        theirs = {(schema, name) for schema, name in theirs if name in only}
    differences = []
    for table in ours:
        if (table.schema, table.name) not in theirs:
            differences.append(Difference(_plain(table), 0, "not built on the engine"))
        elif (found := engine.columns(table)) != [name for name, _ in table.columns]:
            differences.append(
                Difference(_plain(table), 0, f"other columns on the engine: {', '.join(found)}")
            )
        else:
            differences += _compare_rows(warehouse, engine.fetch(table), table=table)
    known = {(table.schema, table.name) for table in ours}
    differences += [
        Difference(f"{schema}.{name}", 0, "not built on DuckDB") for schema, name in sorted(theirs - known)
    ]
    return ours, differences


def _compare_rows(warehouse: duckdb.DuckDBPyConnection, theirs: str, *, table: Table) -> list[Difference]:
    missing, extra, off = warehouse.execute(_comparison(table, theirs)).fetchall()[0]
    if not (missing or extra or off):
        return []
    problem = (
        f"{missing} rows only on DuckDB, {extra} only on the engine,"
        f" {off} with a double that differs by more than {RELATIVE:g}"
    )
    example = (
        _example(warehouse, theirs, table=table) if table.schema == "marts" and (missing or extra) else ""
    )
    return [Difference(_plain(table), missing + extra + off, problem + example)]


def _comparison(table: Table, theirs: str) -> str:
    # Rows meet by all that must be exact; rows that are equal in that, by the order of their doubles.
    exact, rough = _parts(table)
    partition = f"partition by {', '.join(exact)}" if exact else ""
    columns = ", ".join([*exact, *rough])
    side = f"select {columns}, row_number() over ({partition} order by {columns}) as position, 1 as is_there"
    casts = ", ".join(
        f"cast({quote_name(name)} as {kind}) as {quote_name(name)}" for name, kind in table.columns
    )
    meets = " and ".join(f"ours.{name} is not distinct from theirs.{name}" for name in [*exact, "position"])
    is_off = " or ".join(_is_off(f"ours.{name}", f"theirs.{name}") for name in rough) or "false"
    return f"""
        with ours as ({side} from {table.quoted}),
        theirs as ({side} from (select {casts} from {theirs}))
        select
            count(*) filter (where theirs.is_there is null),
            count(*) filter (where ours.is_there is null),
            count(*) filter (where ours.is_there = 1 and theirs.is_there = 1 and ({is_off}))
        from ours full join theirs on {meets}
    """


def _example(warehouse: duckdb.DuckDBPyConnection, theirs: str, *, table: Table) -> str:
    # Marts hold no person; a row of each side tells more than its number.
    exact, _ = _parts(table)
    casts = ", ".join(
        f"cast({quote_name(name)} as {kind}) as {quote_name(name)}" for name, kind in table.columns
    )
    said = []
    for place, first, second in (
        ("DuckDB", table.quoted, f"(select {casts} from {theirs})"),
        ("engine", f"(select {casts} from {theirs})", table.quoted),
    ):
        chosen = ", ".join(exact)
        sql = f"select {chosen} from {first} except all select {chosen} from {second} order by all limit 2"
        for row in warehouse.execute(sql).fetchall():
            said.append(f"\n    {place}: " + ", ".join(str(value) for value in row))
    return "".join(said)


def _parts(table: Table) -> tuple[list[str], list[str]]:
    exact = [quote_name(name) for name, kind in table.columns if kind not in _ROUGH]
    rough = [quote_name(name) for name, kind in table.columns if kind in _ROUGH]
    return exact, rough


def _is_off(ours: str, theirs: str) -> str:
    size = f"greatest(abs({ours}), abs({theirs}))"
    return f"(({ours} is null) <> ({theirs} is null) or abs({ours} - {theirs}) > {RELATIVE!r} * {size})"


def _plain(table: Table) -> str:
    return f"{table.schema}.{table.name}"
