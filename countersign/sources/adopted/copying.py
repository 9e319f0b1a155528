"""Copy a table of a store to a private Parquet file, in the shape that the mapping knows."""

import re
from collections.abc import Mapping
from pathlib import Path

import duckdb

from countersign.core.errors import SourceError
from countersign.core.warehouse import quote_name, quote_text
from countersign.sources.adopted.matching import Found, Matched
from countersign.sources.adopted.shipped import Read
from countersign.sources.adopted.stores import Store

_YES = "('true', 't', 'yes', 'y', '1')"
_PICKED = re.compile(r"\$\[(\w+)=([^\]]+)\]\.(\w+)")


def copy_read(store: Store, matched: Matched, target: Path) -> int:
    """Write what a read gives as Parquet, all as text and in one order, and return its rows.

    A read without a table becomes a file of the same columns with no rows, for joins.

    Raises:
        SourceError: the store cannot give the rows, or the disk is full.
    """
    connection, read = store.connection, matched.read
    names = [*matched.names, "_synced"]
    target.parent.mkdir(parents=True, exist_ok=True)
    if matched.table is None:
        nothing = ", ".join(f"null::varchar as {quote_name(name)}" for name in names)
        return _write(connection, f"select {nothing} limit 0", target, said="an empty file")
    needed = list(dict.fromkeys(found.name for found in matched.columns.values()))
    if matched.synced and matched.synced not in needed:
        needed.append(matched.synced)
    relation, kinds = store.staged(matched.table, needed)
    cells = ", ".join(f"{cell_sql(matched, name, kinds)} as {quote_name(name)}" for name in names)
    rows = _shaped_sql(read, f"select {cells} from {relation}", names)
    return _write(connection, f"select * from ({rows}) order by all", target, said=matched.table.label)


def cell_sql(matched: Matched, name: str, kinds: Mapping[str, str]) -> str:
    """One of our columns as text, from the relation that a store staged."""
    found = Found(matched.synced) if name == "_synced" and matched.synced else matched.columns.get(name)
    text = _text_sql(found, kinds[found.name]) if found else "null::varchar"
    if name in matched.read.flags:
        return f"case when lower({text}) in {_YES} then 'true' else 'false' end"
    if name in matched.read.days:
        # Days are matched as text, and one table may keep them as dates and the next as times.
        return f"coalesce(try_cast({text} as date)::varchar, {text})"
    return text


def _text_sql(found: Found, kind: str) -> str:
    column = quote_name(found.name)
    is_nested = kind.startswith(("STRUCT", "MAP")) or kind.endswith("[]")
    text = f"to_json({column})::varchar" if is_nested else f"{column}::varchar"
    if found.part is None:
        return _whole_sql(column, text, kind)
    if found.part.startswith("~"):
        return f"nullif(regexp_extract({text}, {quote_text(found.part[1:])}, 1), '')"
    document = f"case when json_valid({text}) then {text} end"
    if picked := _PICKED.fullmatch(found.part):
        key, value, field = (quote_text(part) for part in picked.groups())
        objects = f"cast(json_extract({document}, '$[*]') as json[])"
        same = f"lambda one: json_extract_string(one, {key}) = {value}"
        return f"json_extract_string(list_filter({objects}, {same})[1], {field})"
    return f"json_extract_string({document}, {quote_text(found.part)})"


def _whole_sql(column: str, text: str, kind: str) -> str:
    if kind not in ("DOUBLE", "FLOAT"):
        return text
    # Ids that a loader keeps as floating numbers would gain a '.0'.
    whole = f"{column} = trunc({column}) and abs({column}) < 1e15"
    return f"case when {whole} then {column}::bigint::varchar else {text} end"


def _shaped_sql(read: Read, rows: str, names: list[str]) -> str:
    if read.where:
        rows = f"select * from ({rows}) where {read.where}"
    if read.unnest:
        column = quote_name(read.unnest)
        # [1, 2], {1,2}, 1;2 and 1|2 are all lists of ids.
        values = f"regexp_split_to_array({column}, '[^0-9A-Za-z_-]+')"
        listed = f"unnest(list_filter({values}, lambda one: one <> ''))"
        rows = f"select * replace ({listed} as {column}) from ({rows})"
    if not read.one_per:
        return rows
    by = ", ".join(quote_name(name) for name in read.one_per)
    if read.gather:
        column = quote_name(read.gather)
        others = [name for name in names if name not in (*read.one_per, read.gather)]
        gathered = [by, *(f"max({quote_name(name)}) as {quote_name(name)}" for name in others)]
        listed = f"string_agg(distinct {column}, ', ' order by {column}) as {column}"
        return f"select {', '.join(gathered)}, {listed} from ({rows}) group by {by}"
    newest = ", ".join(
        f"try_cast({quote_name(name)} as timestamptz) desc nulls last,"
        f" try_cast({quote_name(name)} as double) desc nulls last, {quote_name(name)} desc nulls last"
        for name in (*read.newest_by, "_synced")
    )
    rest = ", ".join(f"{quote_name(name)} desc nulls last" for name in names)
    return (
        f"select * from ({rows}) qualify row_number() over (partition by {by} order by {newest}, {rest}) = 1"
    )


def _write(connection: duckdb.DuckDBPyConnection, query: str, target: Path, *, said: str) -> int:
    try:
        row = connection.execute(f"copy ({query}) to {quote_text(str(target))} (format parquet)").fetchone()
    except (duckdb.Error, OSError) as error:
        # DuckDB repeats cells in its messages.
        raise SourceError(
            "A loader's table could not be copied.",
            found=f"{said}: {type(error).__name__}",
            fix="free disk space and memory, then run this again; nothing half is kept",
        ) from None
    target.chmod(0o600)
    return int(row[0]) if row else 0
