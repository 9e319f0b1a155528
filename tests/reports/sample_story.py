"""The first half of the sample draft: figures, what changed and why, the trend."""

from datetime import timedelta
from decimal import Decimal

from countersign.core.contracts import (
    Block,
    Heading,
    Kpis,
    KpiTile,
    Prose,
    Step,
    Trend,
    TrendPoint,
    Waterfall,
    Window,
)
from tests.reports.fact_book import BEFORE, WEEK, FactBook

TILES = (
    # name, alias, good direction, whether in the normal range
    ("Cost per accepted lead", "cpal", "down", False),
    ("Accepted leads", "accepted", "up", False),
    ("Spend", "spend", "neutral", None),
    ("Sales acceptance", "acceptance", "up", True),
)
LEVELS = {
    # alias: metric, unit, now, prior
    "cpal": ("cost_per_accepted_lead", "currency", Decimal(184200) / 427, Decimal(171900) / 452),
    "accepted": ("accepted_leads", "count", 427, 452),
    "spend": ("spend", "currency", 184200, 171900),
    "acceptance": ("sales_acceptance_rate", "rate", "0.612", "0.664"),
}


def opening_blocks(book: FactBook) -> tuple[Block, ...]:
    series = {alias: _weekly_values(book, alias) for alias in LEVELS}
    return (
        Prose(
            role="lede",
            text="We spent {{fact:spend}} (up {{fact:spend.change|size}}) and sales accepted "
            "{{fact:accepted}} leads (down {{fact:accepted.change|size}}). {{name:search}} and "
            "{{name:partner}} moved within their normal weekly range.",
        ),
        Kpis(
            tiles=tuple(
                KpiTile(
                    name=name,
                    value=alias,
                    change=f"{alias}.change",
                    prior=f"{alias}.prior",
                    series=series[alias],
                    good_direction=direction,
                    in_normal_range=is_normal,
                )
                for name, alias, direction, is_normal in TILES
            )
        ),
    )


def _weekly_values(book: FactBook, alias: str) -> tuple[str, ...]:
    metric, unit, now, prior = LEVELS[alias]
    title = "Spend, leads and cost by week"
    book.query(alias, now, metric=metric, title=title, unit=unit)
    book.query(f"{alias}.prior", prior, metric=metric, title=title, unit=unit, window=BEFORE)
    book.change(alias, f"{alias}.prior", metric=metric, title=title)
    older = []
    for back in range(12, 1, -1):
        shift = timedelta(weeks=back)
        week = Window(start=WEEK.start - shift, end=WEEK.end - shift)
        value = Decimal(prior) * (1 + Decimal((back * 7) % 5 - 2) / 60)
        value = Decimal(round(value)) if unit == "count" else value
        older.append(book.query(f"{alias}.{back}", value, metric=metric, title=title, unit=unit, window=week))
    return (*older, f"{alias}.prior", alias)


def why_blocks(book: FactBook) -> tuple[Block, ...]:
    _add_parts(book)
    return (
        Heading(
            anchor="why",
            text="Sales accepted a smaller share of leads",
            sub="Each step is a share of the {{fact:difference|size}} increase in cost per accepted lead.",
        ),
        Waterfall(
            start_label="{{period:before}}",
            start="cpal.prior",
            steps=(
                Step(label="Click prices", note="Dearer clicks in {{name:social}}", fact="part.clicks"),
                Step(label="Landing conversion", note="Fewer leads a click", fact="part.conversion"),
                Step(
                    label="Sales acceptance",
                    note="{{fact:acceptance.prior}} to {{fact:acceptance}}",
                    fact="part.acceptance_share",
                ),
                Step(label="Channel mix", note="More from {{name:search}}", fact="part.mix"),
            ),
            end_label="{{period:week}}",
            end="cpal",
            good_direction="down",
        ),
        Prose(
            label="measured",
            text="Sales rejected {{fact:rejected}} leads as out of region, against {{fact:rejected.prior}} "
            "the week before. The median follow-up took {{fact:hours}}.",
        ),
        Prose(
            label="inferred",
            text="The campaign {{name:campaign}} reached people outside the sales regions: no other "
            "campaign shows more rejections than its part of the {{fact:rejected}}.",
        ),
        Prose(label="not_known", text="Whether the rejected leads would have bought later."),
    )


def _add_parts(book: FactBook) -> None:
    title = "Decomposition of the change in cost per accepted lead"
    total = book.values["cpal"] - book.values["cpal.prior"]
    shares = {"clicks": "0.19", "conversion": "0.08", "acceptance_share": "0.83", "mix": "-0.10"}
    for alias, share in shares.items():
        book.derived(
            f"part.{alias}",
            total * Decimal(share),
            metric="cost_per_accepted_lead_part",
            title=title,
            unit="currency",
            function="decompose",
            inputs=("cpal", "cpal.prior"),
        )
    book.derived(
        "difference",
        total,
        metric="cost_per_accepted_lead_difference",
        title=title,
        unit="currency",
        function="difference",
        inputs=("cpal", "cpal.prior"),
    )
    reasons = "Rejection reasons by channel"
    book.query(
        "rejected", 61, metric="rejected_leads", title=reasons, unit="count", table="rejection_reasons"
    )
    book.query("rejected.prior", 24, metric="rejected_leads", title=reasons, unit="count", window=BEFORE)
    book.query("hours", "31.4", metric="median_hours_to_follow_up", title="Time to follow up", unit="hours")


def trend_blocks(book: FactBook) -> tuple[Block, ...]:
    title = "Cost per accepted lead by week with expected range"
    for name, value in (("low", "351"), ("high", "402")):
        book.derived(
            f"cpal.{name}",
            Decimal(value),
            metric="cost_per_accepted_lead_expected",
            title=title,
            unit="currency",
            function="expected_range",
            inputs=("cpal.prior",),
        )
    points = [
        TrendPoint(day=WEEK.start - timedelta(weeks=back), fact=None if back == 8 else f"cpal.{back}")
        for back in range(12, 1, -1)
    ]
    points += [TrendPoint(day=BEFORE.start, fact="cpal.prior"), TrendPoint(day=WEEK.start, fact="cpal")]
    return (
        Heading(
            anchor="trend",
            text="Cost per accepted lead left its expected range",
            sub="Weekly cost per accepted lead, by week of lead creation.",
        ),
        Trend(
            metric="Cost per accepted lead",
            points=tuple(points),
            low="cpal.low",
            high="cpal.high",
            band_note="The band is where most weeks should fall, given the weeks before.",
        ),
    )
