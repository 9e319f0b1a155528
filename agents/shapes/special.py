"""Shapes that speak of several bundles at once: what money bought, lists, and two places of one change."""

import re
from collections.abc import Callable, Iterator, Sequence

from agents.shapes.bundles import Bundle
from agents.shapes.compiling import FACT, NAME, PERIOD
from agents.shapes.conditions import Surroundings, fits
from agents.shapes.lexicon import METRIC_NOUNS, RANGE

_METRIC = "|".join(sorted(METRIC_NOUNS.values(), key=len, reverse=True))
_BOUGHT = re.compile(rf"(?:(?:the week before|a week earlier),? )?{FACT} bought {FACT} leads")
_EACH = re.compile(rf"{FACT} leads (?:came in )?at {FACT} each(?:,? as usual)?")
_ITEM = rf"(?:the )?({_METRIC})(?: for leads of {PERIOD.format(length='')})? \({FACT}\)"
_INSIDE = re.compile(
    rf"({_ITEM}(?:, {_ITEM})*(?:,? and {_ITEM})?) (?:all )?(?:stayed|were|was|remained|kept)"
    rf" (?:in|inside|within) (?:its|their|the) (?:{RANGE})"
)
_TWO = re.compile(
    rf"(?:the (rise|fall|increase|decrease|drop) sits in|in) {NAME} (?:and|more than in) {NAME}"
)
_THROUGH = re.compile(
    rf"(?:mainly|mostly|chiefly|largely) (?:through|in) {NAME} \({FACT}\) and {NAME} \({FACT}\)"
)
_COSTS = re.compile(rf"(?:a|each) lead costs {FACT} in {NAME} (?:and|against|but only) {FACT} in {NAME}")
_LARGEST = re.compile(rf"{NAME} brought the (?:largest share|most leads): {FACT} leads")

Special = Callable[[str, Sequence[Bundle], Surroundings, Bundle | None], Iterator[Bundle]]


def _movement(bundles: Sequence[Bundle], metric: str, said: str, *, role: str) -> Bundle | None:
    alias, _, style = said.partition("|")
    if style not in ("value", "short"):
        return None
    return next(
        (bundle for bundle in bundles
         if bundle.kind == "movement" and bundle.metric == metric and bundle.roles.get(role) == alias),
        None,
    )  # fmt: skip


def _bought(
    clause: str, bundles: Sequence[Bundle], around: Surroundings, last: Bundle | None
) -> Iterator[Bundle]:
    """What the money bought: spend and leads of one place and one week."""
    found = _BOUGHT.fullmatch(clause)
    if found is None:
        return
    is_before = not clause.startswith("⟨")
    role = "prior" if is_before else "now"
    spend = _movement(bundles, "spend", found.group(1), role=role)
    leads = _movement(bundles, "leads", found.group(2), role=role)
    if spend and leads and spend.place is None and leads.place is None and spend.window == leads.window:
        yield leads


def _each(
    clause: str, bundles: Sequence[Bundle], around: Surroundings, last: Bundle | None
) -> Iterator[Bundle]:
    found = _EACH.fullmatch(clause)
    if found is None or clause.endswith("as usual"):
        return
    leads = _movement(bundles, "leads", found.group(1), role="now")
    cost = _movement(bundles, "cost_per_lead", found.group(2), role="now")
    if leads and cost and leads.place is None and cost.place is None and leads.window == cost.window:
        yield cost


def _inside(
    clause: str, bundles: Sequence[Bundle], around: Surroundings, last: Bundle | None
) -> Iterator[Bundle]:
    """A list of company figures that all stayed in their range."""
    found = _INSIDE.fullmatch(clause)
    if found is None:
        return
    items = re.findall(_ITEM, found.group(1))
    held = [(_company(bundles, noun, said), period) for noun, period, said in items]
    known = [bundle for bundle, period in held if bundle is not None and _is_calm(bundle, period, around)]
    if items and len(known) == len(items):
        yield known[-1]


