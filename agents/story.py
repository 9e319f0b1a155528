"""What a report is about: the headline figure, the finding that leads, and what is normal."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.goals import Goal
from agents.owners import SourceOwner
from agents.sheet import Moved, Sheet
from countersign.analytics.records import Analysis, ChannelRow
from countersign.core.contracts import Finding, Part

# Which figure may head a report, in this order, when none of them left its range.
HEADLINES = (
    "cost_per_lead",
    "leads",
    "cost_per_accepted_lead",
    "accepted_leads",
    "pipeline",
    "spend",
    "sessions",
    "opportunities",
    "revenue",
)
# What may head a report: a figure that is good or bad (spend is neither), that lies at least a quarter
# of its half range outside, and that moved by a twentieth from the week before. A smaller step from a
# week that was outside as well is a level, which heads when it is a twentieth off the middle of its range.
_LEVEL = 0.05
_CLEARLY_OUTSIDE = 1.25

# What stands where a source names no place: nobody can act on it.
UNNAMED = ("not stated", "unassigned", "unknown", "other", "(no name)")
_SERIOUS = ("act", "watch")

# Findings that repeat another one with its parts cut in another way.
COMPANIONS = (":factors", ":campaigns")


@dataclass
class Story:
    """An analysis read for a report, with the sheet that its words and blocks share.

    Args:
        analysis: the facts and findings.
        sheet: where aliases are bound.
        kpis: the company's movements with their aliases.
        headline: the figure that heads the report, None when nothing is dated.
        lead: the finding on the headline, None when it is in its range.
        concerns: other findings that need someone, most serious first.
        turn: varies words from week to week, never the content.
        sources: what the company calls its sources, and who owns them.
        goals: the company's active goals.
    """

    analysis: Analysis
    sheet: Sheet
    kpis: tuple[Moved, ...]
    headline: Moved | None
    lead: Finding | None
    concerns: tuple[Finding, ...]
    turn: int = 0
    channels: dict[str, ChannelRow] = field(default_factory=dict)
    sources: tuple[SourceOwner, ...] = ()
    goals: tuple[Goal, ...] = ()

    @property
    def lead_is_headline(self) -> bool:
        """Whether the report leads with a change of its headline figure."""
        return self.lead is not None and self.headline is not None

    @property
    def is_level(self) -> bool:
        """Whether the headline left its range earlier and stayed there: its last step is no story."""
        if self.lead is None or self.headline is None:
            return False
        movement = self.headline.movement
        change, prior = self.sheet.value(movement.change), self.sheet.value(movement.prior)
        low, high = self.sheet.value(movement.low), self.sheet.value(movement.high)
        if change is None or prior is None or low is None or high is None or abs(float(change)) >= _LEVEL:
            return False
        return not float(low) <= float(prior) <= float(high)

    @property
    def is_normal_known(self) -> bool:
        """Whether the weeks before can say what is normal: none is missing, and not anything would pass.

        A range that starts at zero holds every smaller figure, so a week inside it is not thereby usual.
        """
        if self.headline is None or self.headline.movement.in_normal_range is None:
            return False
        movement = self.headline.movement
        is_whole = all(self.sheet.value(fact) is not None for fact in movement.series)
        return is_whole and float(self.sheet.value(movement.low) or 0) > 0

    @property
    def drivers(self) -> tuple[Part, ...]:
        """Parts of the leading change that go its way, biggest first."""
        return self._parts(same=True)

    @property
    def offsets(self) -> tuple[Part, ...]:
        """Parts of the leading change that go against it, biggest first."""
        return self._parts(same=False)

    def kpi(self, metric: str) -> Moved | None:
        """A known company figure."""
        return next(
            (moved for moved in self.kpis if moved.movement.metric == metric and moved.is_known), None
        )

    def channel(self, name: str, metric: str) -> Moved | None:
        """A channel's known figure, with its aliases bound."""
        row = self.channels.get(name)
        movement = row.movements.get(metric) if row else None
        if movement is None or self.sheet.value(movement.now) is None:
            return None
        alias = self.sheet.name(name)
        return self.sheet.movement(movement, suffix=f"_{alias.removeprefix('{{name:').removesuffix('}}')}")

    def share(self, part: Part) -> float | None:
        """A part's share of the whole change; None when the whole is zero or not known."""
        whole = self.sheet.value(self.lead.facts.get("difference")) if self.lead else None
        value = self.sheet.value(part.fact)
        return None if not whole or value is None else float(value) / float(whole)

    def source_name(self, key: str) -> str:
        """What people call a source: its name in the configuration, else its key in words."""
        named = next((source.name for source in self.sources if source.key == key), "")
        return named or self.sheet.display(key)

    def apart(self, note: str = "") -> list[Finding]:
        """Named places whose leads end otherwise than all, the most leads made or missed first.

        Args:
            note: "above" or "below"; empty takes both.
        """
        by = comparison(self)
        found = [
            finding
            for finding in self.analysis.findings
            if finding.kind == "cross_section" and note in ("", finding.note)
            and finding.place.get(by, UNNAMED[0]).casefold() not in UNNAMED
        ]  # fmt: skip
        return sorted(found, key=lambda finding: -self._weight(finding))

    def _weight(self, finding: Finding) -> float:
        """How many outcomes a place has more, or fewer, than its leads would have at the rate of all."""
        rate, whole, leads = (float(self.sheet.value(finding.facts[role]) or 0) for role in _WEIGHED)
        return abs(rate - whole) * leads

    def _parts(self, *, same: bool) -> tuple[Part, ...]:
        if self.lead is None or self.is_level:
            return ()
        shares = [(self.share(part), part) for part in self.lead.parts]
        known = [(share, part) for share, part in shares if share is not None and (share > 0) is same]
        return tuple(part for share, part in sorted(known, key=lambda item: -abs(item[0])) if share)


