"""Attribution over any table of paths in DuckDB: every model, in memory that DuckDB bounds."""

from collections.abc import Sequence
from typing import Literal

import duckdb
import numpy as np
from numpy.typing import NDArray

from countersign.analytics.attribution.counting import count_transitions, credit_within, spread_by_path
from countersign.analytics.attribution.credits import MODELS, Credits, Model
from countersign.analytics.attribution.journeys import (
    Journeys,
    PathColumns,
    converted_rows,
    open_journeys,
    refuse_nameless,
)
from countersign.analytics.attribution.markov import removal_effects, shares_of
from countersign.analytics.attribution.rules import by_model, credit_by_rules
from countersign.core.attribution_rules import AttributionRules

MarkovSpread = Literal["total", "by_path"]

_MARKOV: dict[Model, Literal[1, 2]] = {"markov": 1, "markov_2": 2}
# Those that take equal paths together and steps as numbers; the others read a table once, as it stands.
_ON_NUMBERS: tuple[Model, ...] = (*_MARKOV, "shapley")
_Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def attribute(
    connection: duckdb.DuckDBPyConnection,
    paths_table: str,
    *,
    models: Sequence[Model] | None = None,
    columns: PathColumns | None = None,
    rules: AttributionRules | None = None,
    markov_spread: MarkovSpread = "total",
) -> dict[Model, Credits]:
    """Credits of conversions and of value for each step of the paths, under each model.

    In every model the credits and what is not linked sum to the table's conversions and value.

    Args:
        connection: holds the table; an agent's granted connection will do.
        paths_table: name of a table or view, with or without its schema; a row may stand for many
            equal journeys, and equal paths may stand in many rows.
        models: the models wanted; all of them when None, time decay only when there are ages.
        columns: what the columns are called.
        rules: shares, half-life and the name of the direct channel; the defaults when None.
        markov_spread: whether removal effects share out the total (as published), or each path shares
            out its own conversions in proportion to the effects of its touches.

    Raises:
        QualityError: a count is negative or not finite, a value has no conversion, or a path has a
            step without a name.
        SettingsError: ages do not fit their paths, or a chain has too many states.

    >>> connection = duckdb.connect()
    >>> _ = connection.execute('''create table paths as select * from (values
    ...     ('Search > E-mail', 3, 90.0, 1), ('E-mail', 1, 10.0, 5)) as t(path, conversions, value, nulls)''')
    >>> attribute(connection, "paths", models=["linear"])["linear"].rows()
    [('E-mail', 2.5, 55.0), ('Search', 1.5, 45.0), ('Not linked', 0.0, 0.0)]
    """
    columns = columns or PathColumns()
    wanted = models or [model for model in MODELS if columns.ages or model != "time_decay"]
    rules = rules or AttributionRules()
    if not any(model in _ON_NUMBERS for model in wanted):
        return _by_rules(connection, paths_table, wanted, columns=columns, rules=rules)
    with_nulls = any(model in _MARKOV for model in wanted)
    with open_journeys(connection, paths_table, columns=columns, with_nulls=with_nulls) as journeys:
        pairs = _credit(connection, journeys, wanted, rules=rules, spread=markov_spread)
        return {
            model: Credits(
                model,
                channels=journeys.channels,
                credit=pairs[model][0],
                value=pairs[model][1],
                not_linked=journeys.not_linked,
                not_linked_value=journeys.not_linked_value,
            )
            for model in wanted
        }


def _by_rules(
    connection: duckdb.DuckDBPyConnection,
    paths_table: str,
    models: Sequence[Model],
    *,
    columns: PathColumns,
    rules: AttributionRules,
) -> dict[Model, Credits]:
    rows = converted_rows(connection, paths_table, columns=columns)
    found = credit_by_rules(connection, rows, models, rules=rules)
    # What has no path is credited to no step: the same in every model.
    not_linked, not_linked_value = found.pop(None, [0.0, 0.0])[:2]
    channels = tuple(sorted(step for step in found if step is not None))
    refuse_nameless(channels, separator=columns.separator)
    pairs = by_model(found, models, channels=channels)
    return {model: Credits(model, channels, *pairs[model], not_linked, not_linked_value) for model in models}


def _credit(
    connection: duckdb.DuckDBPyConnection,
    journeys: Journeys,
    models: Sequence[Model],
    *,
    rules: AttributionRules,
    spread: MarkovSpread,
) -> dict[Model, _Pair]:
    pairs: dict[Model, _Pair] = {}
    by_rules = [model for model in models if model not in _ON_NUMBERS]
    if by_rules:
        found = credit_by_rules(connection, journeys.table, by_rules, rules=rules)
        pairs.update(by_model(found, by_rules, channels=journeys.channels))
    if "shapley" in models:
        pairs["shapley"] = credit_within(connection, journeys)
    for model, order in _MARKOV.items():
        if model in models:
            transitions = count_transitions(connection, journeys, order=order)
            shares = shares_of(removal_effects(transitions, channels=len(journeys.channels)))
            pairs[model] = (
                (shares * journeys.conversions, shares * journeys.value)
                if spread == "total"
                else spread_by_path(connection, journeys, shares=shares)
            )
    return pairs
