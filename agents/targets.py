"""Goals with a target beside where their metric stands: on which side of it, and for how many weeks."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agents.goals import Goal
from agents.sentences import noun, were
from agents.sheet import Moved, cite
from agents.story import Story
from countersign.analytics.book import derive_fact
from countersign.analytics.records import Movement
from countersign.core.contracts import Agreed, Fact, Window
from countersign.core.hashing import short_id

FILE = "config/goals.yaml"
TITLE = "Targets that were agreed"

# Fewer weeks that went one way come by chance.
_FEWEST_IN_A_ROW = 3
_COST_OF = {
    "cost_per_lead": "a lead",
    "cost_per_accepted_lead": "a lead that sales accepts",
    "cac": "a customer",
}
# What a figure of all channels is told apart from, where a report also sets it against paid channels alone.
_OVER_ALL = ("cost_per_accepted_lead",)


@dataclass(frozen=True)
class Target:
    """One goal's figure, the alias of its target, and the side of it that the figure is on."""

    moved: Moved
    alias: str
    side: Literal["above", "below", "at"]

    @property
    def metric(self) -> str:
        """What the goal is measured by."""
        return self.moved.movement.metric


def read_targets(story: Story) -> tuple[Target, ...]:
    """The active goals that set a target for a figure of this week; the first of those on one figure."""
    wanted: dict[str, Goal] = {}
    for goal in story.goals:
        if goal.active and goal.target is not None:
            wanted.setdefault(goal.metric, goal)
    found = ((story.kpi(metric), goal) for metric, goal in wanted.items())
    return tuple(_target(story, moved, goal) for moved, goal in found if moved and _is_whole(moved))


def find_target(story: Story, metric: str) -> Target | None:
    """The target of one figure, None where no goal sets one."""
    return next((target for target in read_targets(story) if target.metric == metric), None)


def tell_target(story: Story, target: Target) -> str:
    """Where a goal stands, as one sentence."""
    said = f"{_stands(target)}{_of(story, target)}, against a target of {cite(target.alias)}"
    return f"{said}{_run(story, target)}"


def small_line(story: Story, movement: Movement, *, beside: str = "") -> str:
    """Over which channels and which leads a figure is, where that is not the page's own; then its target.

    Args:
        story: with the company's goals.
        movement: of a company figure.
        beside: what stands behind the leads, for a line that also holds those of the week before.
    """
    of = [_over_all(story, movement.metric)]
    if movement.is_matured_only:
        of.append(f"leads of {story.sheet.period(movement.week, 'matured_week')}{beside}")
    target = find_target(story, movement.metric)
    aim = f"{target.side} the target of {cite(target.alias)}" if target else ""
    return "; ".join(part for part in (", ".join(part for part in of if part), aim) if part)


def _over_all(story: Story, metric: str) -> str:
    """Over what a figure is counted, where the same page also gives it for paid channels; else nothing."""
    has_paid = any("cost_paid" in finding.facts for finding in story.analysis.findings)
    return "all channels" if has_paid and metric in _OVER_ALL else ""


def _is_whole(moved: Moved) -> bool:
    return not moved.movement.is_incomplete


def _target(story: Story, moved: Moved, goal: Goal) -> Target:
    fact = _agreed(story.sheet.held(moved.movement.now), goal)
    alias = story.sheet.add(fact, fact.metric)
    now, wanted = Decimal(str(story.sheet.value(moved.movement.now))), Decimal(str(fact.value))
    return Target(moved, alias, "at" if now == wanted else "above" if now > wanted else "below")


def _agreed(now: Fact, goal: Goal) -> Fact:
    """The target as a fact of the figure's own unit; it stands in the file under the goal's key."""
    definition = Agreed(file=FILE, key=f"{goal.key}.target", value=Decimal(str(goal.target)))
    return Fact(
        id=short_id("f", [now.snapshot_id, definition.model_dump(mode="json"), now.unit]),
        metric=f"{goal.metric}_target",
        title=TITLE,
        value=definition.value,
        unit=now.unit,
        currency=now.currency,
        definition=definition,
        columns=(f"{FILE}.target",),
        snapshot_id=now.snapshot_id,
    )


def _stands(target: Target) -> str:
    now, what = cite(target.moved.now), _COST_OF.get(target.metric)
    return f"{what} cost {now}" if what else f"{noun(target.metric)} {were(target.metric)} {now}"


def _of(story: Story, target: Target) -> str:
    """Over which channels and which leads, where that is not the page's own."""
    movement, scope = target.moved.movement, _over_all(story, target.metric)
    when = story.sheet.period(movement.week, "matured_week") if movement.is_matured_only else ""
    return f"{f' over {scope}' if scope else ''}{f' (leads of {when})' if when else ''}"


def _run(story: Story, target: Target) -> str:
    """How many weeks in a row it has gone one way, where that is more than chance brings."""
    sign, sheet = target.moved.sign, story.sheet
    if not sign:
        return ""
    series = [sheet.held(fact_id) for fact_id in target.moved.movement.series]
    function = "rises_in_a_row" if sign > 0 else "falls_in_a_row"
    title = f"Weeks in a row in which {noun(target.metric)} {'rose' if sign > 0 else 'fell'}"
    fact = derive_fact(
        function, series, metric=f"{target.metric}_{function}", title=title, unit="count",
        window=_span(series),
    )  # fmt: skip
    if int(fact.value or 0) < _FEWEST_IN_A_ROW:
        return ""
    they = "they have" if were(target.metric) == "were" else "it has"
    weeks = cite(sheet.add(fact, fact.metric))
    return f"; {they} {'risen' if sign > 0 else 'fallen'} {weeks} weeks in a row"


def _span(series: list[Fact]) -> Window | None:
    windows = [fact.window for fact in series if fact.window]
    return Window(start=windows[0].start, end=windows[-1].end) if windows else None
