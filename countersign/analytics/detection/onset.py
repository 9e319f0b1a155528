"""Since when a move was under way: what its days, and those of measures that moved with it, say of its start.

The window that fits best has one start, but where events are few many starts fit nearly as well, and the
best one is a quiet day too early as often as not: a run of poor days by chance, joined to the true one. So
each start is weighed by the likelihood of the window that it opens, and the day is named by which the move
had begun with a probability of `UNDER_WAY`. A report that says "since 15 June" then holds on 15 June in four
cases of five; the cause may lie a few days before.

All days are taken to be as likely beforehand. Events are overdispersed, so log-likelihoods are divided by the
noise scale squared (a quasi-likelihood). Measures of one place that count other events of the same cause, as
qualified and accepted leads do, add theirs up.

Source: Smith (1975), "A Bayesian approach to inference about a change-point in a sequence of random
variables", Biometrika 62; McCullagh and Nelder (1989), "Generalized linear models", ch. 9.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import softmax  # type: ignore[import-untyped]

from countersign.analytics.detection.arrays import Flags, Floats, cumulated
from countersign.analytics.detection.moves import Move, kind_of
from countersign.analytics.detection.reference import FEWEST_WEEKS, deviance
from countersign.analytics.detection.scan import STRETCH_DAYS, Prepared

# The probability that a move had begun by the day that is named.
UNDER_WAY = 0.8
# Fewer units of noise of a sister measure are no sign that it moved at all.
_MOVED_Z = 2.0
# Measures that one cause moves the same way, though each counts other events: chances given the one before.
SISTERS: Mapping[str, tuple[str, ...]] = {
    "engaged_rate": ("lead_rate",),
    "lead_rate": ("engaged_rate",),
    "web_conversion_rate": ("engaged_rate",),
    "leads_per_click": ("engaged_rate",),
    "sessions_per_click": ("web_conversions_per_lead",),
    "web_conversions_per_lead": ("sessions_per_click",),
    "follow_up_promise_rate": ("mql_rate",),
    "mql_rate": ("acceptance_rate",),
    "acceptance_rate": ("mql_rate",),
}


def is_sister(move: Move, *, of: Move) -> bool:
    """Whether a measure moved with another of the same place for the same cause, by other events.

    Args:
        move: what the measure did at the place and in the days of the other.
        of: the move that is dated.
    """
    return move.measure in SISTERS.get(of.measure, ()) and move.z * of.z > 0 and abs(move.z) >= _MOVED_Z


def under_way_by(moves: Sequence[tuple[Move, Prepared]], *, probability: float = UNDER_WAY) -> int:
    """Index of the first day by which a move had begun with this probability.

    Args:
        moves: the move and its sisters in the same days, each with the series it was found in.
        probability: how sure that the move had begun by then.
    """
    first, _ = moves[0]
    starts = np.arange(max(first.start - STRETCH_DAYS, 0), first.end)
    evidence, is_known = np.zeros(len(starts)), np.ones(len(starts), dtype=bool)
    for move, prepared in moves:
        gained, known = _gained(move, prepared, starts=starts)
        evidence, is_known = evidence + gained, is_known & known
    if not is_known.any():
        return first.start
    chances = softmax(np.where(is_known, evidence, -np.inf))
    return int(starts[np.searchsorted(np.cumsum(chances), min(probability, 1 - 1e-9))])


def _gained(move: Move, prepared: Prepared, *, starts: np.ndarray) -> tuple[Floats, Flags]:
    """Log-likelihood that a change from each start to the move's end gains over none, and where known."""
    place, reference = move.place, prepared.reference
    inside = slice(starts[0], move.end)
    expected = reference.rate[place, move.start] * prepared.denominator[place, inside]
    # Sums from each start to the end.
    counted, usual = (_until_end(values) for values in (prepared.numerator[place, inside], expected))
    trials = None if prepared.trials is None else _until_end(prepared.trials[place, inside])
    scale = prepared.scales[place, kind_of(move.end - move.start)]
    gained = deviance(counted, usual, trials=trials) / 2 / scale**2
    known = (reference.rate[place, starts] > 0) & (reference.weeks[place, starts] >= FEWEST_WEEKS)
    is_same_way = (counted - usual) * move.z > 0
    return np.where(is_same_way, gained, 0.0), known


def _until_end(values: Floats) -> Floats:
    sums = cumulated(values)
    return np.asarray(sums[-1] - sums[:-1])
