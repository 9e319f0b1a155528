"""What is judged: ratios as ratios, counts against the day effect that all campaigns share.

A ratio is far steadier than a count: a budget, a season or a holiday moves clicks and sessions together
and leaves sessions per click alone. Order is the order of the funnel: what is broken early explains what
is missing later.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Measure:
    """One judged measure.

    Args:
        name: what it is called in an incident.
        numerator: measures added up above the line.
        denominator: measures added up below it; empty for a count held against the shared day effect.
        table: the mart it is read from.
        stage: place in the funnel, early first.
        events: which side must hold enough events to be judged; "above" for counts, "below" for money.
        is_share: whether the numerator is a part of the denominator (binomial error).
        lagged: the measure whose arrival decides when a day is complete; "" when at once.
        least_effect: a smaller relative change is never an incident, however significant.
        doubt: added to the log of the p-value: counts move for many honest reasons, ratios for few.
    """

    name: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    table: str
    stage: int
    events: Literal["above", "below"] = "above"
    is_share: bool = False
    lagged: bool = False
    least_effect: float = 0.15
    doubt: float = 0.0


_CAMPAIGN, _SEGMENT, _DEAL = "marts.campaign_day", "marts.segment_day", "marts.deal_day"
_COUNT = 6.0

MEASURES: tuple[Measure, ...] = (
    Measure("spend", ("spend_reporting",), (), _CAMPAIGN, 0, events="below", least_effect=0.35, doubt=_COUNT),
    Measure("impressions", ("impressions",), (), _CAMPAIGN, 1, least_effect=0.35, doubt=_COUNT),
    Measure("click_rate", ("clicks",), ("impressions",), _CAMPAIGN, 2, is_share=True),
    Measure("clicks", ("clicks",), (), _CAMPAIGN, 3, least_effect=0.35, doubt=_COUNT),
    Measure("cost_per_click", ("spend_reporting",), ("clicks",), _CAMPAIGN, 4, events="below"),
    Measure("sessions_per_click", ("sessions",), ("clicks",), _SEGMENT, 5),
    Measure("sessions", ("unclicked_sessions",), (), _SEGMENT, 6, least_effect=0.35, doubt=_COUNT),
    Measure("engaged_rate", ("engaged_sessions",), ("sessions",), _SEGMENT, 7, is_share=True),
    Measure("web_conversion_rate", ("web_conversions",), ("sessions",), _SEGMENT, 8),
    Measure("lead_rate", ("leads",), ("sessions",), _SEGMENT, 9),
    Measure("leads_per_click", ("leads",), ("clicks",), _SEGMENT, 10),
    Measure("web_conversions_per_lead", ("web_conversions",), ("leads",), _SEGMENT, 11),
    Measure("platform_conversions_per_lead", ("platform_conversions",), ("leads",), _CAMPAIGN, 11),
    Measure("follow_up_rate", ("followed_up_leads",), ("leads",), _CAMPAIGN, 12, is_share=True, lagged=True),
    Measure(
        "follow_up_promise_rate", ("followed_up_within_promise",), ("leads",), _CAMPAIGN, 12,
        is_share=True, lagged=True,
    ),
    Measure("mql_rate", ("mqls",), ("leads",), _SEGMENT, 13, is_share=True, lagged=True),
    Measure(
        "acceptance_rate", ("accepted_leads",), ("accepted_leads", "rejected_leads"), _SEGMENT, 14,
        is_share=True, lagged=True,
    ),
    Measure("opportunity_rate", ("opportunities",), ("leads",), _CAMPAIGN, 15, is_share=True, lagged=True),
    Measure("slip_rate", ("deals_slipped",), ("deals_due",), _DEAL, 16, is_share=True),
    Measure("win_rate", ("deals_won",), ("deals_won", "deals_lost"), _DEAL, 17, is_share=True),
)  # fmt: skip

BY_NAME = {measure.name: measure for measure in MEASURES}
