"""What moved for reasons that nobody needs to be told: decisions, shifts of the mix, and what is too little.

Each rule says what honest business looks like, so that what is left is worth somebody's morning.
"""

from collections.abc import Mapping

import numpy as np

from countersign.analytics.detection.measures import BY_NAME
from countersign.analytics.detection.moves import Move
from countersign.analytics.detection.pictures import Judged, at_place, seen_at
from countersign.analytics.detection.scan import FEWEST_EVENTS, PLAIN_Z
from countersign.analytics.detection.single_factor import is_single_factor

_SHOWN = 2.0
# Visitors come back by themselves: a tag that fires twice adds more, and clearly more where it adds little.
_LEAST_DOUBLED, _LEAST_PLAIN = 0.2, 0.15
# A form that breaks loses those who meet it; a fifth fewer of all for weeks are people of another mind.
_LEAST_BROKEN = 0.27
# Fewer units of noise than this are left of an odd day that a longer, steadier window had lent its certainty.
_FAINT_Z = 3.0
# What moves for one reason moves by as much, within this factor (of logs): forms and visits counted twice, a
# price per click and per impression.
_ALIKE = 2.0
_SAME_PRICE = {"cost_per_click": "cost_per_impression", "cost_per_impression": "cost_per_click"}
_SHORTEST_SPIKE = 3
# Each of a spike's few days is dear, and what is around it not cheap by more than this noise.
_EACH_DAY, _FAINT_BOOKING = 0.5, 1.5
# Tags are on pages: what an account or a campaign lacks for some days are clicks that never came, up to half.
_FEW_DAYS, _LEAST_OF_FEW_DAYS = 3, 0.5
# Prices and conversion give way to what is bought: by at most so much of it, in logs.
_GIVES_WAY = 1.5
# What is more unusual than what was bought, or shown, by this factor is no consequence of it.
_RATHER = 3.0
# Corners of a site whose visitors read on: only what is plain is a fault of a page or a form there.
_PLAIN_CORNER_Z = 6.0
# Prices of a whole account that moved by one factor are judged from here on: no auction does that.
_LEAST_FACTOR = 0.08
# A part whose loss reaches its whole with less than this share was won elsewhere.
_CANCELS = 0.25

# Forms and leads held against each other, both ways up.
_OF_FORMS = {
    "web_conversions_per_lead": "leads_per_web_conversion",
    "leads_per_web_conversion": "web_conversions_per_lead",
}
_CONVERSIONS = ("web_conversion_rate", "lead_rate", "leads_per_click")


def is_routine(move: Move, place: Mapping[str, str], *, kind: str, judged: Mapping[str, Judged]) -> bool:
    """Whether a move is what people decide or shift themselves, or too little to be worth saying.

    Args:
        move: what moved, a root.
        place: the name of its place.
        kind: what it looks like.
        judged: all measures.
    """
    if not BY_NAME[move.measure].denominator and move.measure != "sessions":
        # A budget that binds is known by its ceiling (`ceilings`), never by what it cost.
        return True
    if move.measure == "win_rate":
        # Sales close what is long dead in one go: a low rate of wins is a clean-up of losses.
        return True
    if _is_of_few(move) or _is_slight(move, kind=kind, judged=judged) or _is_one_way_up(move, place, judged):
        return True
    if move.measure == "click_rate":
        return _is_other_placements(move, place, kind=kind, judged=judged)
    if move.measure == "sessions_per_click":
        return _is_counted_apart(move, place, judged) or _is_shift(move, place, judged)
    if move.measure in _SAME_PRICE:
        is_rival = kind == "bid_price_spike"
        return _is_of_clicks(move, place, judged) or (is_rival and _is_bought(move, place, judged))
    if move.measure in _CONVERSIONS:
        return _is_diluted(move, place, judged) or _is_odd_corner(move, place, judged)
    return move.measure == "sessions" and _is_shift(move, place, judged)


def _is_of_few(move: Move) -> bool:
    """Whether fewer leads than are ever judged stand behind it, or forms, where leads may be missing."""
    if move.measure in _OF_FORMS:
        return max(move.actual, move.expected) < FEWEST_EVENTS
    return "leads" in BY_NAME[move.measure].denominator and move.exposure < FEWEST_EVENTS


def _is_one_way_up(move: Move, place: Mapping[str, str], judged: Mapping[str, Judged]) -> bool:
    """Whether forms and leads parted only as one is held against the other, which is chance in the other one.

    Where none came of the one, nothing can be held against it.
    """
    other = seen_at(place, move, judged).get(_OF_FORMS.get(move.measure, ""))
    return other is not None and abs(other.z) < _FAINT_Z


def _is_slight(move: Move, *, kind: str, judged: Mapping[str, Judged]) -> bool:
    """Whether little is left to say, now that it is dated: a small change, or what such days often show."""
    least = BY_NAME[move.measure].least_effect
    if abs(move.z) < _FAINT_Z and not BY_NAME[move.measure].may_fade:
        return True
    if move.measure in _SAME_PRICE and _LEAST_FACTOR <= abs(move.change) < least:
        return not is_single_factor(judged[move.measure], move)
    if abs(move.z) >= PLAIN_Z:
        least = BY_NAME[move.measure].least_plain or least
    elif kind == "form_broken":
        least = _LEAST_BROKEN
    return abs(move.change) < least


def _is_other_placements(
    move: Move, place: Mapping[str, str], *, kind: str, judged: Mapping[str, Judged]
) -> bool:
    """Platforms shift placements from day to day, and more so when they have less to spend.

    What lasts is a tired advertisement, shown as often as before: clicks fall by more than impressions.
    """
    if kind == "unexplained":
        return True
    shown = at_place(judged["impressions"], place, start=move.start, end=move.end)
    fewer = shown is not None and shown.z < min(-_SHOWN, move.z / _RATHER) and shown.change < move.change
    return kind == "creative_fatigue" and fewer


