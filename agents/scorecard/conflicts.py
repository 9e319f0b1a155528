"""Where marketing and technology pull apart: rules that are literally true of what they wrote down.

Nothing is inferred: a conflict names two statements of config that cannot both hold, or no longer hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from agents.goals import Goal
from agents.scorecard.agreement import SharedKpi
from countersign.core.pilots import Pilot

ConflictKind = Literal["opposite_ways", "two_targets", "goals", "priorities", "against_goal", "inactive_goal"]


@dataclass(frozen=True)
class Conflict:
    """One conflict: the KPIs it is about by id, or the pilot by key, and the goal where one matters."""

    kind: ConflictKind
    kpis: tuple[str, ...] = ()
    pilot: str = ""
    goal: str = ""


def find_conflicts(
    kpis: Sequence[SharedKpi],
    pilots: Sequence[Pilot],
    *,
    numbers: Mapping[str, str],
    goals: Mapping[str, Goal],
) -> list[Conflict]:
    """Every conflict, those between KPIs first.

    Args:
        kpis: what both functions answer for.
        pilots: that are on the scorecard.
        numbers: which number each metric measures: metrics over different marts may measure the same number.
        goals: by key.
    """
    return [
        *_between(kpis, numbers),
        *_within(kpis),
        *_against_goals(kpis, numbers=numbers, goals=goals),
        *(
            Conflict("inactive_goal", pilot=pilot.key, goal=pilot.goal)
            for pilot in pilots
            if not _is_active(goals, pilot.goal)
        ),
    ]


def _between(kpis: Sequence[SharedKpi], numbers: Mapping[str, str]) -> Iterator[Conflict]:
    for first, second in combinations(kpis, 2):
        if numbers[first.metric] != numbers[second.metric]:
            continue
        if first.direction != second.direction:
            yield Conflict("opposite_ways", kpis=(first.id, second.id))
        elif first.target != second.target and None not in (first.target, second.target):
            yield Conflict("two_targets", kpis=(first.id, second.id))


def _within(kpis: Sequence[SharedKpi]) -> Iterator[Conflict]:
    for kpi in kpis:
        ours, theirs = kpi.marketing, kpi.technology
        if ours.goal != theirs.goal:
            yield Conflict("goals", kpis=(kpi.id,))
        if ours.priority != theirs.priority and None not in (ours.priority, theirs.priority):
            yield Conflict("priorities", kpis=(kpi.id,))


def _against_goals(
    kpis: Sequence[SharedKpi], *, numbers: Mapping[str, str], goals: Mapping[str, Goal]
) -> Iterator[Conflict]:
    for kpi in kpis:
        for key in dict.fromkeys(side.goal for side in kpi.sides.values()):
            goal = goals[key]
            if not goal.active:
                yield Conflict("inactive_goal", kpis=(kpi.id,), goal=key)
            is_same = numbers.get(goal.metric, goal.metric) == numbers[kpi.metric]
            if is_same and goal.direction != kpi.direction:
                yield Conflict("against_goal", kpis=(kpi.id,), goal=key)


def _is_active(goals: Mapping[str, Goal], key: str) -> bool:
    return key in goals and goals[key].active
