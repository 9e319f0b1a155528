"""What is judged: ratios as ratios, counts against the day effect that all campaigns share.

A ratio is far steadier than a count: a budget, a season or a holiday moves clicks and sessions together
and leaves sessions per click alone. Order is the order of the funnel: what is broken early explains what
is missing later.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One judged measure.

    Args:
        name: what it is called in an incident.
        numerator: measures added up above the line.
        denominator: measures added up below it; empty for a count held against the shared day effect.
        table: the mart it is read from.
        stage: place in the funnel, early first.
        is_money: amounts over counts: the denominator must hold enough events, and noise may be small.
        longest_delay_days: longest usual delay of the outcome; 0 when it is there at once.
        least_effect: a smaller relative change is never an incident, however significant.
        floor: no noise is taken to be below it, in units of a Poisson series; a share, or what is counted
            on both sides of the line (conversions of the same leads), is steadier than that.
        doubt: added to the log of the p-value: counts move for many honest reasons, ratios for few.
        segment_doubt: the same for devices and countries, whose share below the line is only estimated.
        may_fade: slides day by day as people tire of an advertisement: slopes are looked for beside steps.
    """

    name: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    table: str
    stage: int
    is_money: bool = False
    longest_delay_days: float = 0.0
    least_effect: float = 0.08
    floor: float = 1.0
    doubt: float = 0.0
    segment_doubt: float = 0.0
    may_fade: bool = False


_CAMPAIGN, _SEGMENT, _DEAL = "marts.campaign_day", "marts.segment_day", "marts.deal_day"
_DECIDED = ("accepted_leads", "rejected_leads")
# Shares are binomial; delays of sales are weeks, of a promise of hours a day or two.
_SHARE, _SALES_DAYS, _PROMISE_DAYS = 0.7, 45.0, 1.5


def _count(
    name: str, numerator: str, table: str, stage: int, *, is_money: bool = False, least_effect: float = 0.12
) -> Measure:
    return Measure(
        name, (numerator,), (), table, stage, is_money=is_money, least_effect=least_effect, doubt=3.0
    )


def _outcome(
    name: str, numerator: str, table: str, stage: int, *, days: float, doubt: float = 0.0
) -> Measure:
    return Measure(
        name, (numerator,), ("leads",), table, stage, longest_delay_days=days, floor=_SHARE, doubt=doubt
    )


MEASURES: tuple[Measure, ...] = (
    _count("spend", "spend_reporting", _CAMPAIGN, 0, is_money=True),
    _count("impressions", "impressions", _CAMPAIGN, 1),
    Measure("click_rate", ("clicks",), ("impressions",), _CAMPAIGN, 2, least_effect=0.1, may_fade=True),
    _count("clicks", "clicks", _CAMPAIGN, 3),
    Measure(
        "cost_per_click", ("spend_reporting",), ("clicks",), _CAMPAIGN, 4,
        is_money=True, least_effect=0.14, doubt=3.0,
    ),
    Measure(
        "cost_per_impression", ("spend_reporting",), ("impressions",), _CAMPAIGN, 4,
        is_money=True, least_effect=0.14, doubt=3.0,
    ),
    Measure(
        "sessions_per_click", ("sessions",), ("clicks",), _SEGMENT, 5, least_effect=0.1, segment_doubt=3.0,
    ),
    # Nothing but demand stands below this count, and a seventh more or less of it for weeks is demand.
    _count("sessions", "unclicked_sessions", _SEGMENT, 6, least_effect=0.2),
    Measure("engaged_rate", ("engaged_sessions",), ("sessions",), _SEGMENT, 7, floor=0.85),
    Measure("web_conversion_rate", ("web_conversions",), ("sessions",), _SEGMENT, 8),
    Measure("lead_rate", ("leads",), ("sessions",), _SEGMENT, 9),
    Measure("leads_per_click", ("leads",), ("clicks",), _SEGMENT, 10, doubt=2.0),
    Measure("web_conversions_per_lead", ("web_conversions",), ("leads",), _SEGMENT, 11, floor=0.6),
    Measure("platform_conversions_per_lead", ("platform_conversions",), ("leads",), _CAMPAIGN, 11, doubt=5.0),
    _outcome("follow_up_rate", "followed_up_leads", _CAMPAIGN, 12, days=_SALES_DAYS),
    _outcome("follow_up_promise_rate", "followed_up_within_promise", _CAMPAIGN, 12, days=_PROMISE_DAYS),
    _outcome("mql_rate", "mqls", _SEGMENT, 13, days=_SALES_DAYS),
    Measure(
        "acceptance_rate", ("accepted_leads",), _DECIDED, _SEGMENT, 14,
        longest_delay_days=_SALES_DAYS, floor=_SHARE,
    ),
    _outcome("opportunity_rate", "opportunities", _CAMPAIGN, 15, days=_SALES_DAYS, doubt=4.0),
    Measure("slip_rate", ("deals_slipped",), ("deals_due",), _DEAL, 16, least_effect=0.3, doubt=1.0),
    Measure("win_rate", ("deals_won",), ("deals_won", "deals_lost"), _DEAL, 17, floor=_SHARE, doubt=4.0),
)  # fmt: skip

BY_NAME = {measure.name: measure for measure in MEASURES}
