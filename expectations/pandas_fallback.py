"""The same suites on Great Expectations' pandas datasource, for when DuckDB cannot be kept open.

Slower and in memory, but with equal outcomes; a test compares both on one dirty batch.
"""

import duckdb

from expectations.suite import RuleResult, Suite
from expectations.validation import (
    BROKEN_ROWS,
    ROW,
    ROWS_VIEW,
    WITH_ROWS,
    quiet_context,
    read_result,
    validate,
)


def run_on_pandas(connection: duckdb.DuckDBPyConnection, suite: Suite) -> list[RuleResult]:
    """Check the rows of the view in pandas and write down which rows broke which rule.

    Args:
        connection: in-memory DuckDB that holds the view and the table of broken rows.
        suite: the rules; every row rule that sets rows aside fills the table.

    Raises:
        QualityError: an expectation raised.
    """
    frame = connection.execute(f"select * from {ROWS_VIEW}").df()
    asset = quiet_context().data_sources.add_pandas("batch").add_dataframe_asset(ROWS_VIEW)
    gx_batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    found = validate(gx_batch, suite, rules=suite.rules, result_format=WITH_ROWS)
    results = []
    for order, rule in enumerate(suite.rules):
        result = read_result(rule, found[rule.name])
        results.append(result)
        if rule.sets_rows_aside and not result.passed:
            listed = found[rule.name].result["unexpected_index_list"]
            connection.execute(
                f"insert into {BROKEN_ROWS} select unnest(?::bigint[]), ?",
                [[int(item[ROW]) for item in listed], order],
            )
    return results
