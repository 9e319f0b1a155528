"""The records that cross rooms. Frozen, refused when a field is unknown, hashed as canonical JSON."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Severity = Literal["info", "watch", "act"]
EvidenceLabel = Literal["measured", "inferred", "not_known"]
Unit = Literal["currency", "count", "rate", "ratio", "hours", "days"]
Direction = Literal["up", "down", "neutral"]
Quality = Literal["passed", "warnings", "failed", "not_checked"]
Number = Decimal | int | float


class Record(BaseModel):
    """A frozen record; an unknown field is an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Window(Record):
    """Half-open days [start, end) in the company's reporting time zone."""

    start: date
    end: date

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Window":
        if self.end <= self.start:
            raise ValueError(f"window ends on {self.end}, not after its start {self.start}")
        return self


# ---------------------------------------------------------------- batches and snapshots


class CheckOutcome(Record):
    """What one expectation said of one batch; `rows` is how many rows it set aside or objected to."""

    check: str
    severity: Literal["critical", "warning"]
    passed: bool
    rows: int = 0
    reason: str = ""


class Batch(Record):
    """One landed batch: landed = promoted + quarantined, always."""

    id: str
    source: str
    table: str
    file: str
    content_hash: str
    mapping_hash: str
    landed_at: datetime
    rows_landed: int
    rows_promoted: int = 0
    rows_quarantined: int = 0
    rows_withdrawn: int = 0
    state: Literal["landed", "promoted", "quarantined"] = "landed"
    quality: Quality = "not_checked"
    outcomes: tuple[CheckOutcome, ...] = ()
    window: Window | None = None


class Partition(Record):
    """One immutable Parquet object; `content` is the digest of its rows, `sha256` of its bytes."""

    key: str
    content: str
    sha256: str
    rows: int


class SnapshotTable(Record):
    """One mart as it was: columns with DuckDB types, and the partitions that hold its rows."""

    name: str
    columns: dict[str, str]
    rows: int
    partitions: tuple[Partition, ...]


class Snapshot(Record):
    """An immutable copy of the marts that agents may read, and all that is needed to cite it."""

    id: str
    as_of: datetime
    company: str
    reporting_currency: str
    time_zone: str
    tables: dict[str, SnapshotTable]
    metric_sql: dict[str, str]
    data_through: dict[str, date | None]
    quality: dict[str, Quality]
    code_version: str
    dbt_version: str


# ---------------------------------------------------------------- facts and findings


class Query(Record):
    """A number that is one cell: SQL that returns one row with one column on the snapshot."""

    kind: Literal["query"] = "query"
    sql: str


class Derived(Record):
    """A number computed from other facts by a named, versioned function of `analytics`."""

    kind: Literal["derived"] = "derived"
    function: str
    version: int
    inputs: tuple[str, ...]
    arguments: dict[str, str] = {}


class Interval(Record):
    """Low and high of an interval, the share it should hold (0..1) and how it was made."""

    low: Number
    high: Number
    level: float
    method: str


class Fact(Record):
    """One number with its definition; `id` is the hash of snapshot, definition, window, dimensions.

    `title` names the evidence that a reader opens ("Cost per lead by week"); facts with one title
    share one evidence pill.
    """

    id: str
    metric: str
    title: str
    value: Number | None
    unit: Unit
    currency: str | None = None
    window: Window | None = None
    dimensions: dict[str, str] = {}
    definition: Annotated[Query | Derived, Field(discriminator="kind")]
    columns: tuple[str, ...]
    snapshot_id: str
    interval: Interval | None = None


class Part(Record):
    """One term of an exact decomposition: a place or a factor, and the fact that holds its share."""

    name: str
    dimension: str
    fact: str


class Finding(Record):
    """A change, a place, a waste or an opportunity, carried by facts.

    `facts` maps a role ("now", "prior", "change", "low", "high", ...) to a fact id. `parts` sum to
    the fact in role "difference" to 1e-9. `place` names dimensions, e.g. {"channel": "Paid social"}.
    """

    key: str
    kind: Literal[
        "change",
        "normal_variation",
        "waste",
        "opportunity",
        "drop_off",
        "slow_follow_up",
        "quality",
        "cross_section",
        "unknown",
    ]
    metric: str
    place: dict[str, str] = {}
    facts: dict[str, str]
    parts: tuple[Part, ...] = ()
    severity: Severity
    label: EvidenceLabel
    good_direction: Direction = "neutral"
    note: str = ""


# ---------------------------------------------------------------- drafts

