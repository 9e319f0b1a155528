"""A dry run of a source: what its mapping would land, and what it cannot read, before anything is."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
from pydantic import Field, SecretStr

from countersign.core.contracts import Record
from countersign.core.landed import LandedTable, landed_table
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Company, Workspace
from countersign.sources.files.mapping import TableMapping
from countersign.sources.files.planning import Planned, plan_tables, scratch_directory, write_rows
from countersign.sources.files.sources_file import find_source, read_sources
from countersign.sources.personal.protection import read_protection
from countersign.sources.personal.text_sql import masked_sql

_EXAMPLES = 3


class ColumnProblem(Record):
    """A column whose cells could not all be read; examples are masked, and absent for personal columns."""

    column: str
    rows: int
    examples: tuple[str, ...] = ()


class MappingReport(Record):
    """What one file would become in one table.

    `rows_set_aside` counts rows that the gate would certainly quarantine: an unreadable cell, a
    missing required value, or a repeat of a key. `keys_repeated` counts keys that occur more than once.
    `rows_in_other_currency` need exchange rates of their days.
    """

    source: str
    table: str
    file: str
    batch_id: str
    is_landed: bool
    rows: int
    rows_set_aside: int
    columns_used: tuple[str, ...]
    columns_unused: tuple[str, ...]
    columns_unfilled: tuple[str, ...]
    problems: tuple[ColumnProblem, ...] = ()
    missing_required: dict[str, int] = Field(default_factory=dict)
    keys_repeated: int = 0
    key_examples: tuple[str, ...] = ()
    rows_in_other_currency: int = 0
    first_day: date | None = None
    last_day: date | None = None
    undated_rows: int = 0
    notes: tuple[str, ...] = ()


def check_source(
    workspace: Workspace,
    company: Company,
    source_name: str,
    *,
    pseudonym_key: SecretStr | None = None,
) -> list[MappingReport]:
    """Read a source as its mapping says and report on it; nothing is landed.

    Args:
        workspace: where config/sources.yaml and the files are.
        company: its reporting currency and zone.
        source_name: a name in config/sources.yaml.
        pseudonym_key: `settings.pseudonym_key`; a random key in state/restricted/ when None.

    Returns:
        One report per file and table, with no raw personal value in any of them.

    Raises:
        SourceError: a file is missing or not usable.
        SettingsError: the source or its mapping is not usable.
    """
    source = find_source(read_sources(workspace), source_name)
    return check_tables(
        workspace, company, source_name, source.tables, files=workspace, pseudonym_key=pseudonym_key
    )


def check_tables(
    workspace: Workspace,
    company: Company,
    source_name: str,
    tables: Sequence[TableMapping],
    *,
    files: Workspace,
    pseudonym_key: SecretStr | None = None,
    absent_is_null: bool = False,
) -> list[MappingReport]:
    """Report on the files that some mappings name below `files`; see `check_source` and `plan_tables`.

    Raises:
        SourceError: a file is missing or not usable.
    """
    protection = read_protection(workspace, pseudonym_key)
    with scratch_directory(workspace) as scratch:
        planned = plan_tables(
            files, source_name, tables, protection=protection, scratch=scratch, absent_is_null=absent_is_null
        )
        return [_report(workspace, company, one, scratch / f"{one.batch_id}.parquet") for one in planned]


def _report(workspace: Workspace, company: Company, planned: Planned, rows: Path) -> MappingReport:
    written = write_rows(planned, rows, with_problems=True)
    landed = landed_table(planned.mapping.table)
    connection = planned.connection
    connection.execute(
        f"create or replace temp view checked as select * from read_parquet({quote_text(str(rows))})"
    )
    builder = planned.builder()
    builder.select_sql()
    repeated, examples = _repeated_keys(connection, landed)
    first, last, undated = _days(connection, landed, company)
    batch = workspace.landing / planned.source / landed.name / planned.batch_id
    return MappingReport(
        source=planned.source,
        table=landed.name,
        file=planned.label,
        batch_id=planned.batch_id,
        is_landed=(batch / "batch.json").is_file(),
        rows=written,
        rows_set_aside=_count(connection, _set_aside_sql(landed)),
        columns_used=tuple(builder.used),
        columns_unused=tuple(builder.unused()),
        columns_unfilled=tuple(
            column.name for column in landed.columns if column.name not in planned.mapping.all_columns()
        ),
        problems=_problems(connection),
        missing_required=_missing(connection, landed),
        keys_repeated=repeated,
        key_examples=examples,
        rows_in_other_currency=_count(connection, _other_currency_sql(landed, company)),
        first_day=first,
        last_day=last,
        undated_rows=undated,
        notes=() if planned.file.has_rows else ("header only: a batch of zero rows",),
    )


def _count(connection: duckdb.DuckDBPyConnection, condition: str) -> int:
    row = connection.execute(f"select count(*) from checked where {condition}").fetchone()
    return int(row[0]) if row else 0


def _problems(connection: duckdb.DuckDBPyConnection) -> tuple[ColumnProblem, ...]:
    # A sentence is "column: 'value' is not ...", or "line 17: ..." for a ragged line.
    found = connection.execute(
        f"""
        with said as (select unnest(_problems) as sentence from checked),
        counted as (
            select case when regexp_matches(sentence, '^[a-z_]+: ')
                then split_part(sentence, ': ', 1) else '(line)' end as name,
                sentence, count(*) as times
            from said group by all
        )
        select name, sum(times)::bigint as rows,
            list(sentence order by times desc, sentence)[1:{_EXAMPLES}] as examples
        from counted group by name order by rows desc, name
        """
    ).fetchall()
    return tuple(ColumnProblem(column=row[0], rows=row[1], examples=tuple(row[2])) for row in found)


def _missing(connection: duckdb.DuckDBPyConnection, landed: LandedTable) -> dict[str, int]:
    counts = {
        column.name: _count(connection, f"{column.name} is null and _bad is null")
        for column in landed.columns
        if column.required
    }
    return {name: rows for name, rows in counts.items() if rows}


def _repeated_keys(connection: duckdb.DuckDBPyConnection, landed: LandedTable) -> tuple[int, tuple[str, ...]]:
    key = ", ".join(landed.key)
    found = connection.execute(
        f"""
        with repeated as (
            select concat_ws(' | ', {key}) as shown, count(*) as times from checked
            where {_has_key_sql(landed)} group by {key} having count(*) > 1
        )
        select count(*), list({masked_sql("shown")} order by times desc, shown)[1:{_EXAMPLES}] from repeated
        """
    ).fetchone()
    return (int(found[0]), tuple(found[1] or ())) if found else (0, ())


def _days(
    connection: duckdb.DuckDBPyConnection, landed: LandedTable, company: Company
) -> tuple[date | None, date | None, int]:
    day = landed.day
    if landed.column(day).type == "timestamp":
        day = f"cast(timezone({quote_text(company.time_zone)}, timezone('UTC', {day})) as date)"
    row = connection.execute(
        f"select min({day}), max({day}), count(*) filter (where {day} is null and _bad is null) from checked"
    ).fetchone()
    return (row[0], row[1], int(row[2])) if row else (None, None, 0)


def _has_key_sql(landed: LandedTable) -> str:
    return " and ".join(f"{name} is not null" for name in landed.key)


def _other_currency_sql(landed: LandedTable, company: Company) -> str:
    if landed.name == "fx_rates" or "currency" not in {column.name for column in landed.columns}:
        return "false"
    return f"currency is not null and currency <> {quote_text(company.reporting_currency)}"


def _set_aside_sql(landed: LandedTable) -> str:
    required = [f"{column.name} is null" for column in landed.columns if column.required]
    key = ", ".join(landed.key)
    repeats = (
        f"({_has_key_sql(landed)} and _row not in"
        f" (select min(_row) from checked where _bad is null and {_has_key_sql(landed)} group by {key}))"
    )
    return " or ".join(["_bad is not null", *required, repeats])
