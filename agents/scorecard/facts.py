"""The figures of a scorecard that no query gives: what was agreed on file, and days that people recorded."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from agents.scorecard.agreement import FILE, SharedKpi
from countersign.analytics.time_to_value import Phase
from countersign.core.contracts import Agreed, Elapsed, Fact, Number, Snapshot, Unit, Window
from countersign.core.hashing import short_id

# Between the parts of a small line; the dot stays at the end of a line that breaks.
DOT = "\u00a0· "
AGREED_TITLE = "Targets and priorities that were agreed"
PILOT_TITLE = "Days of pilots, as people recorded them"


@dataclass(frozen=True)
class Reading:
    """A co-owned KPI as the snapshot has it.

    Args:
        kpi: what was agreed.
        label: as people read it.
        window: the weeks of `now`; for figures that sales still changes, the last matured ones.
        now, before: the figure in these weeks and in as many before; a value of None is not known.
    """

    kpi: SharedKpi
    label: str
    window: Window
    now: Fact
    before: Fact


def agreed_fact(snapshot: Snapshot, *, key: str, value: Number, unit: Unit, metric: str) -> Fact:
    """A figure that stands in the agreement under `key`."""
    definition = Agreed(file=FILE, key=key, value=value)
    return Fact(
        id=short_id("f", [snapshot.id, definition.model_dump(mode="json"), unit]),
        metric=metric,
        title=AGREED_TITLE,
        value=value,
        unit=unit,
        currency=snapshot.reporting_currency if unit == "currency" else None,
        definition=definition,
        columns=(f"{FILE}.kpis",),
        snapshot_id=snapshot.id,
    )


def elapsed_fact(snapshot: Snapshot, phase: Phase, *, pilot: str, entry: str) -> Fact | None:
    """How long a phase of a pilot took, or has run so far; None when it has not begun."""
    end = phase.end or phase.until
    if phase.start is None:
        return None
    definition = Elapsed(entries=(entry,), start=phase.start, end=end)
    return Fact(
        id=short_id("f", [snapshot.id, definition.model_dump(mode="json"), phase.name, pilot]),
        metric=f"{phase.name}_days",
        title=PILOT_TITLE,
        value=(end - phase.start).days,
        unit="days",
        window=Window(start=phase.start, end=end + timedelta(days=1)),
        dimensions={"pilot": pilot},
        definition=definition,
        columns=("ledger.pilot_recorded",),
        snapshot_id=snapshot.id,
    )


@dataclass
class Bindings:
    """The aliases of one scorecard: each fact, name and window is bound once, and cited by its token."""

    facts: dict[str, Fact] = field(default_factory=dict)
    bindings: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    periods: dict[str, Window] = field(default_factory=dict)

    def keep(self, fact: Fact) -> None:
        """Hold a fact that another one is derived from."""
        self.facts.setdefault(fact.id, fact)

    def alias(self, fact: Fact) -> str:
        """The alias of a fact."""
        self.keep(fact)
        for known, bound in self.bindings.items():
            if bound == fact.id:
                return known
        alias = f"{fact.metric}_{len(self.bindings) + 1}"
        self.bindings[alias] = fact.id
        return alias

    def cite(self, fact: Fact) -> str:
        """The token of a fact."""
        return f"{{{{fact:{self.alias(fact)}}}}}"

    def name(self, text: str) -> str:
        """The token of a name."""
        alias = next((known for known, bound in self.names.items() if bound == text), None)
        if alias is None:
            alias = f"name_{len(self.names) + 1}"
            self.names[alias] = text
        return f"{{{{name:{alias}}}}}"

    def period(self, window: Window) -> str:
        """The token of a window."""
        alias = next((known for known, bound in self.periods.items() if bound == window), None)
        if alias is None:
            alias = f"period_{len(self.periods) + 1}"
            self.periods[alias] = window
        return f"{{{{period:{alias}}}}}"

    def day(self, day: date) -> str:
        """The token of one day."""
        return self.period(Window(start=day, end=day + timedelta(days=1)))
