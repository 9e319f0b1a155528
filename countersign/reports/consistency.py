"""Whether the figures of a draft hold together: bound, of one snapshot, and adding up."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from countersign.core.contracts import Draft, Fact, Kpis, KpiTile, Record, Table, Trend, Waterfall
from countersign.reports.evidence import missing_evidence
from countersign.reports.figures import DraftError, as_decimal, is_change_rate
from countersign.reports.outline import read_spots
from countersign.reports.token_syntax import Token, parse

_SUM_TOLERANCE = Decimal("1e-6")
_CHANGE_TOLERANCE = Decimal("1e-4")


@dataclass(frozen=True)
class Problem:
    """One reason a draft may not go on: the place, the words or alias, and why."""

    where: str
    span: str
    reason: str


def find_inconsistencies(draft: Draft) -> list[Problem]:
    """Aliases bound to nothing, facts without evidence or of another snapshot, sums that do not hold.

    Tokens bound to nothing are found with the prose; here are the aliases of blocks.
    """
    facts = {fact.id: fact for fact in draft.facts}
    bound = {alias: facts[fact_id] for alias, fact_id in draft.bindings.items() if fact_id in facts}
    problems = list(_unbound(draft, bound))
    if len(facts) != len(draft.facts):
        problems.append(Problem("facts", "", "two facts share one id"))
    for alias, fact in bound.items():
        problems.extend(_unusable(alias, fact, snapshot_id=draft.snapshot_id))
    for number, block in enumerate(draft.blocks):
        problems.extend(_block_problems(block, bound, where=f"blocks[{number}]"))
    return problems


def _unbound(draft: Draft, bound: dict[str, Fact]) -> Iterator[Problem]:
    for spot in read_spots(draft):
        if spot.alias and spot.alias not in bound:
            yield Problem(spot.where, spot.alias, "an alias that is bound to no fact of the draft")
        for alias in _fact_aliases(spot.text):
            # an alias missing from the bindings was reported with the prose
            if alias in draft.bindings and alias not in bound:
                yield Problem(spot.where, alias, "an alias that is bound to no fact of the draft")


def _fact_aliases(text: str) -> list[str]:
    try:
        return [piece.alias for piece in parse(text) if isinstance(piece, Token) and piece.kind == "fact"]
    except DraftError:
        return []


def _unusable(alias: str, fact: Fact, *, snapshot_id: str) -> Iterator[Problem]:
    if reason := missing_evidence(fact, snapshot_id=snapshot_id):
        yield Problem(f"bindings[{alias}]", fact.id, reason)
    try:
        as_decimal(fact)
    except DraftError as error:
        yield Problem(f"bindings[{alias}]", fact.id, error.problem)
    if fact.unit == "currency" and not fact.currency:
        yield Problem(f"bindings[{alias}]", fact.id, "an amount without a currency")


def _block_problems(block: Record, bound: dict[str, Fact], *, where: str) -> Iterator[Problem]:
    match block:
        case Waterfall():
            yield from _sum_problems(block, bound, where=where)
        case Trend():
            yield from _trend_problems(block, bound, where=where)
        case Kpis():
            for number, tile in enumerate(block.tiles):
                yield from _tile_problems(tile, bound, where=f"{where}.tiles[{number}]")
        case Table():
            rows = (*block.rows, *([block.total] if block.total else []))
            for row in rows:
                if len(row.cells) != len(block.columns):
                    yield Problem(
                        where, row.name, f"{len(row.cells)} cells under {len(block.columns)} columns"
                    )


def _sum_problems(block: Waterfall, bound: dict[str, Fact], *, where: str) -> Iterator[Problem]:
    aliases = (block.start, *(step.fact for step in block.steps), block.end)
    if any(alias not in bound for alias in aliases):
        return
    values = [_value(bound[alias]) for alias in aliases]
    for alias, value in zip(aliases, values, strict=True):
        if value is None:
            yield Problem(where, alias, "a waterfall with a figure that is not known")
    units = {(bound[alias].unit, bound[alias].currency) for alias in aliases}
    if len(units) > 1:
        yield Problem(where, block.start, "a waterfall whose steps have different units")
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return
    start, *steps, end = known
    gap = abs(sum(steps, start) - end)
    if gap > _SUM_TOLERANCE * max(abs(start), abs(end)):
        yield Problem(where, block.end, f"waterfall steps miss end minus start by {gap:f}")


def _trend_problems(block: Trend, bound: dict[str, Fact], *, where: str) -> Iterator[Problem]:
    shown = [(point.day, bound[point.fact]) for point in block.points if point.fact in bound and point.fact]
    for day, fact in shown:
        if fact.window is not None and not fact.window.start <= day < fact.window.end:
            yield Problem(where, fact.id, f"a point of {day} shows the figure of {fact.window.start}")
    band = [bound[alias] for alias in (block.low, block.high) if alias and alias in bound]
    if (
        len({(fact.unit, fact.currency) for _, fact in shown} | {(fact.unit, fact.currency) for fact in band})
        > 1
    ):
        yield Problem(where, block.metric, "a trend whose points have different units")
    days = [point.day for point in block.points]
    if days != sorted(set(days)):
        yield Problem(where, block.metric, "trend points that are not in order, or repeat a day")


def _tile_problems(tile: KpiTile, bound: dict[str, Fact], *, where: str) -> Iterator[Problem]:
    """A tile reads "+x% from prior", so the change must follow from the two levels."""
    aliases = (tile.value, tile.prior, tile.change)
    if not all(alias and alias in bound for alias in aliases):
        return
    now, prior, change = (_value(bound[alias]) for alias in aliases if alias)
    if now is None or not prior or change is None or not is_change_rate(bound[tile.change or ""]):
        return
    if abs((now - prior) / prior - change) > _CHANGE_TOLERANCE:
        yield Problem(where, tile.change or "", "the change does not follow from the value and its prior")


def _value(fact: Fact) -> Decimal | None:
    try:
        return as_decimal(fact)
    except DraftError:
        return None
