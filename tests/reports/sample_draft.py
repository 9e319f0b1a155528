"""An invented week with every kind of block, for tests that need a whole draft."""

from datetime import date
from decimal import Decimal

from countersign.core.contracts import (
    Action,
    Block,
    Cell,
    Column,
    DatasetUse,
    Draft,
    Funnel,
    FunnelStep,
    Heading,
    ModelCall,
    Row,
    Table,
    Trust,
    TrustRow,
)
from tests.reports.fact_book import BEFORE, SNAPSHOT, WEEK, FactBook
from tests.reports.sample_story import opening_blocks, trend_blocks, why_blocks

CHANNELS = {
    # alias: name, spend now, spend prior, accepted now, accepted prior
    "social": ("Paid social", "78300", "68900", 98, 131),
    "search": ("Paid search", "71400", "70800", 236, 232),
    "partner": ("Partner webinars", "24900", "23300", 71, 68),
    "display": ("Display <b>{{fact:cpal}}</b>", "9600", "8900", 22, 21),
}


def sample_draft(*, kind: str = "report", title: str | None = None, extra: tuple[Block, ...] = ()) -> Draft:
    """A weekly report (or recommendations) of an invented company, all kinds of blocks in it."""
    book = FactBook()
    blocks = (
        *opening_blocks(book),
        *why_blocks(book),
        *trend_blocks(book),
        *_channels(book),
        *_funnel(book),
        *_actions(book),
        *_trust(book),
    )
    return Draft(
        agent="reporting",
        agent_version="1.2.0",
        kind="recommendation" if kind == "recommendation" else "report",
        title=title
        or "Cost per accepted lead rose {{fact:cpal.change|size}} to {{fact:cpal}}, "
        "with fewer {{name:social}} leads accepted by sales",
        period=WEEK,
        compared_with=BEFORE,
        blocks=blocks + extra,
        facts=tuple(book.facts),
        bindings=book.bindings,
        names={
            **{alias: channel[0] for alias, channel in CHANNELS.items()},
            "campaign": "Q3 2026 promo",
            "crm": "HubSpot CRM",
            "ads": "Meta Ads",
            "web": "Web analytics",
        },
        periods={"week": WEEK, "before": BEFORE},
        datasets=(
            DatasetUse(
                table="channel_week", columns=("spend_reporting", "leads"), rows=104, quality="warnings"
            ),
        ),
        snapshot_id=SNAPSHOT,
        model_call=ModelCall(provider="offline", model="offline writer", prompt_hash="9f2c"),
    )


def _channels(book: FactBook) -> tuple[Block, ...]:
    title = "Spend and accepted leads by channel"
    rows = []
    for alias, (_, spend, spend_prior, accepted, accepted_prior) in CHANNELS.items():
        values = {
            "spend": (spend, spend_prior, "currency"),
            "accepted": (accepted, accepted_prior, "count"),
            "cpal": (Decimal(spend) / accepted, Decimal(spend_prior) / accepted_prior, "currency"),
        }
        cells = []
        for metric, (now, prior, unit) in values.items():
            name = f"{alias}.{metric}"
            book.query(name, now, metric=metric, title=title, unit=unit, dimensions={"channel": alias})
            book.query(f"{name}.prior", prior, metric=metric, title=title, unit=unit, window=BEFORE)
            book.change(name, f"{name}.prior", metric=metric, title=title)
            cells.append(Cell(value=name, change=f"{name}.change", in_normal_range=alias != "social"))
        if alias == "display":
            cells[2] = Cell(value=None, missing="Too few accepted leads")
        rows.append(Row(name=f"{{{{name:{alias}}}}}", cells=tuple(cells)))
    total = Row(
        name="All paid",
        cells=tuple(
            Cell(value=alias, change=f"{alias}.change", in_normal_range=alias == "spend")
            for alias in ("spend", "accepted", "cpal")
        ),
    )
    return (
        Heading(
            anchor="channels",
            text="{{name:social}} carried most of the change",
            sub="Change is against the week before.",
        ),
        Table(
            row_label="Channel",
            columns=(
                Column(label="Spend"),
                Column(label="Accepted leads", good_direction="up"),
                Column(label="Cost per accepted lead", good_direction="down"),
            ),
            rows=tuple(rows),
            total=total,
        ),
    )


