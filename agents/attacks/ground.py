"""What an attacker knows: the plain words, every alias with its meaning, and which statements are true."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from agents.desk import Desk
from countersign.analytics.records import Analysis, Movement
from countersign.core.contracts import Fact

NOUNS = {
    "cost_per_lead": "cost per lead", "leads": "leads", "spend": "spend", "sessions": "sessions",
    "clicks": "clicks", "revenue": "revenue", "pipeline": "pipeline", "opportunities": "opportunities",
    "sales_acceptance_rate": "the sales acceptance rate", "cost_per_accepted_lead": "cost per accepted lead",
    "accepted_leads": "accepted leads", "conversion_rate": "the conversion rate",
}  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """One movement as its table tells it: aliases by role, the sign, where; found without the grammar."""

    noun: str
    metric: str
    place: str | None
    place_alias: str | None
    aliases: dict[str, str]
    sign: int
    in_range: bool | None
    side: int
    is_this_week: bool


@dataclass(frozen=True)
class Ground:
    """One desk with what its facts mean.

    Args:
        desk: of a report or a recommendation.
        analysis: behind it.
        movements: those whose now, prior and difference are bound and known.
        facts: by alias.
    """

    desk: Desk[BaseModel]
    analysis: Analysis
    movements: tuple[Figures, ...]
    facts: dict[str, Fact]

    @property
    def names(self) -> dict[str, str]:
        """Display names by alias."""
        return self.desk.plain.names


def read_ground(desk: Desk[BaseModel], analysis: Analysis) -> Ground:
    """What can be said truly and falsely at a desk."""
    draft = desk.plain
    by_id = {fact_id: alias for alias, fact_id in draft.bindings.items()}
    held = {fact.id: fact for fact in draft.facts}
    facts = {alias: held[fact_id] for alias, fact_id in draft.bindings.items() if fact_id in held}
    rows = [movement for row in analysis.channels for movement in row.movements.values()]
    found = [_figures(desk, movement, by_id, facts) for movement in (*analysis.kpis, *rows)]
    return Ground(desk, analysis, tuple(item for item in found if item is not None), facts)


def _figures(
    desk: Desk[BaseModel], movement: Movement, by_id: dict[str, str], facts: dict[str, Fact]
) -> Figures | None:
    ids = {"now": movement.now, "prior": movement.prior, "change": movement.change,
           "difference": movement.difference, "low": movement.low, "high": movement.high}  # fmt: skip
    aliases = {role: by_id[fact_id] for role, fact_id in ids.items() if fact_id in by_id}
    if movement.metric not in NOUNS or not {"now", "prior", "change"} <= set(aliases):
        return None
    now, prior = facts[aliases["now"]].value, facts[aliases["prior"]].value
    if now is None or prior is None or facts[aliases["change"]].value is None:
        return None
    place = movement.channel and next(
        (alias for alias, name in desk.plain.names.items()
         if alias.startswith("channel") and name.casefold() == movement.channel.replace("_", " ").casefold()),
        None,
    )  # fmt: skip
    if movement.channel and place is None:
        return None
    judged = not movement.is_small_count and not movement.is_incomplete
    position = movement.position or 0.0
    return Figures(
        noun=NOUNS[movement.metric],
        metric=movement.metric,
        place=movement.channel,
        place_alias=place,
        aliases=aliases,
        sign=(now > prior) - (now < prior),
        in_range=movement.in_normal_range if judged else None,
        side=(position > 0) - (position < 0),
        is_this_week=not movement.is_matured_only,
    )


def cite(alias: str, style: str = "") -> str:
    """A fact's token."""
    return f"{{{{fact:{alias}{'|' if style else ''}{style}}}}}"


def named(alias: str | None) -> str:
    """A name's token."""
    return f"{{{{name:{alias}}}}}"


def where(figures: Figures) -> str:
    """`in {{name:...}}`, empty for the whole company."""
    return f" in {named(figures.place_alias)}" if figures.place_alias else ""


def prose_slots(wording: BaseModel) -> list[tuple[str, int | None, str | None]]:
    """Every filled slot of a wording: the field, the position in a list, the field of an action."""
    slots: list[tuple[str, int | None, str | None]] = []
    for field in type(wording).model_fields:
        value = getattr(wording, field)
        if isinstance(value, str) and value:
            slots.append((field, None, None))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                inner: Sequence[str | None] = [None]
                if isinstance(item, BaseModel):
                    inner = list(type(item).model_fields)
                slots += [(field, number, name) for name in inner]
    return slots


def with_slot(wording: BaseModel, slot: tuple[str, int | None, str | None], text: str) -> dict[str, object]:
    """The wording as JSON with another text in one slot."""
    field, number, name = slot
    plain = wording.model_dump()
    if number is None:
        plain[field] = text
    elif name is None:
        plain[field][number] = text
    else:
        plain[field][number][name] = text
    return plain


def text_in(wording: BaseModel, slot: tuple[str, int | None, str | None]) -> str:
    """The text of one slot."""
    field, number, name = slot
    value = getattr(wording, field)
    if number is None:
        return str(value)
    return str(value[number] if name is None else getattr(value[number], name))
