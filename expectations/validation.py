"""Run a suite through Great Expectations and tell a rule that failed from one that could not run."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from countersign.core.errors import QualityError
from expectations.gx import ProgressBarsConfig, gx
from expectations.suite import Rule, RuleResult, Suite

# The table that both runners fill: which row broke which rule (its place in the suite).
BROKEN_ROWS = "broken_rows"
ROWS_VIEW = "landed_rows"
ROW = "_row"

# This logger sets its own level and tells of a temporary folder for every context; Prefect prints that.
logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)

VERDICT_ONLY = {"result_format": "BOOLEAN_ONLY"}
WITH_ROWS = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW],
    "return_unexpected_index_query": True,
    "include_unexpected_rows": False,
}


def quiet_context() -> Any:
    """A context that lives in memory, writes no files and draws no progress bars."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def validate(
    gx_batch: Any, suite: Suite, *, rules: Sequence[Rule], result_format: Mapping[str, Any]
) -> dict[str, Any]:
    """Great Expectations' result for each of some rules of a suite, by rule name.

    Raises:
        QualityError: an expectation raised; that is a fault of the gate, never of the data.
    """
    expectations = []
    for rule in rules:
        rule.expectation.meta = {"rule": rule.name}
        rule.expectation.severity = rule.severity
        expectations.append(rule.expectation)
    checked = gx_batch.validate(
        gx.ExpectationSuite(name=suite.table.name, expectations=expectations), result_format=result_format
    )
    results = {result.expectation_config.meta["rule"]: result for result in checked.results}
    for rule in rules:
        if rule.name not in results:
            raise _gate_error(suite, rule, "Great Expectations returned no result")
        problem = _exception_of(results[rule.name].exception_info)
        if problem:
            raise _gate_error(suite, rule, problem)
    return results


def read_result(rule: Rule, result: Any) -> RuleResult:
    """A rule's verdict and how many rows broke it; 0 for rules that are not about rows."""
    rows = int(result.result.get("unexpected_count") or 0)
    return RuleResult(rule=rule, passed=bool(result.success), rows=rows)


def _exception_of(info: Mapping[str, Any] | None) -> str:
    # The shape is {raised_exception, ...}, or the same once for each metric that raised.
    if not info:
        return ""
    if "raised_exception" in info:
        return str(info.get("exception_message") or "no message") if info["raised_exception"] else ""
    return next((found for found in map(_exception_of, info.values()) if found), "")


def _gate_error(suite: Suite, rule: Rule, problem: str) -> QualityError:
    return QualityError(
        "An expectation could not be checked, so the batch was neither accepted nor refused.",
        found=f"{suite.table.name}, {rule.name}: {' '.join(problem.split())[:300]}",
        fix=f"correct {rule.name} in expectations/{suite.table.name}.py, then run this again",
    )