# Prose holds tokens, never digits or names: {{fact:ALIAS}} {{fact:ALIAS|STYLE}} {{name:ALIAS}}
# {{period:ALIAS}}.
# Styles of facts: value (default), change (signed), size (without sign), short ($184.2k).


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
    """One figure: aliases of its value, its change and its prior, and up to 13 weekly values."""

    name: str
    value: str
    change: str | None = None
    prior: str | None = None
    series: tuple[str, ...] = ()
    good_direction: Direction = "neutral"
    in_normal_range: bool | None = None


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
    """One row: its name (prose with tokens) and its cells, one a column."""

    name: str
    cells: tuple[Cell, ...]


class Table(Record):
    """Figures by place; `total` stands in the foot."""

    kind: Literal["table"] = "table"
    row_label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None


class FunnelStep(Record):
    """One step: how many reached it, the share of the step before, and how that share moved."""

    name: str
    count: str
    rate: str | None = None
    prior_rate: str | None = None
    change: str | None = None
    is_worst: bool = False


class Funnel(Record):
    """Step rates, with counts beside them."""

    kind: Literal["funnel"] = "funnel"
    steps: tuple[FunnelStep, ...]


class Action(Record):
    """One recommendation: nothing happens until a person approves it."""

    kind: Literal["action"] = "action"
    title: str
    choice: Literal["stop", "fix", "scale", "test"]
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


class TrustRow(Record):
    """One source: facts by alias, and a note a marketer understands."""

    source: str
    data_through: date | None
    quality: Quality
    checks_passed: str
    checks_total: str
    rows_landed: str
    rows_quarantined: str
    note: str = ""


class Trust(Record):
    """Can I trust these numbers: one row a source."""

    kind: Literal["trust"] = "trust"
    rows: tuple[TrustRow, ...]


Block = Annotated[
    Heading | Prose | Kpis | Waterfall | Trend | Table | Funnel | Action | Trust,
    Field(discriminator="kind"),
]


class DatasetUse(Record):
    """A table and the columns an agent was granted, with the quality they had."""

    table: str
    columns: tuple[str, ...]
    rows: int
    quality: Quality


class ModelCall(Record):
    """Who wrote the prose. Offline writers have no tokens and no cost."""

    provider: str
    model: str
    prompt_hash: str
    tokens_in: int = 0
    tokens_out: int = 0
    attempts: int = 0
    fallback: str = ""


class Draft(Record):
    """What an agent prepared: typed blocks, prose with tokens, and every fact they cite.

    `bindings` maps an alias in tokens and blocks to a fact id; `names` an alias to a display name;
    `periods` an alias to a window.
    """

    agent: str
    agent_version: str
    kind: Literal["report", "recommendation"]
    title: str
    period: Window | None
    compared_with: Window | None
    blocks: tuple[Block, ...]
    facts: tuple[Fact, ...]
    bindings: dict[str, str]
    names: dict[str, str]
    periods: dict[str, Window]
    datasets: tuple[DatasetUse, ...]
    snapshot_id: str
    model_call: ModelCall
    stated: dict[str, str] = {}

    def fact(self, alias: str) -> Fact:
        """The fact behind an alias; KeyError names the alias that is bound to nothing."""
        wanted = self.bindings[alias]
        for fact in self.facts:
            if fact.id == wanted:
                return fact
        raise KeyError(f"alias {alias!r} is bound to {wanted}, which the draft does not hold")


# ---------------------------------------------------------------- checks, proposals, decisions

Category = Literal[
    "public_content", "budget", "pricing", "legal", "customer_data", "sensitive_message", "report"
]
ProposalState = Literal[
    "checking",
    "blocked",
    "pending",
    "approved",
    "rejected",
    "sent_back",
    "expired",
    "stale",
    "superseded",
    "published",
    "publish_failed",
]
DecisionVerdict = Literal["approve", "reject", "send_back"]


class CheckResult(Record):
    """One policy check on one rendered draft."""

    check: str
    verdict: Literal["pass", "flag", "block"]
    reason: str = ""
    span: str = ""
    rule: str = ""
    policy_version: str


class Proposal(Record):
    """A draft that waits for a person; `digest` covers exactly the bytes that would be published."""

    id: str
    revision: int
    digest: str
    title: str
    agent: str
    category: Category
    tier: Literal["review", "leadership"]
    required_approvals: int
    snapshot_id: str
    policy_version: str
    created_at: datetime
    expires_at: datetime
    state: ProposalState
    replaces: str | None = None


class Decision(Record):
    """What a person decided on exactly one digest."""

    proposal_id: str
    revision: int
    digest: str
    person: str
    role: str
    verdict: DecisionVerdict
    answers: dict[str, str]
    reason: str
    decided_at: datetime


class Publication(Record):
    """Bytes that went out; `ledger_head` is the head before it, to be kept with the receipt."""

    proposal_id: str
    digest: str
    channel: str
    idempotency_key: str
    receipt: str
    ledger_head: str
    published_at: datetime
