"""What ad platforms claim against what the CRM holds: the last four weeks against the thirteen before.

A platform counts every conversion that it may have touched, the CRM counts leads. A steady ratio
above one is how platforms count; a ratio that moves says that tracking, or counting, has changed.
"""

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.records import ClaimRow, Section
from countersign.core.contracts import Fact, Finding, Window

TABLE = "platform_reconciliation"
TITLE = "Platform claims against the CRM"
RECENT_WEEKS, EARLIER_WEEKS = 4, 13

_FEWEST_LEADS = 20

# A ratio that moved by more than a third, in either direction, is no longer the same count.
_MOVED = 1 / 3


def build_claims(book: FactBook, calendar: Calendar) -> Section[ClaimRow]:
    """One row a platform with claims, and a finding where the ratio to CRM leads moved."""
    if not book.has(TABLE, "platform", "week_start", "platform_conversions", "crm_leads"):
        return Section()
    recent = span(calendar.week, weeks=RECENT_WEEKS)
    earlier = span(calendar.week, weeks=EARLIER_WEEKS, skip=RECENT_WEEKS)
    rows, findings = [], []
    for platform in _claiming(book, span(calendar.week, weeks=RECENT_WEEKS + EARLIER_WEEKS)):
        row = _build_row(book, platform, recent=recent, earlier=earlier)
        rows.append(row)
        finding = _judge(book, row)
        if finding is not None:
            findings.append(finding)
    return Section(rows=tuple(rows), findings=tuple(findings))


def _claiming(book: FactBook, window: Window) -> list[str]:
    rows = book.rows(
        f"select platform from marts.{TABLE} where week_start >= date '{window.start}'"
        f" and week_start < date '{window.end}' group by platform"
        " having sum(platform_conversions) > 0 order by sum(platform_conversions) desc, platform"
    )
    return [row["platform"] for row in rows]


def _build_row(book: FactBook, platform: str, *, recent: Window, earlier: Window) -> ClaimRow:
    claimed, leads, ratio = _ratio(book, platform, recent)
    prior_ratio = _ratio(book, platform, earlier)[2]
    return ClaimRow(
        platform=platform,
        window=recent,
        prior_window=earlier,
        claimed=claimed.id,
        crm_leads=leads.id,
        claimed_per_crm_lead=ratio.id,
        prior_claimed_per_crm_lead=prior_ratio.id,
    )


def _ratio(book: FactBook, platform: str, window: Window) -> tuple[Fact, Fact, Fact]:
    place = {"platform": platform}
    claimed, leads = (
        book.total(column, TABLE, window=window, title=TITLE, unit="count", dimensions=place)
        for column in ("platform_conversions", "crm_leads")
    )
    ratio = book.derive(
        "ratio", [claimed, leads], metric="claimed_per_crm_lead", title=TITLE, unit="ratio",
        window=window, dimensions=place,
    )  # fmt: skip
    return claimed, leads, ratio


def _judge(book: FactBook, row: ClaimRow) -> Finding | None:
    now, prior = book.value(row.claimed_per_crm_lead), book.value(row.prior_claimed_per_crm_lead)
    leads = book.value(row.crm_leads)
    if now is None or not prior or leads is None or leads < _FEWEST_LEADS:
        return None
    if abs(float(now) / float(prior) - 1) <= _MOVED:
        return None
    return Finding(
        key=f"quality:claims:{row.platform}",
        kind="quality",
        metric="claimed_per_crm_lead",
        place={"platform": row.platform},
        facts={
            "now": row.claimed_per_crm_lead,
            "prior": row.prior_claimed_per_crm_lead,
            "claimed": row.claimed,
            "crm_leads": row.crm_leads,
        },
        severity="watch",
        label="measured",
        note="tracking",
    )
