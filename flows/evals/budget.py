"""What budget advice would really bring, on the true curves."""

from dataclasses import dataclass

from countersign.core.errors import AgentError
from countersign.sources.ruler.outcome import TrueResponse
from flows.evals.analysis import Advice

LIMIT = 0.3
# Below this share of all accepted leads there is nothing to gain, and no share of it to speak of.
_WORTH = 0.005
# More than this above today's total is no split of the same money.
_ROUNDING = 0.01


@dataclass(frozen=True)
class BudgetScore:
    """One company's advice. Leads are accepted leads a week; `gain_share` is of what was attainable.

    `gain_share` is None where nothing worth speaking of was attainable; `is_inside` is None where it
    abstained.
    """

    attainable: float
    gain: float
    gain_share: float | None
    is_worse: bool
    is_inside: bool | None
    abstained: str


def score_advice(advice: Advice, response: TrueResponse) -> BudgetScore:
    """Score one piece of advice.

    The advice is applied as the change it makes to each channel's spend as the company's tables show it, so
    that an account that bills in a misread currency does not change what was advised.

    Raises:
        AgentError: it spends more than today, moves a channel by more than 30%, or names an unknown channel.
    """
    today = response.outcome(response.current)
    attainable = response.attainable_gain(LIMIT)
    if advice.abstained:
        share = 0.0 if attainable >= _WORTH * today else None
        return BudgetScore(attainable, 0.0, share, False, None, advice.abstained)
    changes = _changes(advice, response)
    advised = {name: spend * changes.get(name, 1.0) for name, spend in response.current.items()}
    gain = response.outcome(advised) - today
    return BudgetScore(
        attainable=attainable,
        gain=gain,
        gain_share=gain / attainable if attainable >= _WORTH * today else None,
        is_worse=gain < -1e-9,
        is_inside=advice.effect_low <= gain <= advice.effect_high,
        abstained="",
    )


def _changes(advice: Advice, response: TrueResponse) -> dict[str, float]:
    unknown = set(advice.spend_by_channel) - set(response.current)
    now, then = sum(advice.current.values()), sum(advice.spend_by_channel.values())
    changes = {
        name: spend / advice.current[name]
        for name, spend in advice.spend_by_channel.items()
        if advice.current.get(name)
    }
    moved = max((abs(change - 1) for change in changes.values()), default=0.0)
    if unknown or then > now * (1 + _ROUNDING) or moved > LIMIT + _ROUNDING:
        raise AgentError(
            "Budget advice breaks its own limits.",
            found=f"unknown {sorted(unknown)}, total {now:.2f} to {then:.2f}, largest move {moved:.3f}",
            fix="keep the total, and every channel within 30% of today, in advise_budget",
        )
    return changes
