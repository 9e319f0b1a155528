"""The gate: check one landed batch, say which rows are set aside and whether the batch may pass.

The gate reads the batch's own Parquet in an in-memory DuckDB; it never opens the warehouse.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb

from countersign.core.contracts import Batch, CheckOutcome, Quality
from countersign.core.errors import QualityError
from countersign.core.landed import LandedTable, landed_table
from countersign.core.log import EventLog
from countersign.core.telemetry import switch_telemetry_off
from countersign.core.warehouse import quote_name, quote_text
from countersign.core.workspace import Company, Workspace
from expectations.batch_record import batch_folder
from expectations.history import BatchHistory, check_history
from expectations.names import ROWS_RULE
from expectations.setting_aside import judge_remaining, set_rows_aside, write_set_aside
from expectations.suite import GateResult, RuleResult, Suite, read_suite

SET_ASIDE_FILE = "set_aside.parquet"

Runner = Callable[[duckdb.DuckDBPyConnection, Suite], list[RuleResult]]

log = EventLog(__name__)


def check_batch(
    workspace: Workspace,
    company: Company,
    batch: Batch,
    *,
    as_of: datetime,
    runner: Runner | None = None,
    history: BatchHistory | None = None,
) -> GateResult:
    """Check a landed batch against the suite of its table.

    Args:
        workspace: where the batch landed.
        company: whose reporting currency the rows must be in.
        batch: the record of the batch; its id, table and number of rows are used.
        as_of: exclusive instant of the run, with a time zone. Rows dated after both `as_of` and the
            batch's landing lie in the future; rows between the two are only newer than the report.
        runner: how the suite is run; by default on DuckDB, or on pandas when that cannot be.
        history: what is known of the past of the batch, from `read_history`; without it the rules that
            need the past are left out.

    Returns:
        The batch with outcomes, quality and rows to quarantine, its state still "landed".

    Raises:
        QualityError: the landed file is missing or not what its record says, or an expectation
            raised. Neither says anything about the data, so nothing is quarantined.
    """
    folder = batch_folder(workspace, batch)
    latest = max(as_of, batch.landed_at).astimezone(UTC)
    suite = read_suite(landed_table(batch.table), company, latest=latest)
    if batch.may_be_empty:
        suite = replace(suite, rules=tuple(rule for rule in suite.rules if rule.name != ROWS_RULE))
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set timezone = 'UTC'")
        create_rows_view(connection, suite, rows=folder / "rows.parquet")
        _refuse_wrong_count(connection, batch)
        outcomes = _judge(connection, suite, runner=runner or choose_runner())
        if history is not None:
            outcomes = (*outcomes, *check_history(history, company, latest=latest))
        reasons = _batch_reasons(suite, outcomes)
        path = folder / SET_ASIDE_FILE
        draft = path.with_name(f".{uuid4().hex}.tmp")
        aside = write_set_aside(connection, suite, path=draft, batch_reasons=reasons)
        draft.replace(path)
    finally:
        connection.close()
    checked = batch.model_copy(
        update={
            "outcomes": outcomes,
            "quality": _quality_of(outcomes, reasons=tuple(reasons.values())),
            "rows_quarantined": aside,
            "rows_promoted": batch.rows_landed - aside,
        }
    )
    log.info("batch_checked", batch=batch.id, table=batch.table, rows=batch.rows_landed, set_aside=aside)
    return GateResult(batch=checked, set_aside=path, reasons=tuple(reasons.values()))


def _judge(
    connection: duckdb.DuckDBPyConnection, suite: Suite, *, runner: Runner
) -> tuple[CheckOutcome, ...]:
    outcomes = set_rows_aside(connection, suite, results=runner(connection, suite))
    return (*outcomes, judge_remaining(connection, suite))


def choose_runner() -> Runner:
    """DuckDB when Great Expectations can keep its connection open, else pandas."""
    # Imported here: Great Expectations takes seconds, and must find telemetry switched off.
    switch_telemetry_off()
    from expectations.duckdb_dialect import PRIVATE_NAME, keep_duckdb_open

    if keep_duckdb_open():
        from expectations.sql_run import run_on_duckdb

        return run_on_duckdb
    from expectations.pandas_fallback import run_on_pandas

    log.warning("gate_runs_on_pandas", missing=PRIVATE_NAME)
    return run_on_pandas


def create_rows_view(connection: duckdb.DuckDBPyConnection, suite: Suite, *, rows: Path) -> None:
    """Create the view that a suite checks, and the empty table of rows that break its rules.

    Raises:
        QualityError: the file is missing, unreadable, or lacks a column of the landed table.
    """
    columns = [quote_name(column.name) for column in suite.table.columns]
    columns += ["_row", "_bad", *(f"{sql} as {name}" for name, sql in suite.derived.items())]
    source = f"read_parquet({quote_text(str(rows))})"
    try:
        _refuse_wrong_types(connection, suite.table, source=source)
        connection.execute(f"create view landed_rows as select {', '.join(columns)} from {source}")
    except duckdb.Error as error:
        raise QualityError(
            "A landed batch cannot be read.",
            found=f"{rows.parent.name}: {str(error).splitlines()[0][:200]}",
            fix="remove the batch's folder under state/landing, then run this again to land it anew",
        ) from error
    connection.execute("create table broken_rows (row_number bigint, rule_order integer)")
    connection.execute("create table repeated_rows (row_number bigint, is_same boolean)")


def _refuse_wrong_types(connection: duckdb.DuckDBPyConnection, table: LandedTable, *, source: str) -> None:
    columns = ", ".join(quote_name(column.name) for column in table.columns)
    described = connection.execute(f"describe select {columns} from {source}").fetchall()
    found = {row[0]: row[1].lower() for row in described}
    for column in table.columns:
        if found[column.name] != column.type:
            raise QualityError(
                "A landed batch has a column of another type than its table.",
                found=f"{table.name}.{column.name} is {found[column.name]}, not {column.type}",
                fix="correct the connector that landed it; this is not a fault of the data",
            )


def _refuse_wrong_count(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    expected = batch.rows_landed
    # Numbers 1 to n without gap or repeat have these sums; only others are worth counting one by one.
    row = connection.execute(
        "select count(*), coalesce(max(_row), 0), coalesce(sum(_row), 0), coalesce(sum(_row * _row), 0)"
        " from (select _row::hugeint as _row from landed_rows)"
    ).fetchone()
    whole = expected * (expected + 1)
    if row == (expected, expected, whole // 2, whole * (2 * expected + 1) // 6):
        return
    row = connection.execute("select count(*), count(distinct _row) from landed_rows").fetchone()
    if row != (expected, expected):
        rows, numbered = row or (0, 0)
        raise QualityError(
            "A landed file does not hold the rows that its record says.",
            found=f"{batch.id}: {rows} rows, {numbered} row numbers, {expected} recorded",
            fix="remove the batch's folder under state/landing, then run this again to land it anew",
        )


def _batch_reasons(suite: Suite, outcomes: tuple[CheckOutcome, ...]) -> dict[str, str]:
    by_row = {rule.name for rule in suite.rules if rule.scope != "batch"}
    return {
        outcome.check: outcome.reason
        for outcome in outcomes
        if outcome.severity == "critical" and not outcome.passed and outcome.check not in by_row
    }


def _quality_of(outcomes: tuple[CheckOutcome, ...], *, reasons: tuple[str, ...]) -> Quality:
    if reasons:
        return "failed"
    return "passed" if all(outcome.passed for outcome in outcomes) else "warnings"
