"""The named, versioned models that fitted facts may come from, so that `explain` can fit them again."""

from collections.abc import Callable, Mapping
from datetime import date

import duckdb

from countersign.analytics.incidents import FUNCTION as INCIDENT
from countersign.analytics.incidents import recompute_figure
from countersign.analytics.response.advice import BudgetAdvice, advise_on
from countersign.analytics.response.raising import Raise
from countersign.analytics.response.reading import read_channel_weeks
from countersign.analytics.response.series import ChannelWeeks
from countersign.core.contracts import Fitted, Number
from countersign.core.errors import SnapshotError

Model = Callable[[duckdb.DuckDBPyConnection, Mapping[str, str]], Number | None]

# One draft asks for a dozen figures of one fit: the last few are kept, by everything they depend on.
_KEPT = 4
_advice: dict[tuple[object, ...], BudgetAdvice] = {}


def fit_anew(definition: Fitted, connection: duckdb.DuckDBPyConnection) -> Number | None:
    """The value that a model gives on this snapshot now.

    Raises:
        SnapshotError: this code has no such model or version, or the snapshot lacks its table.
    """
    model = _MODELS.get((definition.function, definition.version))
    if model is None:
        raise SnapshotError(
            "A fact was fitted by a model that this version does not have.",
            found=f"{definition.function}, version {definition.version}",
            fix="use the code version that the snapshot names, or draft the report again",
        )
    return model(connection, definition.arguments)


def fit_advice(weeks: ChannelWeeks, *, limit: float) -> BudgetAdvice:
    """Budget advice on a record, fitted once for the same record."""
    arrays = (weeks.spend, weeks.leads, weeks.accepted, weeks.decided, weeks.demand, weeks.visits)
    key = (weeks.starts, weeks.channels, limit, *(array.tobytes() for array in arrays))
    if key not in _advice:
        while len(_advice) >= _KEPT:
            _advice.pop(next(iter(_advice)))
        _advice[key] = advise_on(weeks, limit=limit)
    return _advice[key]


def figure_of(advice: BudgetAdvice, name: str, *, channel: str = "") -> Number | None:
    """One figure of an advice by name.

    Raises:
        KeyError: there is no such figure.
    """
    design = advice.test_design
    whole: dict[str, Number | None] = {
        "effect_expected": advice.effect_expected,
        "effect_low": advice.effect_low,
        "effect_high": advice.effect_high,
        "accepted_now": advice.accepted_now,
        "moved": sum(
            max(spend - advice.current[name], 0.0) for name, spend in advice.spend_by_channel.items()
        ),
        "test_weeks": design.weeks if design else None,
        "test_power": design.power if design else None,
        "test_reduction": design.reduction if design else None,
        "test_least_loss": design.least_loss if design else None,
    }
    if name.startswith("raise_"):
        return raise_figure(advice.raises[channel], name)
    by_channel = {"spend_now": advice.current, "spend_advised": advice.spend_by_channel}
    if name in by_channel:
        return by_channel[name].get(channel)
    if name == "spend_moved":
        return abs(advice.spend_by_channel[channel] - advice.current[channel])
    return whole[name]


def raise_figure(found: Raise, name: str) -> Number:
    """One figure of more money in one channel alone.

    Raises:
        KeyError: there is no such figure.
    """
    return {
        "raise_to": found.spend_raised,
        "raise_by": found.spend_raised - found.spend_now,
        "raise_expected": found.effect_expected,
        "raise_low": found.effect_low,
        "raise_high": found.effect_high,
    }[name]


def _budget_advice(connection: duckdb.DuckDBPyConnection, arguments: Mapping[str, str]) -> Number | None:
    as_of, table = date.fromisoformat(arguments["as_of"]), arguments["table"]
    weeks = read_channel_weeks(connection, as_of=as_of, table=table)
    advice = fit_advice(weeks, limit=float(arguments["limit"]))
    return figure_of(advice, arguments["figure"], channel=arguments.get("channel", ""))


_MODELS: dict[tuple[str, int], Model] = {
    ("budget_advice", 2): _budget_advice,
    (INCIDENT, 1): recompute_figure,
}
