"""Run a suite where the rows are: Great Expectations writes SQL, DuckDB answers it."""

from typing import Any

import duckdb
from duckdb_engine import ConnectionWrapper

from countersign.core.errors import QualityError
from expectations.suite import RuleResult, Suite
from expectations.validation import (
    BROKEN_ROWS,
    ROW,
    ROWS_VIEW,
    VERDICT_ONLY,
    WITH_ROWS,
    quiet_context,
    read_result,
    validate,
)


def run_on_duckdb(connection: duckdb.DuckDBPyConnection, suite: Suite) -> list[RuleResult]:
    """Check the rows of the view and write down which rows broke which rule.

    Args:
        connection: in-memory DuckDB that already holds the view and the table of broken rows;
            Great Expectations opens a transaction and would not see what is created later.
        suite: the rules; every row rule that sets rows aside fills the table.

    Raises:
        QualityError: an expectation raised, or gave no query for the rows it objects to.
    """
    datasource = quiet_context().data_sources.add_sql(
        "batch",
        connection_string="duckdb:///:memory:",
        create_temp_table=False,
        kwargs={"creator": lambda: ConnectionWrapper(connection.cursor())},
    )
    try:
        asset = datasource.add_table_asset(ROWS_VIEW, table_name=ROWS_VIEW)
        gx_batch = asset.add_batch_definition_whole_table("all").get_batch()
        return _check(connection, gx_batch, suite=suite)
    finally:
        # Else the kept connection is rolled back by the garbage collector, when DuckDB is closed.
        datasource.get_execution_engine().close()


def _check(connection: duckdb.DuckDBPyConnection, gx_batch: Any, *, suite: Suite) -> list[RuleResult]:
    # Verdicts first: most rules pass, and asking all of them for rows doubles the queries. Which rows
    # repeat a key is found afterwards, among the rows that break no rule.
    verdicts = validate(gx_batch, suite, rules=suite.rules, result_format=VERDICT_ONLY)
    failed = [rule for rule in suite.rules if not verdicts[rule.name].success and rule.scope != "key"]
    # Without examples: the rows come from the query, Great Expectations' own lists are capped.
    complete = {**WITH_ROWS, "partial_unexpected_count": 0}
    found = validate(gx_batch, suite, rules=failed, result_format=complete) if failed else {}
    results = []
    for order, rule in enumerate(suite.rules):
        if rule.name not in found:
            results.append(RuleResult(rule=rule, passed=bool(verdicts[rule.name].success), rows=0))
            continue
        result = read_result(rule, found[rule.name])
        results.append(result)
        if rule.sets_rows_aside:
            query = found[rule.name].result.get("unexpected_index_query")
            _insert_broken(connection, query, order=order, result=result)
    return results


def _insert_broken(
    connection: duckdb.DuckDBPyConnection, query: str | None, *, order: int, result: RuleResult
) -> None:
    inserted = 0
    if query:
        select = query.strip().removesuffix(";")
        sql = f"insert into {BROKEN_ROWS} select {ROW}, {order} from ({select}) as unexpected"
        row = connection.execute(sql).fetchone()
        inserted = row[0] if row else 0
    if inserted != result.rows:
        raise QualityError(
            "An expectation did not say which rows it objects to.",
            found=f"{result.rule.name}: {result.rows} rows counted, {inserted} found",
            fix="use an expectation that Great Expectations can give an index query for",
        )
