"""What an analysis hands to agents: facts, findings, and the figures of a report as fact ids.

Every number is a fact id; look it up with `Analysis.fact(id)`. A role that is None is not known, and
`missing` says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from pydantic import Field

from countersign.analytics.rankings import Rankings
from countersign.core.behind import facts_behind
from countersign.core.contracts import (
    Direction,
    EvidenceLabel,
    Fact,
    Finding,
    Quality,
    Record,
    Severity,
    Unit,
    Window,
)
from countersign.core.expected import Expectation, Forecast


class Missing(Record):
    """Something that cannot be known from this snapshot: a stable key, and why, in plain words."""

    key: str
    reason: str


Row = TypeVar("Row")


@dataclass(frozen=True)
class Section(Generic[Row]):
    """One part of an analysis: its rows, what they amount to, and what cannot be known."""

    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()
    missing: tuple[Missing, ...] = ()


class Movement(Record):
    """A metric in a week against the week before and against its expected range.

    Args:
        week: the week of `now`; for figures that sales still changes, the last matured week.
        now, prior, difference, change: fact ids; `change` is a rate of the prior value.
        series: up to 13 weekly fact ids, oldest first, `now` last.
        low, high: fact ids of the 80% expected range, None with fewer than six earlier weeks.
        in_normal_range: None when there is no range or `now` is not known.
        is_small_count: too few events to read a movement into; never a finding.
        is_incomplete: its source ends before the week does; never a finding.
        position: 0 at the middle of the range, ±1 at its ends.
    """

    metric: str
    title: str
    unit: Unit
    week: Window
    prior_week: Window
    channel: str | None
    now: str
    prior: str
    difference: str
    change: str
    series: tuple[str, ...]
    low: str | None
    high: str | None
    in_normal_range: bool | None
    is_small_count: bool
    is_incomplete: bool
    good_direction: Direction
    position: float | None
    is_matured_only: bool = False


class ChannelRow(Record):
    """One channel's movements by metric, and its part in the change of the cost per lead."""

    channel: str
    movements: dict[str, Movement]
    cost_change_part: str | None = None
    cost_change_share: str | None = None


class FunnelStage(Record):
    """One step: how many reached it of those who could, now and before; counts beside the rate.

    `window` is where the cohort was created: recent cohorts are read only up to the steps that they
    had the time to reach. `count`, `of_count` and their priors are fact ids.
    """

    name: str
    window: Window
    prior_window: Window
    count: str
    of_name: str | None = None
    of_count: str | None = None
    prior_count: str | None = None
    prior_of_count: str | None = None
    rate: str | None = None
    prior_rate: str | None = None
    change: str | None = None
    is_worst: bool = False


class QualityRow(Record):
    """One channel on matured weeks: what sales made of its leads, recent against before (fact ids).

    `cost_per_accepted_lead` is None for a channel without spend.
    """

    channel: str
    window: Window
    prior_window: Window
    spend: str
    accepted: str
    decided: str
    acceptance_rate: str
    acceptance_low: str
    acceptance_high: str
    prior_acceptance_rate: str
    cost_per_accepted_lead: str | None
    spend_share: str
    rank: int


class FollowUpRow(Record):
    """How fast sales followed up, event leads apart; channel None is all channels (fact ids)."""

    channel: str | None
    is_event_lead: bool
    window: Window
    leads: str
    within_promise: str
    share_within_promise: str
    prior_share: str
    median_hours: str | None = None


class ClaimRow(Record):
    """What a platform claims against what the CRM holds, recent weeks against before (fact ids)."""

    platform: str
    window: Window
    prior_window: Window
    claimed: str
    crm_leads: str
    claimed_per_crm_lead: str
    prior_claimed_per_crm_lead: str


class TrustLine(Record):
    """One source and landed table: how far its data reaches and what the gate said (fact ids).

    `set_aside_reason` is what the rules say that set rows aside; empty when it is not known.
    """

    source: str
    landed_table: str
    data_through: date | None
    quality: Quality
    is_fresh: bool | None
    checks_passed: str
    checks_total: str
    rows_landed: str
    rows_quarantined: str
    warnings_failed: str
    set_aside_reason: str = ""


class CrossRow(Record):
    """One place in the cross-section, which needs no dates: counts and rates with intervals (fact ids).

    `by` is "channel" or "lead_source".
    """

    by: str
    name: str
    leads: str
    outcome: str
    outcomes: str
    rate: str
    low: str
    high: str
    is_small_count: bool
    label: EvidenceLabel = "measured"


class BudgetMove(Record):
    """One channel's part of a move of money; the figures are fact ids."""

    channel: str
    is_more: bool
    now: str
    advised: str
    moved: str


