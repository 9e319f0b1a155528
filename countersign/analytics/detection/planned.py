"""What the company said beforehand is no incident: launches, promotions, holidays, restatements.

A release is not planned away: what breaks after one is what people want to hear of.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from countersign.analytics.detection.cube import Mark

# Days before and after the mark in which a move may start, by kind.
_REACH: Mapping[str, tuple[int, int]] = {
    "holiday": (2, 2),
    "launch": (3, 10),
    "promotion": (3, 10),
    "restatement": (3, 3),
}
# From the days before Christmas to those after New Year.
_LONGEST_HOLIDAY = 14
# A move whose other days are more than these would have been there without the holiday.
_HOLIDAY_SHARE = 0.5
# Holidays empty the counts; a ratio that loses more than this share has broken on a holiday.
_COUNTS = {"spend", "impressions", "clicks", "sessions"}
_MOST_OF_HOLIDAY = 0.5
# Some visitors come on any holiday: a count that loses more is no longer counted.
_MOST_OF_COUNT = 0.9
# What no launch or promotion excuses: counting that broke, people who stopped working.
_NEVER_PLANNED = {
    "sessions_per_click", "web_conversions_per_lead", "leads_per_web_conversion",
    "platform_conversions_per_lead", "follow_up_rate", "follow_up_promise_rate", "mql_rate",
    "acceptance_rate", "slip_rate",
}  # fmt: skip
# ... nor visitors who are no people, or who are counted twice, nor leads that are lost on their way.
NEVER_PLANNED_KINDS = {"bot_clicks", "duplicated_tracking", "crm_sync_broken"}
# A platform restates what it claims, not what our own analytics and sales have counted.
_NEVER_RESTATED = _NEVER_PLANNED - {"platform_conversions_per_lead"} | {"engaged_rate", "lead_rate"}


def planned_by(
    metric: str, *, place: Mapping[str, str], change: float, start: date, end: date, marks: Sequence[Mark]
) -> Mark | None:
    """The mark that explains a move of a metric, None when none does.

    Args:
        metric: what moved.
        place: where.
        change: by how much, relative.
        start, end: first and last day.
        marks: what the company said.
    """
    for mark in marks:
        if mark.kind not in _REACH or not _touches(mark, place):
            continue
        before, after = (timedelta(days=days) for days in _REACH[mark.kind])
        starts_there = mark.day - before <= start <= mark.day + after
        if mark.kind == "holiday":
            is_mild = abs(change) < (_MOST_OF_COUNT if metric in _COUNTS else _MOST_OF_HOLIDAY)
            starts_there = starts_there and is_mild and _is_of_holidays(start, end, marks=marks, place=place)
        if mark.kind == "restatement":
            starts_there = (starts_there or start <= mark.day <= end) and metric not in _NEVER_RESTATED
        elif metric in _NEVER_PLANNED:
            continue
        if starts_there:
            return mark
    return None


def _is_of_holidays(start: date, end: date, *, marks: Sequence[Mark], place: Mapping[str, str]) -> bool:
    """Whether a short move lies for the most part on holidays and the days around them."""
    length = (end - start).days + 1
    before, after = _REACH["holiday"]
    around = {
        mark.day + timedelta(days=days)
        for mark in marks
        if mark.kind == "holiday" and _touches(mark, place)
        for days in range(-before, after + 1)
    }
    within = sum(start + timedelta(days=days) in around for days in range(length))
    return length <= _LONGEST_HOLIDAY and within >= _HOLIDAY_SHARE * length


def _touches(mark: Mark, place: Mapping[str, str]) -> bool:
    """Whether the mark's place holds the move's, or is a campaign of the channel or account that moved.

    What one channel announced is no reason for what happened to the company or to a country.
    """
    if mark.channel and place.get("channel") != mark.channel:
        return False
    return not mark.campaign_id or place.get("campaign_id", mark.campaign_id) == mark.campaign_id
