"""What is judged: ratios as ratios, counts against the day effect that all campaigns share.

A ratio is far steadier than a count: a budget, a season or a holiday moves clicks and sessions together
and leaves sessions per click alone. Order is the order of the funnel: what is broken early explains what
is missing later.
"""

from dataclasses import dataclass

from countersign.analytics.detection.maturity import LEAST_COMPLETE
from countersign.analytics.detection.memory import HALF_A_YEAR, SHORT, SHORTEST, USUAL, Memory
from countersign.analytics.detection.scan import Only


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
        least_effect: a smaller relative change is no incident.
        least_plain: the same where it is plain (`scan.PLAIN_Z`); None where that excuses nothing.
        floor: no noise is taken to be below it, in units of a Poisson (or binomial) series; what is counted
            on both sides of the line (conversions of the same leads) is steadier than that.
        is_share: what is above the line is part of what is below it: binomial, so it has no more noise when
            most have it than when few do, and cannot be rarer than never.
        least_complete: days on which a smaller share of the outcomes is there already are not judged.
        memories: how far back its level may be read, whichever foretells a series best.
        doubt: added to the log of the p-value: counts move for many honest reasons, ratios for few.
        segment_doubt: the same for devices and countries, whose share below the line is only estimated.
        may_fade: slides day by day as people tire of an advertisement: slopes are looked for beside steps.
        only: the one way in which it is judged, where the other is never an incident; empty for both.
    """

    name: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    table: str
    stage: int
    is_money: bool = False
    longest_delay_days: float = 0.0
    least_effect: float = 0.08
    least_plain: float | None = None
    floor: float = 1.0
    doubt: float = 0.0
    segment_doubt: float = 0.0
    may_fade: bool = False
    is_share: bool = False
    only: Only = ""
    least_complete: float = LEAST_COMPLETE
    memories: tuple[Memory, ...] = (USUAL, HALF_A_YEAR)


_CAMPAIGN, _SEGMENT, _DEAL = "marts.campaign_day", "marts.segment_day", "marts.deal_day"
_DECIDED = ("accepted_leads", "rejected_leads")
# Delays of sales are weeks, of a promise of hours a day or two.
_SALES_DAYS, _PROMISE_DAYS = 45.0, 1.5
# Outcomes that come late come later in one channel than in another: few of them are not yet a loss.
_NEARLY_ALL = 0.9
# Sales work by channel and campaign: that they turn down one country alone is rarer than chance.
_SEGMENT_OF_SALES = 2.0
# People work through leads and deals in batches: those of one day share a fate, and vary by more than a coin.
_BY_BATCH = 1.15
# Of many clicks and visits a twentieth more or less is no chance: counting, a page, an advertisement.
_SMALL = 0.05
# A busy week is not the end of calling: who stops leaves more than a fifth.
_STOPPED = 0.2
# Prices move with the market, and counts with demand.
_OF_PRICES, _OF_COUNTS = (USUAL, SHORT, SHORTEST), (USUAL, SHORT)


def _count(
    name: str, numerator: str, table: str, stage: int, *, is_money: bool = False, least_effect: float = 0.12
) -> Measure:
    return Measure(
        name,
        (numerator,),
        (),
        table,
        stage,
        is_money=is_money,
        least_effect=least_effect,
        doubt=3.0,
        memories=_OF_COUNTS,
    )


def _outcome(
    name: str, numerator: str, table: str, stage: int, *, days: float, doubt: float = 0.0,
    least_complete: float = LEAST_COMPLETE, least_effect: float = 0.08, only: Only = "",
) -> Measure:  # fmt: skip
    return Measure(
        name,
        (numerator,),
        ("leads",),
        table,
        stage,
        longest_delay_days=days,
        least_effect=least_effect,
        doubt=doubt,
        floor=_BY_BATCH,
        segment_doubt=_SEGMENT_OF_SALES,
        is_share=True,
        only=only,
        least_complete=least_complete,
    )


MEASURES: tuple[Measure, ...] = (
    _count("spend", "spend_reporting", _CAMPAIGN, 0, is_money=True),
    _count("impressions", "impressions", _CAMPAIGN, 1),
    Measure(
        "click_rate", ("clicks",), ("impressions",), _CAMPAIGN, 2,
        least_effect=0.1, least_plain=_SMALL, may_fade=True, memories=(USUAL,),
    ),
    _count("clicks", "clicks", _CAMPAIGN, 3),
    Measure(
        "cost_per_click", ("spend_reporting",), ("clicks",), _CAMPAIGN, 4,
        is_money=True, least_effect=0.14, doubt=3.0, memories=_OF_PRICES,
    ),
    Measure(
        "cost_per_impression", ("spend_reporting",), ("impressions",), _CAMPAIGN, 4,
        is_money=True, least_effect=0.14, doubt=3.0, memories=_OF_PRICES,
    ),
    Measure(
        "sessions_per_click", ("sessions",), ("clicks",), _SEGMENT, 5,
        least_effect=0.1, least_plain=_SMALL, segment_doubt=3.0,
    ),
    # Nothing but demand stands below this count, and a seventh more or less of it for weeks is demand.
    _count("sessions", "unclicked_sessions", _SEGMENT, 6, least_effect=0.2),
    Measure(
        "engaged_rate", ("engaged_sessions",), ("sessions",), _SEGMENT, 7, least_plain=_SMALL, is_share=True,
    ),
    Measure("web_conversion_rate", ("web_conversions",), ("sessions",), _SEGMENT, 8),
    Measure("lead_rate", ("leads",), ("sessions",), _SEGMENT, 9),
    Measure("leads_per_click", ("leads",), ("clicks",), _SEGMENT, 10, doubt=2.0),
    Measure("web_conversions_per_lead", ("web_conversions",), ("leads",), _SEGMENT, 11, floor=0.6),
    # The same two counts the other way up: where leads go missing, nothing is left to hold forms against.
    # More leads to a form are fewer forms to a lead, which the line above judges.
    Measure(
        "leads_per_web_conversion", ("leads",), ("web_conversions",), _SEGMENT, 11, floor=0.6, only="fall",
    ),
    Measure("platform_conversions_per_lead", ("platform_conversions",), ("leads",), _CAMPAIGN, 11, doubt=5.0),
    # Nobody is ever woken because sales called more leads than usual.
    _outcome(
        "follow_up_rate", "followed_up_leads", _CAMPAIGN, 12,
        days=_SALES_DAYS, doubt=4.0, least_complete=_NEARLY_ALL, least_effect=_STOPPED, only="fall",
    ),
    _outcome(
        "follow_up_promise_rate", "followed_up_within_promise", _CAMPAIGN, 12,
        days=_PROMISE_DAYS, least_effect=_STOPPED, only="fall",
    ),
    _outcome("mql_rate", "mqls", _SEGMENT, 13, days=_SALES_DAYS),
    Measure(
        "acceptance_rate", ("accepted_leads",), _DECIDED, _SEGMENT, 14,
        longest_delay_days=_SALES_DAYS, segment_doubt=_SEGMENT_OF_SALES, is_share=True,
    ),
    _outcome(
        "opportunity_rate", "opportunities", _CAMPAIGN, 15,
        days=_SALES_DAYS, doubt=4.0, least_complete=_NEARLY_ALL,
    ),
    Measure(
        "slip_rate", ("deals_slipped",), ("deals_due",), _DEAL, 16,
        least_effect=0.3, doubt=1.0, floor=_BY_BATCH, is_share=True,
    ),
    Measure(
        "win_rate", ("deals_won",), ("deals_won", "deals_lost"), _DEAL, 17,
        doubt=4.0, is_share=True,
    ),
)  # fmt: skip

BY_NAME = {measure.name: measure for measure in MEASURES}
