"""Can these numbers be trusted: per source how far its data reach and what the gate said of them."""

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar
from countersign.analytics.records import Missing, Section, TrustLine
from countersign.core.contracts import Fact, Finding
from countersign.core.warehouse import quote_text

_COUNTS = ("checks_passed", "checks_total", "rows_landed", "rows_quarantined", "warnings_failed")
_TITLE = "Data trust by source"

UNASSIGNED = "Unassigned"

# Above this share of leads without a channel, every figure by channel is too uncertain to act on.
_TOO_MANY_UNASSIGNED = 0.2


def build_trust(book: FactBook) -> Section[TrustLine]:
    """One line a source and landed table; a finding for each that failed checks or is not fresh."""
    if not book.has("data_trust", "source", "landed_table", *_COUNTS):
        return Section(missing=(Missing(key="no_data_trust", reason="No record of data checks was read."),))
    reason = "set_aside_reason" if book.has("data_trust", "set_aside_reason") else "null as set_aside_reason"
    rows = book.rows(
        f"select source, landed_table, data_through, quality, is_fresh, {reason} from marts.data_trust"
        " order by source, landed_table"
    )
    lines, findings = [], []
    for row in rows:
        place = {"source": str(row["source"]), "landed_table": str(row["landed_table"])}
        counts = {column: _cell(book, column, place).id for column in _COUNTS}
        line = TrustLine(
            source=place["source"],
            landed_table=place["landed_table"],
            data_through=row["data_through"],
            quality=row["quality"],
            is_fresh=row["is_fresh"],
            set_aside_reason=row["set_aside_reason"] or "",
            **counts,
        )
        lines.append(line)
        findings += _describe_doubt(book, line, place)
    return Section(rows=tuple(lines), findings=tuple(findings))


def find_unassigned(book: FactBook, calendar: Calendar) -> tuple[Fact | None, tuple[Finding, ...]]:
    """The share of the week's leads that no channel could be found for; None without leads."""
    if not book.has("channel_week", "channel", "week_start", "leads"):
        return None, ()
    week = calendar.week
    title = "Leads without a channel"
    leads = book.total("leads", "channel_week", window=week, title=title, unit="count")
    # Zero is measured here: the week has rows and none of them is without a channel.
    unassigned = book.query(
        "unassigned_leads",
        f"select coalesce(sum(leads) filter (where channel = '{UNASSIGNED}'), 0) from marts.channel_week"
        f" where week_start = date '{week.start}' having count(*) > 0",
        title=title,
        unit="count",
        columns=["channel_week.leads", "channel_week.channel"],
        window=week,
    )
    share = book.derive(
        "share", [unassigned, leads], metric="unassigned_share", title=title, unit="rate", window=week
    )
    if share.value is None:
        return None, ()
    if share.value <= _TOO_MANY_UNASSIGNED:
        return share, ()
    finding = Finding(
        key="quality:unassigned_leads",
        kind="quality",
        metric="unassigned_share",
        facts={"now": share.id, "count": unassigned.id, "of_count": leads.id},
        severity="watch",
        label="measured",
        good_direction="down",
        note="data",
    )
    return share, (finding,)


def _cell(book: FactBook, column: str, place: dict[str, str]) -> Fact:
    where = " and ".join(f"{name} = {quote_text(value)}" for name, value in place.items())
    return book.query(
        column,
        f"select {column} from marts.data_trust where {where}",
        title=_TITLE,
        unit="count",
        columns=[f"data_trust.{column}"],
        dimensions=place,
    )


def _describe_doubt(book: FactBook, line: TrustLine, place: dict[str, str]) -> list[Finding]:
    if line.quality != "failed" and line.is_fresh is not False:
        return []
    return [
        Finding(
            key=f"quality:data:{line.source}:{line.landed_table}",
            kind="quality",
            metric="data_trust",
            place=place,
            facts={"checks_passed": line.checks_passed, "checks_total": line.checks_total},
            severity="act" if line.quality == "failed" else "watch",
            label="measured",
            note="failed_checks" if line.quality == "failed" else "not_fresh",
        )
    ]
