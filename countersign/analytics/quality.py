"""Lead quality by channel: who brings leads that sales accepts, at what cost, and where money is lost.

Read on the last four cohort weeks that are older than `acceptance_maturity_days`, against the
thirteen before them: sales needs that time, and four weeks give counts that can be compared.
Channels with fewer than 20 verdicts get no finding.
"""

from dataclasses import dataclass

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.records import Missing, QualityRow, Section
from countersign.analytics.wilson import share_z
from countersign.core.contracts import Fact, Finding, Unit, Window
from countersign.core.workspace import Company

RECENT_WEEKS, EARLIER_WEEKS = 4, 13
TABLE = "lead_cost_week"
TITLE = "Lead quality by channel"

# A channel is waste when sales accepts clearly less of its leads than of the other channels' (one of
# 200 by chance), or when an accepted lead costs twice what paid channels pay on average; and it takes
# at least a twentieth of the spend. Both together need someone to act.
_FEWEST_VERDICTS = 20
_LOW_Z, _ACT_Z = -2.58, -4.0
_DEAR, _CHEAP = 2.0, 0.7
_SPEND_THAT_MATTERS = 0.05

# An acceptance rate that fell by less than this share of itself is not worth anyone's time.
_MATERIAL_DROP = -0.15

# Spend a week that is at least this share of what it was is still running.
_STILL_SPENDING = 0.8


@dataclass(frozen=True)
class _Tally:
    """A place in a window: sums, the rates made of them, and how many of its weeks are on record."""

    weeks: int
    spend: Fact
    accepted: Fact
    rejected: Fact
    decided: Fact
    rate: Fact
    cost: Fact

    @property
    def verdicts(self) -> tuple[float, float]:
        """(accepted, decided)."""
        return float(self.accepted.value or 0), float(self.decided.value or 0)


def build_quality(book: FactBook, calendar: Calendar, *, company: Company) -> Section[QualityRow]:
    """Channels ranked by accepted leads, then by their cost, with waste and opportunities."""
    needed = ("channel", "week_start", "spend_reporting", "accepted_leads", "rejected_leads")
    if not book.has(TABLE, *needed):
        return Section()
    last = calendar.matured(company.acceptance_maturity_days)
    recent = span(last, weeks=RECENT_WEEKS)
    earlier = span(last, weeks=EARLIER_WEEKS, skip=RECENT_WEEKS)
    channels = _decided_channels(book, recent)
    if not channels:
        reason = "No week with verdicts of sales is old enough to judge lead quality."
        return Section(missing=(Missing(key="no_matured_verdicts", reason=reason),))
    whole = _tally(book, recent, channels=None)
    paid = _paid_channels(book, recent)
    of_paid = _tally(book, recent, channels=paid) if paid else None
    judged = []
    for channel in channels:
        now, before = (_tally(book, window, channels=[channel]) for window in (recent, earlier))
        judged.append((channel, now, before))
    judged.sort(key=lambda item: (-item[1].verdicts[0], float(item[1].cost.value or 0), item[0]))
    rows, findings = [], []
    for rank, (channel, now, before) in enumerate(judged, start=1):
        share = _spend_share(book, channel, now, whole)
        rows.append(_build_row(book, channel, now, before=before, share=share, rank=rank))
        findings += _judge(channel, now, before=before, whole=whole, paid=of_paid, share=share)
    return Section(rows=tuple(rows), findings=tuple(findings))


def _decided_channels(book: FactBook, window: Window) -> list[str]:
    return _channels_with(book, window, "sum(accepted_leads + rejected_leads) > 0")


def _paid_channels(book: FactBook, window: Window) -> list[str]:
    return _channels_with(book, window, "sum(spend_reporting) > 0")


def _channels_with(book: FactBook, window: Window, test: str) -> list[str]:
    rows = book.rows(
        f"select channel from marts.{TABLE} where week_start >= date '{window.start}'"
        f" and week_start < date '{window.end}' group by channel having {test} order by channel"
    )
    return [row["channel"] for row in rows]


def _tally(book: FactBook, window: Window, *, channels: list[str] | None) -> _Tally:
    one = channels[0] if channels and len(channels) == 1 else None
    place = {"channel": one} if one else {}
    group = None if one else channels

    def total(column: str, unit: Unit) -> Fact:
        return book.total(
            column, TABLE, window=window, title=TITLE, unit=unit, dimensions=place, channels=group
        )

    def over(function: str, first: Fact, second: Fact, *, metric: str, unit: Unit) -> Fact:
        return book.derive(
            function, [first, second], metric=metric, title=TITLE, unit=unit, window=window, dimensions=place
        )

    spend = total("spend_reporting", "currency")
    accepted, rejected = total("accepted_leads", "count"), total("rejected_leads", "count")
    decided = over("sum", accepted, rejected, metric="decided_leads", unit="count")
    return _Tally(
        weeks=book.weeks_on_record(TABLE, window, dimensions=place),
        spend=spend,
        accepted=accepted,
        rejected=rejected,
        decided=decided,
        rate=over("ratio", accepted, decided, metric="sales_acceptance_rate", unit="rate"),
        cost=over("ratio", spend, accepted, metric="cost_per_accepted_lead", unit="currency"),
    )


