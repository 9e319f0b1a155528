"""What both functions answer for: each KPI with its figure, its target and its two co-owners."""

from collections.abc import Mapping, Sequence
from typing import Literal

from agents.goals import Goal
from agents.language import listed
from agents.scorecard.facts import DOT, Bindings, Reading, agreed_fact
from countersign.analytics.book import derive_fact
from countersign.core.contracts import Block, Cell, Column, Fact, Heading, Prose, Row, Snapshot, Table, Window

Standing = Literal["reached", "not_reached", "no_target", "not_known"]


class KpiSection:
    """The readings of one scorecard with their targets, bound to aliases."""

    def __init__(
        self,
        bound: Bindings,
        readings: Sequence[Reading],
        *,
        snapshot: Snapshot,
        people: Mapping[str, str],
        goals: Mapping[str, Goal],
        period: Window,
    ) -> None:
        self._bound, self._people, self._goals, self._period = bound, people, goals, period
        self.readings = {reading.kpi.id: reading for reading in readings}
        self.targets = {
            name: agreed_fact(
                snapshot,
                key=f"kpis.{name}.target",
                value=reading.kpi.target,
                unit=reading.now.unit,
                metric=f"{reading.kpi.metric}_target",
            )
            for name, reading in self.readings.items()
            if reading.kpi.target is not None
        }

    def name(self, kpi: str) -> str:
        """The token of a KPI's name."""
        return self._bound.name(self.readings[kpi].label)

    def standing(self, kpi: str) -> Standing:
        """Whether a KPI has reached its target."""
        reading, target = self.readings[kpi], self.targets.get(kpi)
        if target is None or target.value is None:
            return "no_target"
        if reading.now.value is None:
            return "not_known"
        now, wanted = float(reading.now.value), float(target.value)
        is_reached = now <= wanted if reading.kpi.direction == "down" else now >= wanted
        return "reached" if is_reached else "not_reached"

    def those(self, standing: Standing) -> list[str]:
        """Ids of the KPIs that stand so."""
        return [kpi for kpi in self.readings if self.standing(kpi) == standing]

    def lede(self) -> str:
        """Which targets are reached and which are not, with the figures of those that are not."""
        reached = [self.name(kpi) for kpi in self.those("reached")]
        missed = [
            f"{self.name(kpi)}, at {self._bound.cite(self.readings[kpi].now)} against a target of"
            f" {self._bound.cite(self.targets[kpi])}"
            for kpi in self.those("not_reached")
        ]
        said = [("Target reached", listed(reached)), ("Target not reached", "; ".join(missed))]
        return " ".join(f"{what}: {which}." for what, which in said if which)

    def blocks(self) -> list[Block]:
        """The table of KPIs: no colour, because each KPI has a good direction of its own."""
        heading = Heading(
            anchor="kpis",
            text="What marketing and technology answer for together",
            sub=f"Each figure is of {self._bound.period(self._period)} unless its row says otherwise; before"
            " means as many weeks earlier.",
        )
        table = Table(
            row_label="KPI",
            columns=(
                Column(label="Now"),
                Column(label="Before"),
                Column(label="Target"),
                Column(label="From target"),
            ),
            rows=tuple(self._row(kpi, reading) for kpi, reading in self.readings.items()),
        )
        return [heading, table]

    def gaps(self) -> list[Prose]:
        """Figures and targets that are not known."""
        unknown = [self.name(kpi) for kpi, reading in self.readings.items() if reading.now.value is None]
        aimless = [self.name(kpi) for kpi in self.those("no_target")]
        lines = []
        if unknown:
            lines.append(f"{listed(unknown)}: the snapshot holds no figure for these weeks.")
        if aimless:
            lines.append(f"Where {listed(aimless)} should get: no target was agreed.")
        return [Prose(text=line, label="not_known") for line in lines]

    def _row(self, kpi: str, reading: Reading) -> Row:
        sides = reading.kpi.sides
        parts = [
            f"{function.capitalize()}: {self._bound.name(self._people[side.owner])}"
            for function, side in sides.items()
        ]
        shared = {self._goals[side.goal].title for side in sides.values()}
        if len(shared) == 1:
            parts.append(f"goal: {self._bound.name(shared.pop())}")
        parts.append(f"is to go {reading.kpi.direction}")
        if reading.window != self._period:
            parts.append(self._bound.period(reading.window))
        return Row(
            name=self.name(kpi),
            note=DOT.join(parts),
            cells=(
                self._cell(reading.now),
                self._cell(reading.before),
                self._cell(self.targets.get(kpi), missing="none agreed"),
                self._apart(kpi, reading),
            ),
        )

    def _cell(self, fact: Fact | None, *, missing: str = "not known") -> Cell:
        if fact is None or fact.value is None:
            return Cell(value=None, missing=missing)
        return Cell(value=self._bound.alias(fact))

    def _apart(self, kpi: str, reading: Reading) -> Cell:
        """How far the figure lies from its target."""
        target = self.targets.get(kpi)
        if target is None or reading.now.value is None:
            return Cell(value=None, missing="not known")
        self._bound.keep(reading.now)
        self._bound.keep(target)
        apart = derive_fact(
            "difference",
            [reading.now, target],
            metric=f"{reading.kpi.metric}_difference",
            title="Distance from the target",
            unit=reading.now.unit,
            window=reading.window,
        )
        return Cell(value=self._bound.alias(apart))