def _is_counted_apart(move: Move, place: Mapping[str, str], judged: Mapping[str, Judged]) -> bool:
    """Visitors who come back by themselves, and clicks that never came."""
    # More who come back come back somewhere: in every channel at once, they are counted more often.
    plain = _LEAST_PLAIN if place else BY_NAME[move.measure].least_plain or 0.0
    if 0 < move.change < (plain if move.z >= PLAIN_Z else _LEAST_DOUBLED):
        forms = seen_at(place, move, judged).get("web_conversions_per_lead")
        return forms is None or forms.z < _SHOWN or not _is_alike(forms.change, move.change)
    if move.change > 0 and "campaign_id" in place and move.end - move.start == 1:
        # One day's clicks were booked with another's; a tag fires twice until somebody mends it.
        return True
    is_narrow = "account_id" in place or "campaign_id" in place
    return is_narrow and move.end - move.start <= _FEW_DAYS and -_LEAST_OF_FEW_DAYS < move.change < 0


def _is_alike(change: float, other: float) -> bool:
    """Whether two rises are the same but for noise: in logs, within a factor of two."""
    return bool(1 / _ALIKE <= np.log1p(change) / np.log1p(other) <= _ALIKE)


def _is_of_clicks(move: Move, place: Mapping[str, str], judged: Mapping[str, Judged]) -> bool:
    """Whether one price moved and the other did not: people click more or less often, nobody charges more.

    What is paid is the same in both: a price that changed shows per click and per impression, about alike.
    """
    other = seen_at(place, move, judged).get(_SAME_PRICE[move.measure])
    if other is None or other.expected <= 0 or other.actual <= 0 or move.actual <= 0:
        return False
    return float(np.log1p(other.change) / np.log1p(move.change)) < 1 / _ALIKE


def _is_bought(move: Move, place: Mapping[str, str], judged: Mapping[str, Judged]) -> bool:
    """Whoever buys more pays more for each: the price of a budget that was raised."""
    is_short = "campaign_id" in place and move.end - move.start < _SHORTEST_SPIKE
    if is_short and _is_booked_apart(move, place, judged):
        return True
    seen = seen_at(place, move, judged)
    bought = [seen[name] for name in ("clicks", "impressions") if name in seen]
    if any(
        one.z > max(_SHOWN, move.z / _RATHER) and np.log1p(one.change) * _GIVES_WAY > np.log1p(move.change)
        for one in bought
    ):
        return True
    spent = seen.get("spend")
    more = spent is not None and np.log1p(spent.change) > (1 + 1 / _GIVES_WAY) * np.log1p(move.change)
    return bool(more and seen["spend"].z > move.z / 2)


def _is_booked_apart(move: Move, place: Mapping[str, str], judged: Mapping[str, Judged]) -> bool:
    """Whether one of a campaign's few dear days was booked with another: dear first, then cheap.

    Then not all of its days are dear, or those around them are cheap.
    """
    one = judged[move.measure]
    days = [at_place(one, place, start=day, end=day + 1) for day in range(move.start, move.end)]
    if any(day is None or day.change < _EACH_DAY * move.change for day in days):
        return True
    near = ((move.start - _SHORTEST_SPIKE, move.start), (move.end, move.end + _SHORTEST_SPIKE))
    around = [at_place(one, place, start=start, end=end) for start, end in near]
    return any(other is not None and other.z < -_FAINT_BOOKING for other in around)


def _is_diluted(move: Move, place: Mapping[str, str], judged: Mapping[str, Judged]) -> bool:
    """Whoever buys many more clicks reaches people who want it less: as long as leads are no fewer."""
    if move.change >= 0 or move.actual <= 0 or "clicks" not in judged:
        return False
    bought = at_place(judged["clicks"], place, start=move.start, end=move.end)
    return bought is not None and bought.z > _SHOWN and bool(np.log1p(bought.change) > -np.log1p(move.change))


def _is_odd_corner(move: Move, place: Mapping[str, str], judged: Mapping[str, Judged]) -> bool:
    """A device or a country of one campaign, or both at once, whose visitors read on and send fewer forms.

    Who meets a broken page leaves it, and a form is the site's: short of what is plain, this is chance.
    """
    is_segment = "device" in place or "country" in place
    is_corner = is_segment and len(set(place) - {"channel", "account_id"}) > 1
    if not is_corner or abs(move.z) >= _PLAIN_CORNER_Z or "engaged_rate" not in judged:
        return False
    engaged = at_place(judged["engaged_rate"], place, start=move.start, end=move.end)
    return engaged is not None and engaged.z > -_SHOWN


def _is_shift(move: Move, place: Mapping[str, str], judged: Mapping[str, Judged]) -> bool:
    """Whether what a device or a country lost was won by the others: a mix that cancels out."""
    outer = {key: value for key, value in place.items() if key not in ("device", "country")}
    if outer == place:
        return False
    whole = at_place(judged[move.measure], outer, start=move.start, end=move.end)
    lost = move.actual - move.expected
    if whole is None or (whole.actual - whole.expected) / lost >= _CANCELS:
        return False
    # A shift shows where it went: the rest must have moved the other way by more than its noise.
    rest = whole.expected - move.expected
    gained = whole.actual - whole.expected - lost
    return bool(abs(gained) >= _SHOWN * whole.scale * float(np.sqrt(max(rest, 1.0))))
