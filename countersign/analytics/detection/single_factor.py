"""Whether all campaigns of a place became dearer, or cheaper, by one and the same factor.

An account that is billed in another currency, or at another rate, multiplies every price in it by one
number from one day on. Budgets, bids, launches and promotions move campaigns apart: each has its own
auctions. So the spread of the campaigns' factors is held against their noise, as studies are in a
meta-analysis.

Source: Cochran (1954), "The combination of estimates from different experiments", Biometrics 10.
"""

import numpy as np
from scipy.stats import chi2  # type: ignore[import-untyped]

from countersign.analytics.detection.moves import Move, measured_move
from countersign.analytics.detection.pictures import Judged

# Campaigns that are moved this many units of their own noise, and how many of them tell a shape.
_SHOWN, _FEWEST_SHOWN = 2.0, 2
# Campaigns of one factor differ by more than this in one of twenty windows.
_DIFFERENT = 0.05


def is_single_factor(judged: Judged, move: Move) -> bool:
    """Whether a move multiplied what every campaign of its place pays by one factor.

    False where fewer than two campaigns moved on their own, because one shows no shape.

    Args:
        judged: the measure of the move, a price.
        move: what moved.
    """
    board, prepared = judged.board, judged.prepared
    inside = [
        part for part in board.places.held_by(move.place) if board.places.levels[part].endswith("campaign_id")
    ]
    if len(inside) < _FEWEST_SHOWN:
        return False
    parts = [measured_move(board, prepared, place=part, start=move.start, end=move.end) for part in inside]
    behind = prepared.reference.events[:, move.start]
    known = [one for one in parts if one.actual > 0 and one.expected > 0 and behind[one.place] > 0]
    if len(known) < _FEWEST_SHOWN:
        return False
    noise = np.array([one.scale * np.sqrt(1 / one.expected + 1 / behind[one.place]) for one in known])
    factor = np.log([one.actual / one.expected for one in known])
    weight = 1 / noise**2
    common = float((weight * factor).sum() / weight.sum())
    shown = (np.abs(factor) >= _SHOWN * noise) & (factor * common > 0)
    spread = float((weight * (factor - common) ** 2).sum())
    return bool(shown.sum() >= _FEWEST_SHOWN and chi2.sf(spread, len(factor) - 1) >= _DIFFERENT)