def _spend_share(book: FactBook, channel: str, now: _Tally, whole: _Tally) -> Fact:
    return book.derive(
        "share", [now.spend, whole.spend], metric="spend_share", title=TITLE, unit="rate",
        window=now.spend.window, dimensions={"channel": channel},
    )  # fmt: skip


def _build_row(
    book: FactBook, channel: str, now: _Tally, *, before: _Tally, share: Fact, rank: int
) -> QualityRow:
    window, prior_window = now.spend.window, before.spend.window
    assert window is not None  # noqa: S101 - tallies always have a window
    assert prior_window is not None  # noqa: S101
    low, high = (
        book.derive(
            function, [now.accepted, now.decided], metric=f"sales_acceptance_rate_{function}", title=TITLE,
            unit="rate", window=window, dimensions={"channel": channel},
        )
        for function in ("wilson_low", "wilson_high")
    )  # fmt: skip
    return QualityRow(
        channel=channel,
        window=window,
        prior_window=prior_window,
        spend=now.spend.id,
        accepted=now.accepted.id,
        decided=now.decided.id,
        acceptance_rate=now.rate.id,
        acceptance_low=low.id,
        acceptance_high=high.id,
        prior_acceptance_rate=before.rate.id,
        cost_per_accepted_lead=now.cost.id if now.spend.value else None,
        spend_share=share.id,
        rank=rank,
    )


def _judge(
    channel: str, now: _Tally, *, before: _Tally, whole: _Tally, paid: _Tally | None, share: Fact
) -> list[Finding]:
    if now.verdicts[1] < _FEWEST_VERDICTS:
        return []
    roles = {
        "now": now.rate.id,
        "all": whole.rate.id,
        "accepted": now.accepted.id,
        "decided": now.decided.id,
        "rejected": now.rejected.id,
    }
    if paid is not None and now.spend.value:
        roles |= {
            "spend": now.spend.id,
            "spend_share": share.id,
            "cost": now.cost.id,
            "cost_paid": paid.cost.id,
        }
    findings = [_judge_drop(channel, now, before=before, roles=roles)]
    if paid is not None and now.spend.value:
        findings.append(_judge_money(channel, now, whole=whole, paid=paid, share=share, roles=roles))
    return [finding for finding in findings if finding is not None]


def _judge_drop(channel: str, now: _Tally, *, before: _Tally, roles: dict[str, str]) -> Finding | None:
    """Lead quality that fell clearly below what the channel itself brought before."""
    z = share_z(now.verdicts, before.verdicts)
    if z is None or z > _LOW_Z or before.verdicts[1] < _FEWEST_VERDICTS:
        return None
    rate, earlier = float(now.rate.value or 0), float(before.rate.value or 0)
    if not earlier or rate / earlier - 1 > _MATERIAL_DROP:
        return None
    # A record that begins inside the earlier weeks holds no spend of those before it.
    weekly, weekly_before = (
        float(tally.spend.value or 0) / weeks
        for tally, weeks in ((now, RECENT_WEEKS), (before, before.weeks))
    )
    is_spending = weekly > 0 and weekly >= _STILL_SPENDING * weekly_before
    return Finding(
        key=f"quality:{channel}",
        kind="quality",
        metric="sales_acceptance_rate",
        place={"channel": channel},
        facts=roles | {"prior": before.rate.id, "prior_decided": before.decided.id},
        severity="act" if z <= _ACT_Z or is_spending else "watch",
        label="measured",
        good_direction="up",
        note="still_spending" if is_spending else "",
    )


def _judge_money(
    channel: str, now: _Tally, *, whole: _Tally, paid: _Tally, share: Fact, roles: dict[str, str]
) -> Finding | None:
    """Waste or opportunity, by what sales accepts and what an accepted lead costs."""
    accepted, decided = now.verdicts
    rest = (whole.verdicts[0] - accepted, whole.verdicts[1] - decided)
    z = share_z(now.verdicts, rest)
    is_low = z is not None and z <= _LOW_Z
    cost, usual = float(now.cost.value or 0), float(paid.cost.value or 0)
    is_dear = usual > 0 and (accepted == 0 or cost >= _DEAR * usual)
    if (is_low or is_dear) and float(share.value or 0) >= _SPEND_THAT_MATTERS:
        return Finding(
            key=f"waste:{channel}",
            kind="waste",
            metric="cost_per_accepted_lead",
            place={"channel": channel},
            facts=roles,
            severity="act" if is_low and is_dear else "watch",
            label="measured",
            good_direction="down",
            note="low_acceptance" if is_low and not is_dear else "dear" if not is_low else "",
        )
    is_cheap = usual > 0 and 0 < cost <= _CHEAP * usual and accepted >= _FEWEST_VERDICTS
    if is_cheap and not is_low:
        return Finding(
            key=f"opportunity:{channel}",
            kind="opportunity",
            metric="cost_per_accepted_lead",
            place={"channel": channel},
            facts=roles,
            severity="info",
            label="measured",
            good_direction="down",
        )
    return None
