"""How fast sales followed up on leads, against the company's own promise; event leads apart.

Event leads come in lists after the event, so their delay says nothing about inbound leads, and the
promise is not held against them: they are slow only when clearly slower than event leads were. A lead
created in the last hours of a week has not missed the promise yet: the week is read once the
promise could be kept for all of it.

A week is held against the thirteen before it. Weeks directly before it that broke as well are no
measure of it: they stand with it, and the thirteen are those before all of them.
"""

import math

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.records import FollowUpRow, Section
from countersign.analytics.wilson import share_z
from countersign.core.contracts import Fact, Finding, Window
from countersign.core.periods import WEEK
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Company

TABLE = "follow_up_week"
TITLE = "Sales follow-up by channel and week"
EARLIER_WEEKS = 13

_FEWEST_LEADS = 10
_LOW_Z, _MATERIAL_DROP = -2.58, -0.15

# Leads followed up within the promise, and all leads.
_Counts = tuple[float, float]

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
        place = _place(channel, is_event=is_event)
        slow = _slow_weeks(book, place, week)
        row = _build_row(book, channel, is_event=is_event, week=week, slow_weeks=slow)
        rows.append(row)
        finding = _judge(book, row, slow_weeks=slow)
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


def _place(channel: str | None, *, is_event: bool) -> dict[str, str]:
    place = {"is_event_lead": "true" if is_event else "false"}
    return place if channel is None else place | {"channel": channel}


def _slow_weeks(book: FactBook, place: dict[str, str], week: Window) -> int:
    """How many weeks up to this one are slow in a row, each against the thirteen before all of them.

    The longest such run, at least 1: a slow week that counted as usual would hide how slow the others are.
    """
    earliest = span(week, weeks=2 * EARLIER_WEEKS)
    where = " and ".join(f"{name} = {quote_text(value)}" for name, value in place.items())
    rows = book.rows(
        "select week_start, sum(followed_up_within_promise) as within, sum(leads) as leads"
        f" from marts.{TABLE} where {where} and week_start >= date '{earliest.start}'"
        f" and week_start < date '{week.end}' group by week_start"
    )
    counts = {row["week_start"]: (float(row["within"] or 0), float(row["leads"] or 0)) for row in rows}
    for weeks in range(EARLIER_WEEKS, 1, -1):
        run, before = span(week, weeks=weeks), span(week, weeks=EARLIER_WEEKS, skip=weeks)
        usual = [pair for start, pair in counts.items() if before.start <= start < before.end]
        base = (sum(within for within, _ in usual), sum(leads for _, leads in usual))
        starts = (run.start + WEEK * number for number in range(weeks))
        if all(_is_slower(counts.get(start, (0.0, 0.0)), base) for start in starts):
            return weeks
    return 1


def _build_row(
    book: FactBook, channel: str | None, *, is_event: bool, week: Window, slow_weeks: int
) -> FollowUpRow:
    place = _place(channel, is_event=is_event)
    leads, within, share = _share(book, week, place)
    prior_share = _share(book, span(week, weeks=EARLIER_WEEKS, skip=slow_weeks), place)[2]
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


def _judge(book: FactBook, row: FollowUpRow, *, slow_weeks: int) -> Finding | None:
    """Slow: under half within the promise, or clearly and materially worse than before.

    The figures are of all weeks that are slow in a row, so that a second bad week does not read like a first.
    """
    leads, share = book.value(row.leads), book.value(row.share_within_promise)
    if share is None or leads is None or leads < _FEWEST_LEADS:
        return None
    if row.is_event_lead and row.channel is None:
        return None  # its channels say the same, with their names
    is_broken = share < _BROKEN_PROMISE
    is_worse = _is_slower(_counts(book, row.share_within_promise), _counts(book, row.prior_share))
    if not is_worse and (row.is_event_lead or not is_broken):
        return None
    place = _place(row.channel, is_event=row.is_event_lead)
    all_leads, within, now = _share(book, span(row.window, weeks=slow_weeks), place)
    roles = {"now": now.id, "prior": row.prior_share, "leads": all_leads.id, "within_promise": within.id}
    # Medians of weeks do not add up, so there is none of several.
    if slow_weeks == 1 and row.median_hours is not None and book.value(row.median_hours) is not None:
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


def _is_slower(now: _Counts, before: _Counts) -> bool:
    """Whether a share fell by more than chance, and by enough to matter."""
    z = share_z(now, before)
    if z is None or z > _LOW_Z or not before[0]:
        return False
    return (now[0] / now[1]) / (before[0] / before[1]) - 1 <= _MATERIAL_DROP


def _counts(book: FactBook, share: str) -> _Counts:
    """The two counts that a share was derived from."""
    within, leads = (book.value(wanted) for wanted in getattr(book.by_id[share].definition, "inputs", ()))
    return float(within or 0), float(leads or 0)
