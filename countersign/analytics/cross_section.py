"""What undated data can say: how leads of each channel and source ended, with intervals; and what not.

A cross-section compares places at one moment. It has no weeks, so it can show no trend, no change
and no cause; each of these is said as a finding of kind "unknown" instead of being filled in.
"""

from countersign.analytics.book import FactBook
from countersign.analytics.records import CrossRow, Missing, Section
from countersign.analytics.wilson import share_z
from countersign.core.contracts import Fact, Finding

TABLE = "lead_source_summary"
TITLE = "Leads by source and what became of them"

# Outcomes from the last to the first: the last that the company records is compared.
_OUTCOMES = ("customers", "accepted_leads", "opportunities", "mqls")

# Fewer leads than this in a place, and its rate is shown with its interval but never ranked.
FEWEST_LEADS = 30

# A place stands out when chance alone would part it so far from the other leads in fewer than one of
# 200 places, and when its rate is at least a tenth away from that of all: with thousands of leads a
# point is beyond chance and still no news.
_APART_Z, _MATERIAL = 2.58, 0.10

_UNKNOWN = {
    "no_dates": "The leads have no dates, so no trend and no change can be known.",
    "no_spend": "No spend was recorded, so no cost per lead can be known.",
    "no_sessions": "No web sessions were recorded, so no share of visitors who become leads can be known.",
    "no_verdicts": "No verdicts of sales were recorded, so lead quality cannot be known.",
    "no_outcomes": "No outcomes of leads were recorded, so no conversion can be known.",
    "nothing": "The snapshot holds no leads, no spend and no sessions.",
}


def build_cross_section(book: FactBook, *, is_dated: bool, has_spend: bool = False) -> Section[CrossRow]:
    """Rates by channel and by lead source; findings where neither weeks nor spend can rank the places.

    With weeks and spend, the weekly analysis says what there is to say and these rows only stand
    beside it.
    """
    if not book.has(TABLE, "lead_source", "channel", "leads", *_OUTCOMES):
        return Section() if is_dated else _unknown(["nothing"])
    outcome = _last_outcome(book)
    rows = [
        row
        for by in ("channel", "lead_source")
        for row in (_build_rows(book, by, outcome=outcome) if outcome else ())
    ]
    if is_dated and has_spend:
        return Section(rows=tuple(rows))
    found = [finding for by in ("channel", "lead_source") for finding in _compare(book, rows, by=by)]
    if is_dated:
        return Section(rows=tuple(rows), findings=tuple(found))
    unknown = _unknown(_find_unknown(book, outcome))
    return Section(rows=tuple(rows), findings=(*found, *unknown.findings), missing=unknown.missing)


def _last_outcome(book: FactBook) -> str | None:
    for outcome in _OUTCOMES:
        if book.rows(f"select 1 as one from marts.{TABLE} where {outcome} > 0 limit 1"):
            return outcome
    return None


def _build_rows(book: FactBook, by: str, *, outcome: str) -> list[CrossRow]:
    names = book.rows(
        f"select {by} as name from marts.{TABLE} where {by} is not null and leads > 0"
        f" group by {by} order by sum(leads) desc, {by}"
    )
    # One place is the whole company: nothing to compare it with.
    return [_build_row(book, by, row["name"], outcome=outcome) for row in names] if len(names) > 1 else []


def _build_row(book: FactBook, by: str, name: str, *, outcome: str) -> CrossRow:
    place = {by: name}
    leads, outcomes = (
        book.total(column, TABLE, window=None, title=TITLE, unit="count", dimensions=place)
        for column in ("leads", outcome)
    )

    def derive(function: str) -> Fact:
        return book.derive(
            function, [outcomes, leads], metric=f"{outcome}_per_lead_{function}", title=TITLE, unit="rate",
            dimensions=place,
        )  # fmt: skip

    rate, low, high = derive("ratio"), derive("wilson_low"), derive("wilson_high")
    return CrossRow(
        by=by,
        name=name,
        leads=leads.id,
        outcome=outcome,
        outcomes=outcomes.id,
        rate=rate.id,
        low=low.id,
        high=high.id,
        is_small_count=(leads.value or 0) < FEWEST_LEADS,
    )


def _compare(book: FactBook, rows: list[CrossRow], *, by: str) -> list[Finding]:
    """Places whose rate is materially, and beyond chance, above or below that of the other leads."""
    if not any(row.by == by for row in rows):
        return []
    outcome = rows[0].outcome
    leads, outcomes = (
        book.total(column, TABLE, window=None, title=TITLE, unit="count") for column in ("leads", outcome)
    )
    overall = book.derive(
        "ratio", [outcomes, leads], metric=f"{outcome}_per_lead_ratio", title=TITLE, unit="rate"
    )
    return [
        _describe(row, overall, good=_is_above(book, row, overall))
        for row in rows
        if row.by == by and not row.is_small_count and _is_apart(book, row, outcomes, leads)
    ]


def _is_above(book: FactBook, row: CrossRow, overall: Fact) -> bool:
    return (book.value(row.rate) or 0) > (overall.value or 0)


def _is_apart(book: FactBook, row: CrossRow, outcomes: Fact, leads: Fact) -> bool:
    hits, tries = float(book.value(row.outcomes) or 0), float(book.value(row.leads) or 0)
    all_hits, all_tries = float(outcomes.value or 0), float(leads.value or 0)
    z = share_z((hits, tries), (all_hits - hits, all_tries - tries))
    if z is None or abs(z) < _APART_Z or not all_hits:
        return False
    return abs((hits / tries) / (all_hits / all_tries) - 1) >= _MATERIAL


def _describe(row: CrossRow, overall: Fact, *, good: bool) -> Finding:
    return Finding(
        key=f"cross_section:{row.by}:{row.name}",
        kind="cross_section",
        metric=f"{row.outcome}_per_lead",
        place={row.by: row.name},
        facts={
            "now": row.rate,
            "all": overall.id,
            "low": row.low,
            "high": row.high,
            "count": row.outcomes,
            "leads": row.leads,
        },
        severity="info" if good else "watch",
        label="measured",
        good_direction="up",
        note="above" if good else "below",
    )


def _find_unknown(book: FactBook, outcome: str | None) -> list[str]:
    verdicts = f"select 1 as one from marts.{TABLE} where accepted_leads > 0 limit 1"
    found = ["no_dates", "no_spend", "no_sessions"]
    if not book.rows(verdicts):
        found.append("no_verdicts")
    if outcome is None:
        found.append("no_outcomes")
    return found


def describe_unknown(missing: Missing) -> Finding:
    """What is not known, as a finding: without facts, and labelled so."""
    return Finding(
        key=f"unknown:{missing.key}",
        kind="unknown",
        metric="",
        facts={},
        severity="info",
        label="not_known",
        note=missing.reason,
    )


def _unknown(keys: list[str]) -> Section[CrossRow]:
    missing = tuple(Missing(key=key, reason=_UNKNOWN[key]) for key in keys)
    return Section(findings=tuple(describe_unknown(item) for item in missing), missing=missing)
