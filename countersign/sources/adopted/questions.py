"""What a company alone can say of adopted tables: channels of its sources, currencies that no table names."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from countersign.core.errors import SourceError
from countersign.core.workspace import Company
from countersign.sources.adopted.copying import cell_sql
from countersign.sources.adopted.matching import Matched
from countersign.sources.adopted.recognising import Recognised
from countersign.sources.adopted.shipped import Question, read_of
from countersign.sources.adopted.stores import Store
from countersign.sources.files.mapping import ColumnMapping, TableMapping

_MOST = 40


@dataclass(frozen=True)
class Value:
    """A value of a column, the rows that hold it, and what it is proposed to be; None where nobody knows."""

    theirs: str
    rows: int
    ours: str | None


@dataclass(frozen=True)
class Asked:
    """One thing to look at: `mapping` is what is written for it, `says` what a person should know of it."""

    table: str
    column: str
    says: str
    mapping: dict[str, object]
    values: tuple[Value, ...] = ()


def ask_for(store: Store, found: Recognised, company: Company) -> list[Asked]:
    """The questions that stay open, each with an answer that can be worked with until it is corrected.

    Raises:
        SourceError: the store cannot give the values.
    """
    asked = [one for table in found.shipped.money if (one := _currency(found, table, company))]
    return asked + [one for question in found.shipped.questions if (one := _values(store, found, question))]


def _currency(found: Recognised, table: str, company: Company) -> Asked | None:
    mapping = _mapping_of(found, table)
    if found.matched[read_of(mapping.files)].table is None:
        return None
    read, _, column = found.shipped.money[table].partition(".")
    origin = found.matched[read]
    if origin.table is not None and column in origin.columns:
        if read != read_of(mapping.files) or mapping.columns["currency"].column != column:
            return None
        return Asked(
            table,
            "currency",
            f"where {column} is empty, {company.reporting_currency} is meant",
            {"column": column, "default": company.reporting_currency},
        )
    said = f"{company.reporting_currency} is assumed: no table says what the amounts are in"
    return Asked(table, "currency", said, {"constant": company.reporting_currency})


def _values(store: Store, found: Recognised, question: Question) -> Asked | None:
    origin = found.matched[question.read]
    mapping = _mapping_of(found, question.table).columns[question.column]
    if origin.table is None or question.by not in origin.columns:
        return None
    is_lower = (mapping.expression or "").startswith("lower(")
    counted = _counted(store, origin, question.by, is_lower=is_lower)
    known = {theirs: str(ours) for theirs, ours in (mapping.values or {}).items() if ours is not None}
    listed = set(mapping.values or {})
    values = tuple(Value(theirs, rows, known.get(theirs)) for theirs, rows in counted[:_MOST])
    if all(value.theirs in listed for value in values):
        return None
    more = f"; {len(counted) - _MOST} rarer ones are not listed" if len(counted) > _MOST else ""
    return Asked(
        question.table,
        question.column,
        f"{question.says}: put your word for it where null stands{more}",
        {**_written(mapping), "values": {**known, **{one.theirs: one.ours for one in values}}},
        values,
    )


def _counted(store: Store, origin: Matched, name: str, *, is_lower: bool) -> list[tuple[str, int]]:
    """Values of a column, most frequent first; nothing that looks like a person's."""
    if origin.table is None:
        return []
    column = origin.columns[name].name
    relation, kinds = store.staged(origin.table, [column])
    cell = cell_sql(origin, name, kinds)
    cell = f"trim({f'lower({cell})' if is_lower else cell})"
    query = (
        f"select cell, count(*) from (select {cell} as cell from {relation})"
        " where cell <> '' and length(cell) < 60 and not regexp_matches(cell, '@|[0-9]{7}')"
        " group by cell order by count(*) desc, cell"
    )
    try:
        rows = store.connection.execute(query).fetchall()
    except duckdb.Error as error:
        # DuckDB repeats cells in its messages.
        raise SourceError(
            "The values of a loader's column could not be counted.",
            found=f"{origin.table.label}: {type(error).__name__}",
            fix="free memory and disk space, then run this again",
        ) from None
    return [(str(cell), int(count)) for cell, count in rows]


def _written(mapping: ColumnMapping) -> dict[str, object]:
    return mapping.model_dump(mode="json", exclude_defaults=True, exclude={"values"})


def _mapping_of(found: Recognised, table: str) -> TableMapping:
    named: Sequence[TableMapping] = [one for one in found.shipped.tables if one.table == table]
    return named[0]
