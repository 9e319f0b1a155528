"""Campaigns that take money and bring leads that sales turns down, more than other campaigns' leads.

Read on the cohort weeks of `quality.py`, old enough for sales to have judged their leads. A campaign is
compared with all other campaigns together: it brings poor leads when sales accepts clearly less of them (one
in 2,000 by chance, because campaigns are many) and it takes at least a twentieth of what campaigns spend.
A channel that is told as a whole is not told again campaign by campaign.
"""

from collections.abc import Collection

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.campaigns import TABLE, TITLE, Campaign, list_campaigns
from countersign.analytics.quality import RECENT_WEEKS
from countersign.analytics.wilson import share_z
from countersign.core.contracts import Fact, Finding, Unit, Window
from countersign.core.workspace import Company

_COLUMNS = ("campaign_name", "channel", "spend_reporting", "accepted_leads", "rejected_leads")
_COUNTED = ("spend_reporting", "accepted_leads", "rejected_leads")
_POOR_Z, _ACT_Z = -3.3, -5.0
_FEWEST_VERDICTS = 20
_SPEND_THAT_MATTERS = 0.05


def find_poor_campaigns(
    book: FactBook, calendar: Calendar, *, company: Company, told: Collection[str]
) -> tuple[Finding, ...]:
    """Campaigns with high spend and low lead quality; none where leads name no campaigns.

    Args:
        book: holds `campaign_week`, or not.
        calendar: the week in question.
        company: says after how many days sales has judged a lead.
        told: channels whose own lead quality is a finding already.
    """
    if not book.has(TABLE, "platform", "campaign_id", "week_start", *_COLUMNS):
        return ()
    window = span(calendar.matured(company.acceptance_maturity_days), weeks=RECENT_WEEKS)
    # Those that took most come first, and no more than so many can take a share that matters.
    most = list_campaigns(book, window)[: round(1 / _SPEND_THAT_MATTERS)]
    campaigns = [each for each in most if each.channel not in told]
    whole = [_total(book, column, window) for column in _COUNTED] if campaigns else []
    findings = (_judge(book, campaign, window, whole=whole) for campaign in campaigns)
    return tuple(finding for finding in findings if finding is not None)


def _judge(book: FactBook, campaign: Campaign, window: Window, *, whole: list[Fact]) -> Finding | None:
    spend, accepted, rejected = (_total(book, column, window, campaign) for column in _COUNTED)
    if not spend.value or accepted.value is None or rejected.value is None:
        return None
    others = [
        _derive(book, "difference", [all_of, own], unit="count", name=f"{own.metric}_of_others")
        for all_of, own in zip(whole[1:], (accepted, rejected), strict=True)
    ]
    decided, decided_others = (
        _derive(book, "sum", pair, unit="count", name=f"decided_leads{of}", campaign=own)
        for pair, of, own in (([accepted, rejected], "", campaign), (others, "_of_others", None))
    )
    z = share_z(_counts(accepted, decided), _counts(others[0], decided_others))
    share = _derive(book, "share", [spend, whole[0]], unit="rate", name="spend_share", campaign=campaign)
    if z is None or z > _POOR_Z or float(share.value or 0) < _SPEND_THAT_MATTERS:
        return None
    if float(decided.value or 0) < _FEWEST_VERDICTS:
        return None
    rate, usual = (
        _derive(book, "ratio", pair, unit="rate", name="sales_acceptance_rate", campaign=own)
        for pair, own in (([accepted, decided], campaign), ([others[0], decided_others], None))
    )
    return Finding(
        key=f"quality:campaign:{campaign.campaign_id}",
        kind="quality",
        metric="sales_acceptance_rate",
        place={"channel": campaign.channel, "campaign": campaign.name},
        facts={
            "now": rate.id,
            "others": usual.id,
            "accepted": accepted.id,
            "decided": decided.id,
            "rejected": rejected.id,
            "spend": spend.id,
            "spend_share": share.id,
        },
        severity="act" if z <= _ACT_Z else "watch",
        label="measured",
        good_direction="up",
    )


def _counts(accepted: Fact, decided: Fact) -> tuple[float, float]:
    return float(accepted.value or 0), float(decided.value or 0)


def _total(book: FactBook, column: str, window: Window, campaign: Campaign | None = None) -> Fact:
    unit: Unit = "currency" if column == "spend_reporting" else "count"
    place = campaign.dimensions if campaign else {}
    return book.total(column, TABLE, window=window, title=TITLE, unit=unit, dimensions=place)


def _derive(
    book: FactBook,
    function: str,
    inputs: list[Fact],
    *,
    unit: Unit,
    name: str,
    campaign: Campaign | None = None,
) -> Fact:
    place = campaign.dimensions if campaign else {}
    return book.derive(
        function, inputs, metric=name, title=TITLE, unit=unit, window=inputs[0].window, dimensions=place
    )
