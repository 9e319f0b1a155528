"""How fast sales followed up on leads, against the company's own promise; event leads apart.

Event leads come in lists after the event, so their delay says nothing about inbound leads, and the
promise is not held against them: they are slow only when clearly slower than event leads were. A lead
created in the last hours of a week has not missed the promise yet: the week is read once the
promise could be kept for all of it.
"""

import math

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.records import FollowUpRow, Section
from countersign.analytics.wilson import share_z
from countersign.core.contracts import Fact, Finding, Window
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Company

TABLE = "follow_up_week"
TITLE = "Sales follow-up by channel and week"
EARLIER_WEEKS = 13

_FEWEST_LEADS = 10
_LOW_Z, _MATERIAL_DROP = -2.58, -0.15

# Fewer than half of the leads within the promise is no promise.
_BROKEN_PROMISE = 0.5


def build_follow_up(book: FactBook, calendar: Calendar, *, company: Company) -> Section[FollowUpRow]:
    """Follow-up of all leads and of each channel, and a finding where it is slow."""
    needed = ("channel", "week_start", "is_event_lead", "leads", "followed_up_within_promise")
    if not book.has(TABLE, *needed) or not _is_recorded(book):
        return Section()
    week = calendar.matured(math.ceil(company.follow_up_promise_hours / 24))
    rows, findings = [], []
    for channel, is_event in _places(book, week):
        row = _build_row(book, channel, is_event=is_event, week=week)
        rows.append(row)
        finding = _judge(book, row)
        if finding is not None:
            findings.append(finding)
    return Section(rows=tuple(rows), findings=tuple(findings))


def _is_recorded(book: FactBook) -> bool:
    return bool(book.rows(f"select 1 as one from marts.{TABLE} where followed_up_within_promise > 0 limit 1"))


def _places(book: FactBook, week: Window) -> list[tuple[str | None, bool]]:
    rows = book.rows(
        f"select channel, is_event_lead from marts.{TABLE} where week_start = date '{week.start}'"
        " and leads > 0 group by all order by is_event_lead, sum(leads) desc, channel"
    )
    places = [(row["channel"], bool(row["is_event_lead"])) for row in rows]
    totals: list[tuple[str | None, bool]] = [(None, kind) for kind in sorted({kind for _, kind in places})]
    return [*totals, *places]


def _build_row(book: FactBook, channel: str | None, *, is_event: bool, week: Window) -> FollowUpRow:
    place = {"is_event_lead": "true" if is_event else "false"}
    if channel is not None:
        place["channel"] = channel
    leads, within, share = _share(book, week, place)
    prior_share = _share(book, span(week, weeks=EARLIER_WEEKS, skip=1), place)[2]
    return FollowUpRow(
        channel=channel,
        is_event_lead=is_event,
        window=week,
        leads=leads.id,
        within_promise=within.id,
        share_within_promise=share.id,
        prior_share=prior_share.id,
        median_hours=_median(book, week, place).id if channel is not None else None,
    )


def _share(book: FactBook, window: Window, place: dict[str, str]) -> tuple[Fact, Fact, Fact]:
    leads, within = (
        book.total(column, TABLE, window=window, title=TITLE, unit="count", dimensions=place)
        for column in ("leads", "followed_up_within_promise")
    )
    share = book.derive(
        "share", [within, leads], metric="share_within_promise", title=TITLE, unit="rate",
        window=window, dimensions=place,
    )  # fmt: skip
    return leads, within, share


def _median(book: FactBook, week: Window, place: dict[str, str]) -> Fact:
    # One row: medians of groups do not add up, so there is none over all channels.
    where = " and ".join(f"{name} = {quote_text(value)}" for name, value in place.items())
    return book.query(
        "median_hours_to_follow_up",
        f"select median_hours_to_follow_up from marts.{TABLE}"
        f" where week_start = date '{week.start}' and {where}",
        title=TITLE,
        unit="hours",
        columns=[f"{TABLE}.median_hours_to_follow_up"],
        window=week,
        dimensions=place,
    )


def _judge(book: FactBook, row: FollowUpRow) -> Finding | None:
    """Slow: under half within the promise, or clearly and materially worse than before."""
    leads, share = book.value(row.leads), book.value(row.share_within_promise)
    if share is None or leads is None or leads < _FEWEST_LEADS:
        return None
    if row.is_event_lead and row.channel is None:
        return None  # its channels say the same, with their names
    before = book.value(row.prior_share)
    is_broken = share < _BROKEN_PROMISE
    is_worse = bool(before) and _fell(book, row) and float(share) / float(before or 1) - 1 <= _MATERIAL_DROP
    if not is_worse and (row.is_event_lead or not is_broken):
        return None
    roles = {
        "now": row.share_within_promise,
        "prior": row.prior_share,
        "leads": row.leads,
        "within_promise": row.within_promise,
    }
    if row.median_hours is not None and book.value(row.median_hours) is not None:
        roles["median_hours"] = row.median_hours
    return Finding(
        key="slow_follow_up" if row.channel is None else f"slow_follow_up:{row.channel}",
        kind="slow_follow_up",
        metric="share_within_promise",
        place={} if row.channel is None else {"channel": row.channel},
        facts=roles,
        severity="act" if is_broken and is_worse else "watch",
        label="measured",
        good_direction="up",
        note="event_leads" if row.is_event_lead else "" if is_worse else "as_before",
    )


def _fell(book: FactBook, row: FollowUpRow) -> bool:
    now, prior = book.by_id[row.share_within_promise], book.by_id[row.prior_share]
    pairs = []
    for fact in (now, prior):
        within, leads = (book.value(wanted) for wanted in getattr(fact.definition, "inputs", ()))
        pairs.append((float(within or 0), float(leads or 0)))
    z = share_z(pairs[0], pairs[1])
    return z is not None and z <= _LOW_Z
