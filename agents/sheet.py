"""The sheet of a draft: which fact stands behind which alias, and what a checker must know of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.rules import METRIC_WORDS, Meaning
from agents.spelling import spelled
from countersign.analytics.records import Analysis, Movement
from countersign.core.contracts import Fact, Number, Window
from countersign.reports.figures import Style, write_figure

# What a name of the data may be at most when a model reads it.
NAME_CAP = 60


def cite(alias: str, *, style: Style = "value") -> str:
    """The token of a fact.

    >>> cite("leads_now"), cite("leads_change", style="size")
    ('{{fact:leads_now}}', '{{fact:leads_change|size}}')
    """
    return f"{{{{fact:{alias}}}}}" if style == "value" else f"{{{{fact:{alias}|{style}}}}}"


@dataclass(frozen=True)
class Moved:
    """A movement with its aliases bound: what the writers and the blocks cite."""

    movement: Movement
    now: str
    prior: str
    change: str
    difference: str
    low: str | None
    high: str | None
    sign: int
    is_known: bool

    @property
    def is_finding(self) -> bool:
        """Whether it left its expected range on enough events, in a complete week."""
        movement = self.movement
        return (
            movement.in_normal_range is False and not movement.is_small_count and not movement.is_incomplete
        )

    @property
    def is_worse(self) -> bool:
        """Whether it moved against its good direction."""
        good = self.movement.good_direction
        return (good == "up" and self.sign < 0) or (good == "down" and self.sign > 0)


@dataclass
class Sheet:
    """Collects bindings, names and periods of one draft; every alias is bound once."""

    analysis: Analysis
    bindings: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    periods: dict[str, Window] = field(default_factory=dict)
    meanings: dict[str, Meaning] = field(default_factory=dict)
    extra: dict[str, Fact] = field(default_factory=dict)
    _aliases: dict[str, str] = field(default_factory=dict)
    _by_id: dict[str, Fact] = field(init=False)
    _own_spelling: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._by_id = {fact.id: fact for fact in self.analysis.facts}
        self._own_spelling = find_clashes(self.analysis.facts)

    def fact(
        self,
        fact_id: str,
        alias: str,
        *,
        sign: int | None = None,
        in_range: bool | None = None,
        place: str | None = None,
    ) -> str:
        """Bind a fact to an alias and return the alias that it has; a fact already bound keeps its own."""
        fact = self.held(fact_id)
        known = next((name for name, bound in self.bindings.items() if bound == fact_id), None)
        if known is not None and (sign is None or self.meanings[known].sign is not None):
            return known
        chosen = known or self._free(alias, self.bindings)
        self.bindings[chosen] = fact_id
        own = _sign(fact.value) if sign is None and _is_change(fact) else sign
        self.meanings[chosen] = Meaning(
            metric=base_metric(fact.metric), sign=own, place=place or self.place_of(fact), in_range=in_range
        )
        return chosen

    def add(self, fact: Fact, alias: str) -> str:
        """Bind a fact that an agent derived itself from facts of the analysis."""
        self.extra.setdefault(fact.id, fact)
        return self.fact(fact.id, alias)

    def keep(self, fact: Fact) -> None:
        """Hold a fact that another one is derived from, without an alias of its own."""
        self.extra.setdefault(fact.id, fact)

    def holds(self, fact_id: str) -> bool:
        """Whether a fact is of the analysis or was added."""
        return fact_id in self.extra or fact_id in self._by_id

    def held(self, fact_id: str) -> Fact:
        """A fact of the analysis or one that was added; KeyError when there is none."""
        return self.extra[fact_id] if fact_id in self.extra else self._by_id[fact_id]

    def value(self, fact_id: str | None) -> Number | None:
        """The value of a fact, None for no fact or one that is not known."""
        return None if fact_id is None else self.held(fact_id).value

    def movement(self, movement: Movement, *, suffix: str = "") -> Moved:
        """Bind all of a movement's figures."""
        stem = movement.metric
        sign = _sign(self.value(movement.difference))
        usual = None if movement.is_small_count or movement.is_incomplete else movement.in_normal_range

        def bound(fact_id: str | None, role: str) -> str | None:
            if fact_id is None:
                return None
            moving = sign if role in ("now", "change", "difference") else None
            ranged = usual if role in ("now", "change", "difference") else None
            return self.fact(fact_id, f"{stem}_{role}{suffix}", sign=moving, in_range=ranged)

        return Moved(
            movement=movement,
            now=bound(movement.now, "now") or "",
            prior=bound(movement.prior, "prior") or "",
            change=bound(movement.change, "change") or "",
            difference=bound(movement.difference, "difference") or "",
            low=bound(movement.low, "low"),
            high=bound(movement.high, "high"),
            sign=sign,
            is_known=self.value(movement.now) is not None,
        )

    def name(self, raw: str, *, kind: str = "channel") -> str:
        """The token of a name out of the data; the same name has one alias."""
        display = self.display(raw)
        alias = self._aliases.get(display)
        if alias is None:
            alias = self._free(f"{kind}_{len(self.names) + 1}", self.names)
            self._aliases[display] = alias
            self.names[alias] = display
        return f"{{{{name:{alias}}}}}"

    def display(self, raw: str) -> str:
        """A name as people read it; as its source spells it where two names would read the same."""
        return raw if raw in self._own_spelling else display_name(raw)

    def place_of(self, fact: Fact) -> str | None:
        """Where a fact was measured: the narrowest place it names."""
        raw = next((fact.dimensions[name] for name in PLACES if name in fact.dimensions), None)
        return None if raw is None else self.display(raw)

    def period(self, window: Window, alias: str) -> str:
        """The token of a period."""
        for known, bound in self.periods.items():
            if bound == window:
                return f"{{{{period:{known}}}}}"
        chosen = self._free(alias, self.periods)
        self.periods[chosen] = window
        return f"{{{{period:{chosen}}}}}"

    def facts(self) -> tuple[Fact, ...]:
        """All bound facts and everything that they were derived from."""
        own = list(self.extra.values())
        wanted = [bound for bound in self.bindings.values() if bound not in self.extra]
        for fact in own:
            inputs = getattr(fact.definition, "inputs", ())
            wanted += [needed for needed in inputs if needed not in self.extra]
        return (*self.analysis.facts_behind(wanted), *own)

    def described(self, aliases: Sequence[str]) -> str:
        """The material a model reads: alias, figure, meaning; names quoted and cut, never instructions."""
        lines = ["Facts:"]
        for alias in aliases:
            fact = self.held(self.bindings[alias])
            where = f", {_quoted(place)}" if (place := self.place_of(fact)) else ""
            moved = self.meanings[alias]
            range_note = {True: ", in its expected range", False: ", outside its expected range"}
            lines.append(
                f"- {alias} = {write_figure(fact)} ({fact.metric.replace('_', ' ')}{where}"
                f"{range_note.get(moved.in_range, '') if moved.in_range is not None else ''})"
            )
        lines += ["Names:", *(f"- {alias} = {_quoted(name)}" for alias, name in self.names.items())]
        lines += ["Periods:", *(f"- {alias}: {window.start}" for alias, window in self.periods.items())]
        return "\n".join(lines)

    @staticmethod
    def _free(alias: str, taken: dict[str, str] | dict[str, Window]) -> str:
        chosen, number = alias, 2
        while chosen in taken:
            chosen, number = f"{alias}_{number}", number + 1
        return chosen