class BudgetTest(Record):
    """The test that would tell what a channel brings; the figures are fact ids."""

    channel: str
    weeks: str
    power: str
    reduction: str
    least_loss: str


class BudgetRaise(Record):
    """More money in one channel alone, within what it has spent before; the figures are fact ids.

    `expectation` is what it is to be judged by.
    """

    channel: str
    now: str
    advised: str
    by: str
    effect: str
    effect_low: str
    effect_high: str
    expectation: Expectation


class Budget(Record):
    """Advice on moving the same money between paid channels; figures are fact ids.

    Args:
        abstained: why nothing is advised; empty when something is.
        moves: channels whose spend would change, biggest first.
        moved: how much changes places a week.
        effect: accepted leads a week more, with the ends of its 80% interval.
        test: the test that would tell more, where there is one.
        no_change: accepted leads a week by channel in the weeks to be judged, if nothing changes.
        no_change_soon: the same for the weeks by which a pause is judged.
        expectation: what the move is to be judged by.
        made_on: the first day that the advice could not see.
        raises: channels that have room for more money by themselves, where curves tell what it would bring.
    """

    abstained: str
    moves: tuple[BudgetMove, ...]
    moved: str | None
    effect: str | None
    effect_low: str | None
    effect_high: str | None
    test: BudgetTest | None
    no_change: dict[str, Forecast]
    no_change_soon: dict[str, Forecast]
    expectation: Expectation | None
    made_on: date
    raises: tuple[BudgetRaise, ...] = ()


class Incident(Record):
    """Something that left its expected range over days; figures are fact ids.

    Args:
        key: what it is, where and since when.
        metric: the earliest measure of the funnel that moved.
        place: where, by dimension: channel, account_id, campaign_id, campaign_name, device, country.
        kind: what the pattern is like; `label` says whether that is counted or read into it.
        window: its days so far, or all of them when it is over.
        now, expected, low, high, change: the measure in those days, its 80% range, and the relative gap.
        lost: how many events or how much money lie between, None where that cannot be counted.
        held: other measures that did not move there and then.
        moved: the relative change of those that did.
    """

    key: str
    metric: str
    place: dict[str, str]
    kind: str
    label: EvidenceLabel
    severity: Severity
    window: Window
    is_over: bool
    now: str
    expected: str
    low: str
    high: str
    change: str
    lost: str | None = None
    held: tuple[str, ...] = ()
    moved: dict[str, str] = Field(default_factory=dict)


class Watch(Record):
    """What was looked at: the last judged day, how many places and days (fact ids), and which measures.

    `counts` is the number of incidents that are on by severity, and under "over" of those that are over,
    whatever their severity; `behind` are sources whose data end before the others.
    """

    last_day: Window
    campaigns: str
    channels: str
    days: str
    counts: dict[str, str]
    judged: tuple[str, ...]
    not_judged: tuple[str, ...]
    is_long_enough: bool
    behind: tuple[TrustLine, ...] = ()


class Analysis(Record):
    """All that can be said about a week from one snapshot, as facts and findings.

    `week` is None when nothing is dated. `is_stale` says that the week is older than the last full
    week at `as_of`. `findings` are ordered: act, watch, info; within one severity the farthest from
    its range first.
    """

    snapshot_id: str
    week: Window | None
    prior_week: Window | None
    is_stale: bool
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    kpis: tuple[Movement, ...] = ()
    channels: tuple[ChannelRow, ...] = ()
    funnel: tuple[FunnelStage, ...] = ()
    quality: tuple[QualityRow, ...] = ()
    rankings: Rankings = Rankings()
    follow_up: tuple[FollowUpRow, ...] = ()
    claims: tuple[ClaimRow, ...] = ()
    trust: tuple[TrustLine, ...] = ()
    unassigned_share: str | None = None
    cross_section: tuple[CrossRow, ...] = ()
    missing: tuple[Missing, ...] = ()
    budget: Budget | None = None
    incidents: tuple[Incident, ...] = ()
    watch: Watch | None = None

    def fact(self, fact_id: str) -> Fact:
        """A fact by id; KeyError when the analysis holds none."""
        for fact in self.facts:
            if fact.id == fact_id:
                return fact
        raise KeyError(fact_id)

    def kpi(self, metric: str) -> Movement | None:
        """The company's movement of a metric, None when it is not known."""
        return next((movement for movement in self.kpis if movement.metric == metric), None)

    def finding(self, key: str) -> Finding | None:
        """A finding by key, None when there is none."""
        return next((finding for finding in self.findings if finding.key == key), None)

    def facts_behind(self, fact_ids: Iterable[str]) -> tuple[Fact, ...]:
        """These facts and all that they were derived from: what a draft must hold to be explained."""
        return facts_behind(fact_ids, self.facts)
