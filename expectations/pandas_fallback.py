"""The same suites on Great Expectations' pandas datasource, for when DuckDB cannot be kept open.

Slower and in memory, but with equal outcomes; a test compares both on one dirty batch.
"""

import duckdb
import pandas as pd

from expectations.suite import RuleResult, Suite
from expectations.validation import (
    BROKEN_ROWS,
    RESULT_FORMAT,
    ROW,
    ROWS_VIEW,
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
    found = validate(gx_batch, suite, result_format=RESULT_FORMAT)
    results = []
    for order, rule in enumerate(suite.rules):
        result = read_result(rule, found[rule.name])
        results.append(result)
        if rule.sets_rows_aside and not result.passed:
            listed = found[rule.name].result["unexpected_index_list"]
            broken = pd.DataFrame({"row_number": [int(item[ROW]) for item in listed], "rule_order": order})
            connection.register("broken_frame", broken)
            connection.execute(f"insert into {BROKEN_ROWS} select row_number, rule_order from broken_frame")
            connection.unregister("broken_frame")
    return results