_WEIGHED = ("now", "all", "leads")


def comparison(story: Story) -> str:
    """What places are compared by: the dimension with more of them, since it says more."""
    rows = story.analysis.cross_section
    return max(("lead_source", "channel"), key=lambda by: sum(row.by == by for row in rows))


def read_story(
    analysis: Analysis, *, sources: tuple[SourceOwner, ...] = (), goals: tuple[Goal, ...] = ()
) -> Story:
    """Choose the headline, the leading finding and the concerns of an analysis."""
    sheet = Sheet(analysis)
    kpis = tuple(sheet.movement(movement) for movement in analysis.kpis)
    lead = _leading([finding for finding in analysis.findings if _matters(sheet, finding)])
    known = {moved.movement.metric: moved for moved in kpis if moved.is_known}
    metrics = (lead.metric, *HEADLINES) if lead else HEADLINES
    headline = next((known[metric] for metric in metrics if metric in known), None)
    return Story(
        analysis=analysis,
        sheet=sheet,
        kpis=kpis,
        headline=headline,
        lead=lead,
        concerns=tuple(_concerns(analysis.findings, lead=lead)),
        turn=analysis.week.start.isocalendar().week if analysis.week else 0,
        channels={row.channel: row for row in analysis.channels},
        sources=sources,
        goals=goals,
    )


def _matters(sheet: Sheet, finding: Finding) -> bool:
    """Whether a company-wide change is large enough to head a report; see _CLEARLY_OUTSIDE."""
    movement = sheet.analysis.kpi(finding.metric)
    if movement is None or movement.position is None or movement.good_direction == "neutral":
        return False
    if abs(movement.position) < _CLEARLY_OUTSIDE:
        return False
    now, prior, change, low, high = (
        None if (value := sheet.value(fact)) is None else float(value)
        for fact in (movement.now, movement.prior, movement.change, movement.low, movement.high)
    )
    if now is None or prior is None or change is None or low is None or high is None:
        return True
    if abs(change) >= _LEVEL:
        return True
    middle = (low + high) / 2
    return not low <= prior <= high and abs(now - middle) >= _LEVEL * abs(middle)


def _leading(findings: Sequence[Finding]) -> Finding | None:
    """The company-wide change that heads the report: serious before good news, cost before volume."""
    changes = [
        finding
        for finding in findings
        if finding.kind == "change" and not finding.place and finding.metric in HEADLINES
        and not finding.key.endswith(COMPANIONS)
    ]  # fmt: skip
    rank = {"act": 0, "watch": 1, "info": 2}
    return min(changes, key=lambda item: (rank[item.severity], HEADLINES.index(item.metric)), default=None)


def _concerns(findings: Sequence[Finding], *, lead: Finding | None) -> list[Finding]:
    """What needs someone beside the leading change; a split by factor repeats its finding."""
    return [
        finding
        for finding in findings
        if finding.severity in _SERIOUS
        and finding.kind not in ("unknown", "normal_variation")
        and not finding.key.endswith(COMPANIONS)
        and not (lead is not None and finding.metric == lead.metric and not finding.place)
    ]
