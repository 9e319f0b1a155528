"""Rule-based models: fixed weights by place or age of a touch, in one SQL pass over distinct journeys.

The weights of a journey of n touches, oldest first, always sum to 1:

    first             1 for touch 1
    last              1 for touch n
    last_non_direct   1 for the last touch that is not direct; for touch n when all are
    linear            1/n each
    position          first + middle/2 and last + middle/2 for n = 2; else first, middle/(n - 2), last
    time_decay        2^(-age/half life), over the sum of these; age in days at the conversion

dbt's mart attribution_day computes the same from touches; a test holds one against the other.

Source: ChannelAttribution (first, last, linear); Google Analytics' documentation of its former rule-based
models (last non-direct, position, time decay with a half-life of 7 days).
"""

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
from numpy.typing import NDArray

from countersign.analytics.attribution.credits import Model
from countersign.core.attribution_rules import AttributionRules
from countersign.core.errors import SettingsError
from countersign.core.warehouse import quote_text

_BY_PLACE: tuple[Model, ...] = ("first", "last", "last_non_direct", "position")


def credit_by_rules(
    connection: duckdb.DuckDBPyConnection, rows: str, models: Sequence[Model], *, rules: AttributionRules
) -> dict[str | None, list[float]]:
    """Credit of conversions, then of value, model after model, by step.

    Args:
        connection: holds the journeys.
        rows: a table or a query in brackets: steps, touches, ages, conversions, value.
        models: rule-based ones.
        rules: shares, half-life and the name of the direct channel.

    Raises:
        SettingsError: a journey has more or fewer ages than touches, or an age that is negative.
    """
    if "time_decay" in models:
        _check_ages(connection, rows)
    sums = ", ".join(
        f"fsum({amount} * {_weight(model, rules)})" for model in models for amount in ("conversions", "value")
    )
    found = connection.execute(
        f"""
        select cast(step as varchar), {sums}
        from (select {", ".join(_touch(models, rules))} from ({_decayed(rows, models, rules)}))
        group by step
        """
    ).fetchall()
    return {step: list(credits) for step, *credits in found}


def by_model(
    found: Mapping[str | None, list[float]], models: Sequence[Model], *, channels: Sequence[str]
) -> dict[Model, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """What `credit_by_rules` gave, as credits of conversions and of value per channel, or 0."""
    table = np.array([found.get(channel, [0.0] * 2 * len(models)) for channel in channels])
    table = table.reshape(len(channels), 2 * len(models))
    return {model: (table[:, 2 * at], table[:, 2 * at + 1]) for at, model in enumerate(models)}


def _decayed(rows: str, models: Sequence[Model], rules: AttributionRules) -> str:
    chosen = "steps, touches, conversions, value"
    if "time_decay" in models:
        decay = f"lambda age: pow(2.0, (list_min(ages) - age) / {rules.half_life_days!r})"
        chosen += f", list_transform(ages, {decay}) as decayed"
    return f"select {chosen} from {rows} where conversions > 0"


def _touch(models: Sequence[Model], rules: AttributionRules) -> list[str]:
    columns = ["unnest(steps) as step", "touches"]
    if any(model in _BY_PLACE for model in models):
        columns.append("unnest(range(1, touches + 1)) as place")
    if "last_non_direct" in models:
        columns.append(f"{_last_non_direct(rules)} as closing")
    if "time_decay" in models:
        columns += ["unnest(decayed) as decayed", "list_sum(decayed) as all_decayed"]
    return [*columns, "conversions", "value"]


def _last_non_direct(rules: AttributionRules) -> str:
    direct = quote_text(rules.direct_channel)
    return (
        "touches - coalesce(list_position(list_transform(list_reverse(steps),"
        f" lambda step: cast(step as varchar) <> {direct}), true) - 1, 0)"
    )


def _weight(model: Model, rules: AttributionRules) -> str:
    shares = rules.position_shares
    half = shares.middle / 2
    weights: dict[Model, str] = {
        "first": "cast(place = 1 as double)",
        "last": "cast(place = touches as double)",
        "last_non_direct": "cast(place = closing as double)",
        "linear": "(1.0 / touches)",
        "position": (
            f"case when touches = 1 then 1.0"
            f" when touches = 2 then case when place = 1 then {shares.first + half!r}::double"
            f" else {shares.last + half!r}::double end"
            f" when place = 1 then {shares.first!r}::double when place = touches then {shares.last!r}::double"
            f" else {shares.middle!r}::double / (touches - 2) end"
        ),
        "time_decay": "(decayed / all_decayed)",
    }
    return weights[model]


def _check_ages(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    unfit = connection.execute(
        f"""
        select count(*) from {rows}
        where conversions > 0
            and not coalesce(len(ages) = touches and list_min(ages) >= 0 and isfinite(list_max(ages)), false)
        """
    ).fetchone()
    if unfit and unfit[0]:
        raise SettingsError(
            "Time decay needs one age for each touch.",
            found=f"{unfit[0]} converting paths whose ages are missing, negative or not one for each step",
            fix="name the column in PathColumns(ages=...), in days to the conversion, or leave it out",
        )