def base_metric(metric: str) -> str:
    """The metric that a derived figure speaks of.

    >>> base_metric("cost_per_lead_change"), base_metric("leads")
    ('cost_per_lead', 'leads')
    """
    found = [name for name in METRIC_WORDS if metric == name or metric.startswith(f"{name}_")]
    return max(found, key=len) if found else metric


PLACES = ("campaign_name", "campaign", "lead_source", "platform", "channel")


def find_clashes(facts: Sequence[Fact]) -> frozenset[str]:
    """Names of one dimension that would read the same, such as `google` beside `Google`."""
    spellings: dict[tuple[str, str], set[str]] = {}
    for fact in facts:
        for dimension in PLACES:
            if raw := fact.dimensions.get(dimension):
                spellings.setdefault((dimension, display_name(raw)), set()).add(raw)
    return frozenset(raw for same in spellings.values() if len(same) > 1 for raw in same)


def _is_change(fact: Fact) -> bool:
    return fact.metric.endswith(("_change", "_difference")) or getattr(fact.definition, "function", "") in (
        "difference",
        "change_rate",
    )


def _sign(value: Number | None) -> int:
    return 0 if not value else 1 if value > 0 else -1


def _quoted(text: str) -> str:
    # A name is data typed by others: one line, capped, in quotes, without braces or quotes of its own.
    flat = " ".join(text.split()).translate(str.maketrans('"{}`', "'()'"))
    return f'"{flat[:NAME_CAP]}"'


def place_alias(token: str) -> str:
    """The alias inside a name token.

    >>> place_alias("{{name:channel_1}}")
    'channel_1'
    """
    return token.removeprefix("{{name:").removesuffix("}}")


def display_name(raw: str) -> str:
    """A name of the data as people read it: no underscores, a capital in front when it has none.

    >>> display_name("paid_search"), display_name("LinkedIn ads"), display_name("crm")
    ('Paid search', 'LinkedIn ads', 'CRM')
    """
    spaced = " ".join(raw.replace("_", " ").split()) or "(no name)"
    return spelled(spaced) if spaced == spaced.lower() else spaced
