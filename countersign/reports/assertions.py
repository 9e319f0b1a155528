"""What prose asserts of its figures, held against them: directions, causes, ranks, shares, evidence."""

import re
from collections.abc import Iterator
from decimal import Decimal

from countersign.core.contracts import Draft, Fact, Prose, Table, Trend, Waterfall
from countersign.reports.consistency import Problem
from countersign.reports.figures import as_decimal, is_movement
from countersign.reports.outline import Spot, read_strings

_UP = r"rose|rises|grew|grows|climbed|climbs|increased|increases|went up|up|gained"
_DOWN = r"fell|falls|dropped|drops|declined|declines|decreased|decreases|went down|down|shrank|lost"
_FACT = r"\{\{fact:([^}|]+)(?:\|[a-z]+)?\}\}"
_NAME = r"\{\{name:([^}|]+)\}\}"
_BY = re.compile(rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?: by)? {_FACT}", re.IGNORECASE)
_FROM_TO = re.compile(
    rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?: by {_FACT})?,? from {_FACT} to {_FACT}", re.IGNORECASE
)
_LEVELS = re.compile(rf"\bfrom {_FACT} to {_FACT}", re.IGNORECASE)
# Why nothing is proposed is a reason of ours, not a cause of a figure.
_CAUSE = re.compile(
    r"\b((?<!nothing is proposed, )because|caused|causing|drove|driven by|due to|thanks to|owing to|led to"
    r"|leads to|resulted in|results from|as a result|triggered|attributable to)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(r"\b(?:coincid\w+ with|consistent with)\b", re.IGNORECASE)
_RANK = re.compile(r"\b(highest|lowest) of the weeks shown", re.IGNORECASE)
_SHARE = re.compile(rf"\b(most|all|mainly|mostly)(?: of it)? in {_NAME}", re.IGNORECASE)
_SITS = re.compile(rf"\bthe (rise|fall) sits in {_NAME}", re.IGNORECASE)
_RUN = re.compile(rf"\b(?P<way>risen|fallen) {_FACT} weeks in a row", re.IGNORECASE)
_EXTREME = re.compile(
    rf"\b(dearest|cheapest|highest|lowest)\b[a-z ]*\b(?:in|from) {_NAME} \({_FACT}\)", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_MOST, _ALL = Decimal("0.5"), Decimal("0.95")


def find_false_claims(draft: Draft) -> list[Problem]:
    """Assertions of a draft that its own figures contradict, or that nothing in it supports."""
    facts = {fact.id: fact for fact in draft.facts}
    bound = {alias: facts[fact_id] for alias, fact_id in draft.bindings.items() if fact_id in facts}
    problems: list[Problem] = []
    for spot in read_strings(draft):
        problems += _directions(spot, bound)
        problems += _ranks(spot, draft, bound)
        problems += _runs(spot, bound)
        problems += _extremes(spot, draft, bound)
        problems += _shares(spot, draft, bound)
    return problems + list(_causes(draft)) + list(_without_evidence(draft))


def _directions(spot: Spot, bound: dict[str, Fact]) -> Iterator[Problem]:
    for found in _BY.finditer(spot.text):
        fact = bound.get(found.group(3))
        value = as_decimal(fact) if fact is not None and is_movement(fact) else None
        if value is not None and (value > 0) != bool(found.group("up")):
            yield Problem(spot.where, found.group(), "a direction that the change beside it does not have")
    for found in _FROM_TO.finditer(spot.text):
        before, after = (_value(bound, found.group(place)) for place in (4, 5))
        if before is not None and after is not None and (after > before) != bool(found.group("up")):
            yield Problem(spot.where, found.group(), "a direction that the two figures do not have")
    for found in _LEVELS.finditer(spot.text):
        first, second = bound.get(found.group(1)), bound.get(found.group(2))
        if first and second and (first.unit, first.currency) != (second.unit, second.currency):
            yield Problem(spot.where, found.group(), "two figures of different units set against each other")


def _ranks(spot: Spot, draft: Draft, bound: dict[str, Fact]) -> Iterator[Problem]:
    found = _RANK.search(spot.text)
    trend = next((block for block in draft.blocks if isinstance(block, Trend)), None)
    if found is None:
        return
    values = [_value(bound, point.fact) for point in trend.points] if trend else []
    known = [value for value in values if value is not None]
    pick = max if found.group(1).lower() == "highest" else min
    if not known or values[-1] != pick(known):
        yield Problem(spot.where, found.group(), "a rank that the weeks of the chart do not show")


def _extremes(spot: Spot, draft: Draft, bound: dict[str, Fact]) -> Iterator[Problem]:
    """The dearest, or the lowest, of a table is the end of the column that its figure stands in."""
    columns = [
        [row.cells[place].value for row in block.rows]
        for block in draft.blocks
        if isinstance(block, Table)
        for place in range(len(block.columns))
    ]
    for found in _EXTREME.finditer(spot.text):
        pick = max if found.group(1).lower() in ("dearest", "highest") else min
        own = next((column for column in columns if found.group(3) in column), [])
        known = [value for alias in own if (value := _value(bound, alias)) is not None]
        if not known or _value(bound, found.group(3)) != pick(known):
            yield Problem(spot.where, found.group(), "a rank that the rows of the table do not show")


def _runs(spot: Spot, bound: dict[str, Fact]) -> Iterator[Problem]:
    """Weeks in a row are counted by the function that counts steps in that very direction."""
    counted_by = {"risen": "rises_in_a_row", "fallen": "falls_in_a_row"}
    for found in _RUN.finditer(spot.text):
        fact = bound.get(found.group(2))
        if fact and getattr(fact.definition, "function", "") != counted_by[found.group("way").lower()]:
            yield Problem(spot.where, found.group(), "weeks in a row that this figure does not count")


def _shares(spot: Spot, draft: Draft, bound: dict[str, Fact]) -> Iterator[Problem]:
    """A change that sits in a place is read off the steps of the waterfall."""
    waterfall = next((block for block in draft.blocks if isinstance(block, Waterfall)), None)
    start, end = (_value(bound, getattr(waterfall, name, None)) for name in ("start", "end"))
    if waterfall is None or start is None or end is None or start == end:
        return
    steps = {
        draft.names[alias]: _value(bound, step.fact) or Decimal(0)
        for step in waterfall.steps
        for alias in re.findall(_NAME, step.label)
        if alias in draft.names
    }
    for found in (*_SHARE.finditer(spot.text), *_SITS.finditer(spot.text)):
        word, name = found.group(1).lower(), draft.names.get(found.group(2), "")
        if name in steps and not _is_share(word, steps[name], whole=end - start):
            yield Problem(spot.where, found.group(), "a share that the steps of the change do not show")


def _is_share(word: str, part: Decimal, *, whole: Decimal) -> bool:
    share = part / whole
    if word in ("rise", "fall"):
        return (whole > 0) == (word == "rise") and share > 0
    return share >= _ALL if word == "all" else share > _MOST


def _causes(draft: Draft) -> Iterator[Problem]:
    """A cause is inferred, and says so, unless its sentence cites a part of an exact decomposition."""
    parts = {step.fact for block in draft.blocks if isinstance(block, Waterfall) for step in block.steps}
    inferred = {
        block.text for block in draft.blocks if isinstance(block, Prose) and block.label == "inferred"
    }
    for spot in read_strings(draft):
        for sentence in _SENTENCE.split(spot.text):
            found = _CAUSE.search(sentence)
            is_mechanical = any(alias in parts for alias in re.findall(_FACT, sentence))
            if found and not is_mechanical and not (spot.text in inferred and _HEDGE.search(sentence)):
                reason = (
                    "a cause that nothing here proves; say coincides with or consistent with, as inferred"
                )
                yield Problem(spot.where, found.group(), reason)


def _without_evidence(draft: Draft) -> Iterator[Problem]:
    """A claim labelled measured or inferred cites what was measured."""
    for number, block in enumerate(draft.blocks):
        is_claim = isinstance(block, Prose) and block.label in ("measured", "inferred")
        if is_claim and "{{fact:" not in getattr(block, "text", ""):
            text = getattr(block, "text", "")
            yield Problem(f"blocks[{number}].text", text[:80], "a claim that cites no figure")


def _value(bound: dict[str, Fact], alias: str | None) -> Decimal | None:
    fact = bound.get(alias) if alias else None
    return None if fact is None else as_decimal(fact)
