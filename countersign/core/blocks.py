"""The blocks that a draft is made of: typed, with prose that holds tokens instead of digits or names."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from countersign.core.records import Direction, EvidenceLabel, Quality, Record

# Prose holds tokens, never digits or names: {{fact:ALIAS}} {{fact:ALIAS|STYLE}} {{name:ALIAS}}
# {{period:ALIAS}}.
# Styles of facts: value (default), change (signed), size (without sign), short ($184.2k).


# What an action does; who approves may choose another of these for it.
Choice = Literal["stop", "fix", "scale", "test"]


class Heading(Record):
    """A section heading that says the finding; `anchor` names the section in links."""

    kind: Literal["heading"] = "heading"
    anchor: str
    text: str
    sub: str = ""


class Prose(Record):
    """A paragraph; with a label it is a claim and shows the label literally."""

    kind: Literal["prose"] = "prose"
    role: Literal["lede", "body", "note"] = "body"
    text: str
    label: EvidenceLabel | None = None


class KpiTile(Record):
    """One figure: aliases of its value, its change and its prior, and up to 13 weekly values.

    `note` is prose in the small line, such as the leads that the figure is of.
    """

    name: str
    value: str
    change: str | None = None
    prior: str | None = None
    series: tuple[str, ...] = ()
    good_direction: Direction = "neutral"
    in_normal_range: bool | None = None
    note: str = ""


class Kpis(Record):
    """A row of up to four tiles."""

    kind: Literal["kpis"] = "kpis"
    tiles: tuple[KpiTile, ...]


class Step(Record):
    """One step of a waterfall: label and note are prose with tokens, `fact` is an alias."""

    label: str
    note: str = ""
    fact: str


class Waterfall(Record):
    """How a level moved from start to end; steps sum to end - start."""

    kind: Literal["waterfall"] = "waterfall"
    start_label: str
    start: str
    steps: tuple[Step, ...]
    end_label: str
    end: str
    good_direction: Direction


class TrendPoint(Record):
    """One week of a line; `fact` is an alias or None where nothing is known."""

    day: date
    fact: str | None


class Trend(Record):
    """A line with its expected band (aliases of low and high) and what the band means."""

    kind: Literal["trend"] = "trend"
    metric: str
    points: tuple[TrendPoint, ...]
    low: str | None = None
    high: str | None = None
    band_note: str = ""


class Column(Record):
    """A column of a table: its heading and which direction is good."""

    label: str
    good_direction: Direction = "neutral"


class Cell(Record):
    """A figure with its change under it, by alias; None shows as a dash with the reason."""

    value: str | None
    change: str | None = None
    in_normal_range: bool | None = None
    missing: str = ""


class Row(Record):
    """One row: its name and a small line under it (prose with tokens), and its cells, one a column."""

    name: str
    cells: tuple[Cell, ...]
    note: str = ""


class Table(Record):
    """Figures by place; `total` stands in the foot."""

    kind: Literal["table"] = "table"
    row_label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None


class FunnelStep(Record):
    """One step: how many reached it, the share of the step before, and how that share moved.

    `cohort` is prose that says which leads were counted: a late step is read on older ones, so that
    its count is no part of the count above it.
    """

    name: str
    count: str
    rate: str | None = None
    prior_rate: str | None = None
    change: str | None = None
    is_worst: bool = False
    cohort: str = ""


class Funnel(Record):
    """Step rates, with counts beside them."""

    kind: Literal["funnel"] = "funnel"
    steps: tuple[FunnelStep, ...]


class Action(Record):
    """One recommendation: nothing happens until a person approves it, and chooses what becomes of it.

    `key` is the name of the expectation that it is judged by; nobody reads it on the page.
    """

    kind: Literal["action"] = "action"
    title: str
    choice: Choice
    why: str
    effect: str
    effect_label: Literal["inferred", "not_known"]
    goal: str
    owner: str
    effort: Literal["low", "medium", "high"]
    confidence: Literal["low", "medium", "high"]
    undo: str
    cost: str
    judge_on: date
    against: str = ""
    key: str = ""


class TrustRow(Record):
    """One source: facts by alias, and a note a marketer understands.

    `is_behind` says that its data end before the others need them, however many checks they passed.
    """

    source: str
    data_through: date | None
    quality: Quality
    checks_passed: str
    checks_total: str
    rows_landed: str
    rows_quarantined: str
    note: str = ""
    is_behind: bool = False


class Trust(Record):
    """Can I trust these numbers: one row a source."""

    kind: Literal["trust"] = "trust"
    rows: tuple[TrustRow, ...]


Block = Annotated[
    Heading | Prose | Kpis | Waterfall | Trend | Table | Funnel | Action | Trust,
    Field(discriminator="kind"),
]
