"""Which rows of a checked batch are set aside, for which reason, and whether enough remain."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from countersign.core.contracts import CheckOutcome
from countersign.core.warehouse import quote_name, quote_text
from expectations.names import KEY_RULE, REMAIN_RULE
from expectations.suite import SUSPECT_ROWS, RuleResult, Suite

SAME_ROW = "The same row again."
SAME_KEY = "Another row has the same key, and it comes later in the file."


def set_rows_aside(
    connection: duckdb.DuckDBPyConnection, suite: Suite, *, results: Sequence[RuleResult]
) -> tuple[CheckOutcome, ...]:
    """Choose one row of each repeated key and say what every rule found.

    Repeats are sought among the rows that break no rule: a bad row must not push a good one out.

    Args:
        connection: holds the view `landed_rows` and the filled table `broken_rows`.
        suite: the rules that were run.
        results: what Great Expectations said, in the order of the rules.

    Returns:
        One outcome a rule; `rows` is 0 where it passed.
    """
    outcomes = []
    for result in results:
        rows, passed = result.rows, result.passed
        if result.rule.scope == "key" and not passed:
            rows = _insert_repeats(connection, suite)
            passed = rows == 0 and not _has_repeats(connection, suite)
        outcomes.append(
            CheckOutcome(
                check=result.rule.name,
                severity=result.rule.severity,
                passed=passed,
                rows=0 if passed else rows,
                reason="" if passed else result.rule.reason,
            )
        )
    return tuple(outcomes)


def judge_remaining(connection: duckdb.DuckDBPyConnection, suite: Suite) -> CheckOutcome:
    """Whether the rows that remain may be used, or so many are bad that the file is suspect.

    Identical repeats never count against a batch: nothing is lost by keeping one of them.
    """
    tolerant = [order for order, rule in enumerate(suite.rules) if not rule.is_suspicious]
    total, left, suspicious = _counts(connection, tolerant)
    reason = ""
    if total and not left:
        reason = "Every row would be set aside, so nothing of this file can be used."
    elif suspicious >= SUSPECT_ROWS and suspicious > suite.tolerated_share * total:
        reason = (
            f"{suspicious} of {total} rows break a rule, more than {suite.tolerated_share:.0%}:"
            " the file or its mapping is probably wrong, so none of it is used."
        )
    return CheckOutcome(
        check=REMAIN_RULE,
        severity="critical",
        passed=not reason,
        rows=total - left if reason else 0,
        reason=reason,
    )


def write_set_aside(
    connection: duckdb.DuckDBPyConnection, suite: Suite, *, path: Path, batch_reasons: Mapping[str, str]
) -> int:
    """Write the rows to quarantine as Parquet: row_number, rule, severity, reason, one line a row.

    A row's rule is the first it breaks; its reason tells all of them. With `batch_reasons` (by
    check) every row is written, those without a fault of their own with the batch's reason.
    Returns the number of rows written.
    """
    _create_rule_table(connection, suite)
    own_faults = _own_faults(suite)
    select = f"select * from ({own_faults})"
    if batch_reasons:
        check, reason = next(iter(batch_reasons.items()))
        select = f"""
            select landed._row as row_number, coalesce(own.rule, {quote_text(check)}) as rule,
                'critical' as severity, coalesce(own.reason, {quote_text(reason)}) as reason
            from landed_rows as landed left join ({own_faults}) as own on own.row_number = landed._row
        """
    copied = connection.execute(
        f"copy ({select} order by row_number) to {quote_text(str(path))} (format parquet)"
    ).fetchone()
    return int(copied[0]) if copied else 0


def _own_faults(suite: Suite) -> str:
    cases = "".join(
        f" when {order} then {rule.row_reason}" for order, rule in enumerate(suite.rules) if rule.row_reason
    )
    reason = f"case broken.rule_order{cases} else rules.reason end" if cases else "rules.reason"
    # A cell that could not be read is missing as well: its own reason says more than "is missing".
    return f"""
        select broken.row_number, arg_min(rules.name, rules.rule_order) as rule, 'critical' as severity,
            coalesce(any_value(landed._bad), string_agg({reason}, ' ' order by rules.rule_order)) as reason
        from broken_rows as broken
        join rule_reasons as rules using (rule_order)
        join landed_rows as landed on landed._row = broken.row_number
        group by broken.row_number
        union all
        select row_number, (select name from rule_reasons where is_key), 'critical',
            case when is_same then {quote_text(SAME_ROW)} else {quote_text(SAME_KEY)} end
        from repeated_rows
    """


def _create_rule_table(connection: duckdb.DuckDBPyConnection, suite: Suite) -> None:
    connection.execute(
        "create table rule_reasons (rule_order integer, name varchar, reason varchar, is_key boolean)"
    )
    connection.executemany(
        "insert into rule_reasons values (?, ?, ?, ?)",
        [(order, rule.name, rule.reason, rule.scope == "key") for order, rule in enumerate(suite.rules)],
    )


def _has_repeats(connection: duckdb.DuckDBPyConnection, suite: Suite) -> bool:
    key = ", ".join(quote_name(name) for name in suite.table.key)
    given = " and ".join(f"{quote_name(name)} is not null" for name in suite.table.key)
    found = connection.execute(
        f"select 1 from landed_rows where {given} group by {key} having count(*) > 1 limit 1"
    ).fetchone()
    return found is not None


def _insert_repeats(connection: duckdb.DuckDBPyConnection, suite: Suite) -> int:
    key = ", ".join(quote_name(name) for name in suite.table.key)
    same = " and ".join(
        f"good.{name} is not distinct from kept.{name}"
        for name in (quote_name(column.name) for column in suite.table.columns)
    )
    # The few rows whose key's hash comes twice are found first, so that long keys are compared only there.
    inserted = connection.execute(
        f"""
        insert into repeated_rows
        with twice as (
            select _{KEY_RULE} as key_hash from landed_rows where _{KEY_RULE} is not null
            group by key_hash having count(*) > 1
        ),
        good as materialized (
            select * from landed_rows
            where _{KEY_RULE} in (select key_hash from twice)
                and _row not in (select row_number from broken_rows)
        ),
        last as (select max(_row) as _row from good group by {key} having count(*) > 1),
        kept as (select good.* from good join last using (_row))
        select good._row, {same} from good join kept using ({key}) where good._row <> kept._row
        """
    ).fetchone()
    return int(inserted[0]) if inserted else 0


def _counts(connection: duckdb.DuckDBPyConnection, tolerant: Sequence[int]) -> tuple[int, int, int]:
    # Rows in all, rows that remain, rows that count against the batch.
    row = connection.execute(
        """
        with aside as (
            select row_number, bool_or(not list_contains(?::integer[], rule_order)) as is_suspicious
            from broken_rows group by row_number
            union all
            select row_number, not is_same from repeated_rows
        )
        select
            (select count(*) from landed_rows),
            (select count(*) from landed_rows) - (select count(*) from aside),
            (select count(*) from aside where is_suspicious)
        """,
        [list(tolerant)],
    ).fetchone()
    total, left, suspicious = row or (0, 0, 0)
    return int(total), int(left), int(suspicious)
