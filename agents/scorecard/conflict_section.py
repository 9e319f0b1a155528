"""Where the two functions pull apart, in sentences with the names of who said what."""

from collections.abc import Callable, Mapping, Sequence

from agents.goals import Goal
from agents.language import listed, sentence
from agents.scorecard.agreement import FUNCTIONS, Function
from agents.scorecard.conflicts import Conflict
from agents.scorecard.facts import Bindings, Reading, agreed_fact
from countersign.core.contracts import Block, Heading, Prose, Snapshot
from countersign.core.pilots import Pilot

NONE_FOUND = (
    "Marketing and technology name the same goal for every KPI, and the same priority wherever they gave it."
    " No number is to go in opposite directions or to different targets, and every goal named here is active."
)


def build_conflicts(
    bound: Bindings,
    conflicts: Sequence[Conflict],
    *,
    readings: Mapping[str, Reading],
    pilots: Mapping[str, Pilot],
    snapshot: Snapshot,
    people: Mapping[str, str],
    goals: Mapping[str, Goal],
) -> list[Block]:
    """A heading that says whether there are any, and a sentence for each conflict."""
    if not conflicts:
        return [Heading(anchor="conflicts", text="No conflict is on record"), Prose(text=NONE_FOUND)]
    teller = _Teller(bound, readings, pilots, snapshot=snapshot, people=people, goals=goals)
    lines = [Prose(text=sentence(teller.tell(conflict))) for conflict in conflicts]
    return [Heading(anchor="conflicts", text="Where marketing and technology pull apart"), *lines]


class _Teller:
    def __init__(
        self,
        bound: Bindings,
        readings: Mapping[str, Reading],
        pilots: Mapping[str, Pilot],
        *,
        snapshot: Snapshot,
        people: Mapping[str, str],
        goals: Mapping[str, Goal],
    ) -> None:
        self._bound, self._readings, self._pilots = bound, readings, pilots
        self._snapshot, self._people, self._goals = snapshot, people, goals

    def tell(self, conflict: Conflict) -> str:
        """The conflict in one sentence, with who is on each side of it."""
        match conflict.kind:
            case "opposite_ways":
                first, second = (self._aim(kpi) for kpi in conflict.kpis)
                return f"{first}, and {second}: they are the same number"
            case "two_targets":
                first, second = (self._target(kpi) for kpi in conflict.kpis)
                return f"{first}, and {second}: they are the same number"
            case "goals":
                return f"{self._kpi(conflict)} serves {self._both(conflict, self._goal_of)}"
            case "priorities":
                return f"{self._kpi(conflict)} is {self._both(conflict, self._rank_of)}"
            case "against_goal":
                way, goal = self._readings[conflict.kpis[0]].kpi.direction, self._goals[conflict.goal]
                return (
                    f"{self._kpi(conflict)} is to go {way}, and {self._quoted(goal.title)}, the goal that"
                    f" {self._who_names(conflict)}, is for the same number to go {goal.direction}"
                )
            case "inactive_goal":
                return self._inactive(conflict)

    def _inactive(self, conflict: Conflict) -> str:
        goal = self._goals.get(conflict.goal)
        name = self._quoted(goal.title if goal else conflict.goal)
        if conflict.pilot:
            pilot = self._pilots[conflict.pilot]
            owner = self._bound.name(self._people.get(pilot.owner, pilot.owner))
            return f"{name}, the goal of the pilot {self._quoted(pilot.name)} ({owner}), is not active"
        return f"{name}, the goal that {self._who_names(conflict)} for {self._kpi(conflict)}, is not active"

    def _quoted(self, text: str) -> str:
        return self._bound.name(f"“{text}”")

    def _kpi(self, conflict: Conflict) -> str:
        return self._quoted(self._readings[conflict.kpis[0]].label)

    def _owner(self, kpi: str, function: Function) -> str:
        return self._bound.name(self._people[self._readings[kpi].kpi.sides[function].owner])

    def _owners(self, kpi: str) -> str:
        return " and ".join(self._owner(kpi, function) for function in FUNCTIONS)

    def _aim(self, kpi: str) -> str:
        reading = self._readings[kpi]
        return f"{self._quoted(reading.label)} is to go {reading.kpi.direction} ({self._owners(kpi)})"

    def _target(self, kpi: str) -> str:
        reading = self._readings[kpi]
        assert reading.kpi.target is not None  # noqa: S101 - the rule compares targets that were agreed
        target = agreed_fact(
            self._snapshot,
            key=f"kpis.{kpi}.target",
            value=reading.kpi.target,
            unit=reading.now.unit,
            metric=f"{reading.kpi.metric}_target",
        )
        return f"{self._quoted(reading.label)} is to get to {self._bound.cite(target)} ({self._owners(kpi)})"

    def _both(self, conflict: Conflict, tell: Callable[[str, Function], str]) -> str:
        return listed([tell(conflict.kpis[0], function) for function in FUNCTIONS])

    def _goal_of(self, kpi: str, function: Function) -> str:
        goal = self._goals[self._readings[kpi].kpi.sides[function].goal]
        return f"{self._quoted(goal.title)} for {function} ({self._owner(kpi, function)})"

    def _rank_of(self, kpi: str, function: Function) -> str:
        priority = self._readings[kpi].kpi.sides[function].priority
        assert priority is not None  # noqa: S101 - the rule compares priorities that were given
        fact = agreed_fact(
            self._snapshot,
            key=f"kpis.{kpi}.{function}.priority",
            value=priority,
            unit="count",
            metric=f"{function}_priority",
        )
        return f"priority {self._bound.cite(fact)} for {function} ({self._owner(kpi, function)})"

    def _who_names(self, conflict: Conflict) -> str:
        kpi = conflict.kpis[0]
        sides = self._readings[kpi].kpi.sides
        who = [self._owner(kpi, function) for function in FUNCTIONS if sides[function].goal == conflict.goal]
        return f"{listed(who)} {'names' if len(who) == 1 else 'name'}"