def _is_calm(bundle: Bundle, period: str, around: Surroundings) -> bool:
    """Whether a figure lies in its range and is of the leads that the clause names, if it names any."""
    return bundle.in_range is True and (not period or fits("period", period, bundle=bundle, around=around))


def _company(bundles: Sequence[Bundle], noun: str, said: str) -> Bundle | None:
    metrics = [metric for metric, words in METRIC_NOUNS.items() if re.fullmatch(words, noun)]
    found = (_movement(bundles, metric, said, role="now") for metric in metrics)
    return next((bundle for bundle in found if bundle is not None and bundle.place is None), None)


def _two(
    clause: str, bundles: Sequence[Bundle], around: Surroundings, last: Bundle | None
) -> Iterator[Bundle]:
    """A change that sits in two places, the larger one first."""
    found = _TWO.fullmatch(clause)
    if found is None:
        return
    rise, *aliases = found.groups()
    if rise is None and (last is None or last.kind != "movement" or last.place is not None):
        return
    parts = [_part(bundles, around.names.get(alias), whole="") for alias in aliases]
    first, second = parts
    if first is None or second is None or first.place == second.place:
        return
    if not (first.words["is_with"] and second.words["is_with"]):
        return
    if rise is not None and not fits("rise", rise, bundle=first, around=around):
        return
    if rise is None and last is not None and (last.metric, last.sign) != (first.metric, first.sign):
        return
    if abs(first.values["size"]) < abs(second.values["size"]):
        return
    if first.values["share"] + second.values["share"] > 0.5:
        yield first


def _through(
    clause: str, bundles: Sequence[Bundle], around: Surroundings, last: Bundle | None
) -> Iterator[Bundle]:
    """The two campaigns that hold more than half of a channel's own change."""
    found = _THROUGH.fullmatch(clause)
    if found is None or last is None or last.kind != "movement" or not last.place:
        return
    first, first_said, second, second_said = found.groups()
    parts = [_part(bundles, around.names.get(alias), whole=last.place) for alias in (first, second)]
    if any(part is None for part in parts) or parts[0] is parts[1]:
        return
    held = [part for part in parts if part is not None]
    for part, said in zip(held, (first_said, second_said), strict=True):
        alias, _, style = said.partition("|")
        if part.roles.get("part") != alias or style not in ("value", "change"):
            return
        if part.sign != last.sign or part.metric != last.metric:
            return
    if sum(part.values["share"] for part in held) > 0.5:
        yield last


def _part(bundles: Sequence[Bundle], place: str | None, *, whole: str) -> Bundle | None:
    return next(
        (bundle for bundle in bundles
         if bundle.kind == "part" and bundle.place == place and bundle.words["whole"] == whole),
        None,
    )  # fmt: skip


def _costs(
    clause: str, bundles: Sequence[Bundle], around: Surroundings, last: Bundle | None
) -> Iterator[Bundle]:
    """What a lead costs in two places, each with its own figure."""
    found = _COSTS.fullmatch(clause)
    if found is None:
        return
    said, name, other_said, other_name = found.groups()
    first = _movement(bundles, "cost_per_lead", said, role="now")
    second = _movement(bundles, "cost_per_lead", other_said, role="now")
    if first is None or second is None or first is second or first.window != second.window:
        return
    if (first.place, second.place) != (around.names.get(name), around.names.get(other_name)):
        return
    if "but only" not in clause or first.values["now"] > second.values["now"]:
        yield first


def _largest(
    clause: str, bundles: Sequence[Bundle], around: Surroundings, last: Bundle | None
) -> Iterator[Bundle]:
    """The channel with the most leads, of all channels."""
    found = _LARGEST.fullmatch(clause)
    if found is None:
        return
    top = _movement(bundles, "leads", found.group(2), role="now")
    if top is None or top.place is None or top.place != around.names.get(found.group(1)):
        return
    others = [bundle.values.get("now", 0.0) for bundle in bundles
              if bundle.kind == "movement" and bundle.metric == "leads" and bundle.place]  # fmt: skip
    if top.values["now"] >= max(others):
        yield top


SPECIAL: tuple[Special, ...] = (_bought, _each, _inside, _two, _through, _costs, _largest)
