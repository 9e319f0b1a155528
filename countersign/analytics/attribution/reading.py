"""Credits from a snapshot: rule-based models from attribution_day, the others from path_summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import duckdb
import numpy as np

from countersign.analytics.attribution.credits import NOT_LINKED, Credits, Model
from countersign.analytics.attribution.journeys import PathColumns
from countersign.analytics.attribution.paths_table import attribute
from countersign.core.warehouse import read_rows

Dimension = Literal["channel", "campaign"]
ConversionType = Literal["lead", "opportunity", "customer"]
Scope = Literal["person", "account"]

# What a reader of credits must be granted.
GRANTS: dict[str, tuple[str, ...]] = {
    "attribution_day": (
        "model", "scope", "conversion_type", "report_day", "channel", "campaign", "is_new_customer",
        "credit", "value_credit",
    ),
    "path_summary": (
        "scope", "conversion_type", "dimension", "report_day", "path", "is_new_customer", "conversions",
        "value_reporting", "unconverted_journeys",
    ),
    "self_reported_day": (
        "conversion_type", "report_day", "self_reported_source", "is_new_customer", "conversions",
    ),
}  # fmt: skip
# What self_reported_day says of those who did not answer.
NO_ANSWER = "No answer"

_FROM_PATHS: tuple[Model, ...] = ("markov", "markov_2", "shapley")
_COLUMNS = PathColumns(value="value_reporting", nulls="unconverted_journeys")


@dataclass(frozen=True)
class Slice:
    """Which conversions, by what, and whose touches count.

    Attributes:
        conversion_type: lead created, opportunity opened or customer won.
        by: what gets the credit.
        scope: touches of the person, or of the whole account.
        since: first day; None for all.
        until: first day after; None for all.
        new_customers: only of buyers who had won nothing before.
    """

    conversion_type: ConversionType = "lead"
    by: Dimension = "channel"
    scope: Scope = "person"
    since: date | None = None
    until: date | None = None
    new_customers: bool = False

    def condition(self, *, scoped: bool = True) -> tuple[str, list[Any]]:
        """The slice as SQL with its parameters, over columns that all three tables have."""
        wanted: dict[str, object] = {"conversion_type = ?": self.conversion_type}
        if scoped:
            wanted["scope = ?"] = self.scope
        if self.since:
            wanted["report_day >= ?"] = self.since
        if self.until:
            wanted["report_day < ?"] = self.until
        if self.new_customers:
            wanted["is_new_customer = ?"] = True
        return " and ".join(wanted), list(wanted.values())


def read_credits(
    connection: duckdb.DuckDBPyConnection, chosen: Slice, *, models: Sequence[Model]
) -> dict[Model, Credits]:
    """The credits of a slice under each model; all of them share out the same conversions.

    Args:
        connection: a snapshot's, with GRANTS.
        chosen: the slice.
        models: the models wanted.

    Raises:
        SettingsError: a Markov chain would have too many states.
    """
    by_rules = {model: _rule_based(connection, chosen, model) for model in models if model not in _FROM_PATHS}
    on_paths = [model for model in models if model in _FROM_PATHS]
    return {**by_rules, **(_on_paths(connection, chosen, on_paths) if on_paths else {})}


def read_self_reported(connection: duckdb.DuckDBPyConnection, chosen: Slice) -> list[dict[str, Any]]:
    """What people answered to "how did you hear of us" at these conversions, most frequent first."""
    condition, parameters = chosen.condition(scoped=False)
    return read_rows(
        connection,
        f"""
        select self_reported_source as answer, cast(sum(conversions) as bigint) as conversions
        from self_reported_day where {condition} group by answer order by conversions desc, answer
        """,
        parameters,
    )


def _rule_based(connection: duckdb.DuckDBPyConnection, chosen: Slice, model: Model) -> Credits:
    condition, parameters = chosen.condition()
    rows = connection.execute(
        f"""
        select {chosen.by} as name, fsum(credit), fsum(value_credit)
        from attribution_day where {condition} and model = ? group by name order by name
        """,
        [*parameters, model],
    ).fetchall()
    linked = [row for row in rows if row[0] != NOT_LINKED]
    apart = next((row for row in rows if row[0] == NOT_LINKED), (NOT_LINKED, 0.0, 0.0))
    return Credits(
        model,
        channels=tuple(row[0] for row in linked),
        credit=np.array([row[1] for row in linked], dtype=np.float64),
        value=np.array([row[2] for row in linked], dtype=np.float64),
        not_linked=apart[1],
        not_linked_value=apart[2],
    )


def _on_paths(
    connection: duckdb.DuckDBPyConnection, chosen: Slice, models: Sequence[Model]
) -> dict[Model, Credits]:
    condition, parameters = chosen.condition()
    connection.execute(
        f"""
        create or replace temp table chosen_paths as
        select nullif(path, '{NOT_LINKED}') as path, conversions, value_reporting, unconverted_journeys
        from path_summary where {condition} and dimension = ?
        """,
        [*parameters, chosen.by],
    )
    try:
        return attribute(connection, "chosen_paths", models=models, columns=_COLUMNS)
    finally:
        connection.execute("drop table chosen_paths")