def _funnel(book: FactBook) -> tuple[Block, ...]:
    title = "Funnel step rates"
    steps = {
        # alias: name, count, rate, prior rate
        "sessions": ("Sessions", 91200, None, None),
        "leads": ("Leads", 1384, "0.0152", "0.0155"),
        "mqls": ("Qualified by marketing", 902, "0.652", "0.648"),
        "sal": ("Accepted by sales", 427, "0.473", "0.541"),
        "opps": ("Opportunities", 96, "0.225", "0.221"),
    }
    shown = []
    for alias, (name, count, rate, prior) in steps.items():
        book.query(f"{alias}.count", count, metric=alias, title=title, unit="count", table="funnel_week")
        if rate is None:
            shown.append(FunnelStep(name=name, count=f"{alias}.count"))
            continue
        book.query(f"{alias}.rate", rate, metric=f"{alias}_rate", title=title, unit="rate")
        book.query(f"{alias}.rate.prior", prior, metric=f"{alias}_rate", title=title, unit="rate")
        book.change(f"{alias}.rate", f"{alias}.rate.prior", metric=f"{alias}_rate", title=title)
        shown.append(
            FunnelStep(
                name=name,
                count=f"{alias}.count",
                rate=f"{alias}.rate",
                prior_rate=f"{alias}.rate.prior",
                change=f"{alias}.rate.change",
                is_worst=alias == "sal",
            )
        )
    return (
        Heading(
            anchor="funnel",
            text="The loss is at acceptance by sales",
            sub="Share that passes each step, the week before and this week.",
        ),
        Funnel(steps=tuple(shown)),
    )


def _actions(book: FactBook) -> tuple[Block, ...]:
    book.derived(
        "saving",
        Decimal("9150"),
        metric="spend_saved",
        title="Spend on out-of-region leads",
        unit="currency",
        function="multiply",
        inputs=("rejected", "cpal"),
    )
    return (
        Heading(
            anchor="recommendations",
            text="What we recommend",
            sub="Nothing below happens until someone approves it.",
        ),
        Action(
            title="Exclude regions outside sales coverage in {{name:campaign}}",
            choice="fix",
            why="{{fact:rejected}} rejected leads name the region as the reason.",
            effect="Up to {{fact:saving|short}} a week stops going to leads that sales cannot take.",
            effect_label="inferred",
            goal="Lower cost per accepted lead",
            owner="Paid media lead",
            effort="low",
            confidence="high",
            undo="Remove the exclusion in the ad platform",
            cost="No spend",
            judge_on=date(2026, 11, 30),
            against="Reach may shrink in border regions.",
        ),
        Action(
            title="Test a shorter form for {{name:partner}}",
            choice="test",
            why="The acceptance share holds at {{fact:partner.accepted}} accepted leads.",
            effect="Not known until the test has run.",
            effect_label="not_known",
            goal="More accepted leads",
            owner="Web team",
            effort="medium",
            confidence="low",
            undo="Switch the form back",
            cost="A few days of the web team",
            judge_on=date(2026, 12, 14),
            against="A shorter form may bring leads that fit less well.",
        ),
    )


def _trust(book: FactBook) -> tuple[Block, ...]:
    title = "Data checks and rows by source"
    sources = {
        "crm": (date(2026, 11, 15), "passed", 44, 44, 5120, 0, "Complete"),
        "ads": (date(2026, 11, 14), "warnings", 35, 36, 2016, 12, "The last day is still estimated"),
        "web": (None, "not_checked", 0, 0, 0, 0, "No file arrived for this week"),
    }
    rows = []
    for alias, (through, quality, passed, total, landed, quarantined, note) in sources.items():
        counts = {"passed": passed, "total": total, "landed": landed, "quarantined": quarantined}
        for name, value in counts.items():
            book.query(f"{alias}.{name}", value, metric=name, title=title, unit="count", table="data_trust")
        rows.append(
            TrustRow(
                source=f"{{{{name:{alias}}}}}",
                data_through=through,
                quality=quality,
                checks_passed=f"{alias}.passed",
                checks_total=f"{alias}.total",
                rows_landed=f"{alias}.landed",
                rows_quarantined=f"{alias}.quarantined",
                note=note,
            )
        )
    return (
        Heading(
            anchor="trust",
            text="Can I trust these numbers?",
            sub="A warning is listed below; it does not move cost per accepted lead.",
        ),
        Trust(rows=tuple(rows)),
    )
