"""The records that cross rooms. Frozen, refused when a field is unknown, hashed as canonical JSON."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field, model_validator

from countersign.core.blocks import (
    Action,
    Block,
    Cell,
    Column,
    Funnel,
    FunnelStep,
    Heading,
    Kpis,
    KpiTile,
    Prose,
    Row,
    Step,
    Table,
    Trend,
    TrendPoint,
    Trust,
    TrustRow,
    Waterfall,
)
from countersign.core.choices import Chosen
from countersign.core.definitions import Agreed, Definition, Derived, Elapsed, Fitted, Query, Recorded
from countersign.core.expected import Expectation
from countersign.core.records import (
    Direction,
    EvidenceLabel,
    Number,
    Quality,
    Record,
    Severity,
    Unit,
)

# The whole vocabulary, so that rooms import records from one place.
__all__ = [
    "Action", "Agreed", "Batch", "Block", "Category", "Cell", "CheckOutcome", "CheckResult", "Column",
    "DatasetUse", "Decision", "DecisionVerdict", "Derived", "Direction", "Draft", "Elapsed", "EvidenceLabel",
    "Expectation", "Fact", "FedBy", "Finding", "Fitted", "Funnel", "FunnelStep", "Heading", "Interval",
    "KpiTile", "Kpis", "ModelCall", "Number", "Part", "Partition", "Proposal", "ProposalState", "Prose",
    "Publication", "Quality", "Query", "Record", "Recorded", "Row", "Severity", "Snapshot", "SnapshotTable",
    "Step", "Table", "Trend", "TrendPoint", "Trust", "TrustRow", "Unit", "Waterfall", "Window",
]  # fmt: skip


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
    """One landed batch: landed = promoted + quarantined, always.

    `may_be_empty` says that its source knows when there is nothing: no rows are then no broken export.
    """

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
    may_be_empty: bool = False


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
    """An immutable copy of the marts that agents may read, and all that is needed to cite it.

    `data_through` is the day that all tables of a source with rows on most days reach; its newest row may be
    later, and None means that it has no such table.
    """

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
    dimensions: dict[str, str] = Field(default_factory=dict)
    definition: Definition
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
        "incident",
        "unknown",
    ]
    metric: str
    place: dict[str, str] = Field(default_factory=dict)
    facts: dict[str, str]
    parts: tuple[Part, ...] = ()
    severity: Severity
    label: EvidenceLabel
    good_direction: Direction = "neutral"
    note: str = ""


# ---------------------------------------------------------------- drafts


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


class FedBy(Record):
    """A draft of the same run that another draft was made from; `digest` is of its canonical JSON.

    The ledger keeps a proposal's draft under this very digest, so that it leads to what was decided on it.
    """

    agent: str
    agent_version: str
    digest: str


class Draft(Record):
    """What an agent prepared: typed blocks, prose with tokens, and every fact they cite.

    `bindings` maps an alias in tokens and blocks to a fact id; `names` an alias to a display name;
    `periods` an alias to a window. `expectations` are what its actions will be judged by: they are part
    of the bytes that people approve, so they are locked when it is proposed. `findings` are
    those of the analysis that a reader may need, told or not: what a draft leaves out can then be seen.
    `fed_by` names the drafts that this one was made from.
    """

    agent: str
    agent_version: str
    kind: Literal["report", "recommendation", "alert", "scorecard"]
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
    stated: dict[str, str] = Field(default_factory=dict)
    expectations: tuple[Expectation, ...] = ()
    findings: tuple[Finding, ...] = ()
    fed_by: tuple[FedBy, ...] = ()

    def fact(self, alias: str) -> Fact:
        """The fact behind an alias; KeyError names the alias that is bound to nothing."""
        wanted = self.bindings[alias]
        for fact in self.facts:
            if fact.id == wanted:
                return fact
        raise KeyError(f"alias {alias!r} is bound to {wanted}, which the draft does not hold")


# ---------------------------------------------------------------- checks, proposals, decisions

Category = Literal[
    "public_content",
    "budget",
    "pricing",
    "legal",
    "customer_data",
    "sensitive_message",
    "report",
    "scorecard",
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
    """What a person decided on exactly one digest.

    `note` is what they say it means and what they chose to do; it is published beside what they approved.
    `choices` is what they chose for actions, by number from 1; an action that they said nothing of is as
    proposed. None in entries from before there was a choice.
    """

    proposal_id: str
    revision: int
    digest: str
    person: str
    role: str
    verdict: DecisionVerdict
    answers: dict[str, str]
    reason: str
    decided_at: datetime
    note: str = ""
    choices: dict[int, Chosen] | None = None


class Publication(Record):
    """Bytes that went out; `ledger_head` is the head before it, to be kept with the receipt."""

    proposal_id: str
    digest: str
    channel: str
    idempotency_key: str
    receipt: str
    ledger_head: str
    published_at: datetime
