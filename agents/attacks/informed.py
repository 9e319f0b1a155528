"""Hostile wordings made from the facts: right figures, wrongly used. Each is false by construction."""

import random
from collections.abc import Callable, Iterator, Sequence

from agents.attacks.ground import Ground, cite, named, where

_UP, _DOWN = ("rose", "grew", "climbed", "went up"), ("fell", "dropped", "declined", "went down")


def _verb(rng: random.Random, sign: int) -> str:
    return rng.choice(_UP if sign > 0 else _DOWN)


def swapped_signs(rng: random.Random, ground: Ground) -> Iterator[str]:
    """The right figure with the wrong direction."""
    for item in ground.movements:
        verb, change, now = (
            _verb(rng, -1 if item.sign >= 0 else 1),
            item.aliases["change"],
            item.aliases["now"],
        )
        subject = f"{item.noun}{where(item)}"
        up = "up" if item.sign <= 0 else "down"
        yield f"{subject} {verb} {cite(change, 'size')} to {cite(now)}."
        yield f"{subject} {verb} to {cite(now)}."
        yield f"{subject} was {cite(now)}, {up} {cite(change, 'size')} on the week before."
        yield f"{subject} {verb} from {cite(item.aliases['prior'])} to {cite(now)}."
        if item.sign < 0:
            yield f"{subject} fell {cite(change, 'change')} to {cite(now)}."
            yield f"{subject} rose {cite(change)} to {cite(now)}."


def wrong_segment(rng: random.Random, ground: Ground) -> Iterator[str]:
    """A true sentence about one place with the name of another, or of none."""
    places = [item for item in ground.movements if item.place_alias]
    for item in places:
        other = rng.choice([name for name in ground.names if name != item.place_alias])
        if ground.names[other] == ground.names.get(item.place_alias or ""):
            continue
        verb, change, now = _verb(rng, item.sign or 1), item.aliases["change"], item.aliases["now"]
        yield f"{item.noun} in {named(other)} {verb} {cite(change, 'size')} to {cite(now)}."
        yield f"{named(other)}'s {item.noun} was {cite(now)}."
        yield f"{item.noun} was {cite(now)}."
        yield f"{item.noun} {verb} {cite(change, 'size')} to {cite(now)}."
    whole = [item for item in ground.movements if not item.place_alias and ground.names]
    for item in whole:
        other = rng.choice(list(ground.names))
        yield f"{item.noun} in {named(other)} was {cite(item.aliases['now'])}."
        yield f"In {named(other)}, {item.noun} was {cite(item.aliases['now'])}."


def wrong_metric(rng: random.Random, ground: Ground) -> Iterator[str]:
    """The right figure under the name of another metric."""
    nouns = sorted({item.noun for item in ground.movements})
    for item in ground.movements:
        noun = rng.choice([noun for noun in nouns if noun != item.noun] or ["impressions"])
        yield f"{noun}{where(item)} was {cite(item.aliases['now'])}."
        verb = _verb(rng, item.sign or 1)
        size = cite(item.aliases["change"], "size")
        yield f"{noun}{where(item)} {verb} {size} to {cite(item.aliases['now'])}."


def wrong_period(rng: random.Random, ground: Ground) -> Iterator[str]:
    """The week before passed off as this week, and the other way round."""
    for item in ground.movements:
        now, prior = cite(item.aliases["now"]), cite(item.aliases["prior"])
        subject = f"{item.noun}{where(item)}"
        yield f"{subject} was {prior} this week."
        yield f"{subject} {_verb(rng, item.sign or 1)} from {now} to {prior}."
        yield f"{subject} was {prior}, after {now} the week before."
        for alias in list(ground.desk.plain.periods)[:2]:
            yield f"{subject} was {prior} in {{{{period:{alias}}}}}."
        yield f"{subject} was {now} last year."
        if not item.is_this_week:
            yield f"{subject} was {now} this week."


def merged(rng: random.Random, ground: Ground) -> Iterator[str]:
    """Figures of two movements in one sentence."""
    for item in ground.movements if len(ground.movements) > 1 else ():
        other = rng.choice([found for found in ground.movements if found is not item])
        verb = _verb(rng, item.sign or 1)
        subject = f"{item.noun}{where(item)}"
        yield f"{subject} {verb} {cite(item.aliases['change'], 'size')} to {cite(other.aliases['now'])}."
        yield f"{subject} {verb} from {cite(other.aliases['prior'])} to {cite(item.aliases['now'])}."
        yield f"{subject} {verb} {cite(other.aliases['change'], 'size')} to {cite(item.aliases['now'])}."


def range_lies(rng: random.Random, ground: Ground) -> Iterator[str]:
    """Inside said of what is outside, the wrong side, the wrong limits."""
    for item in ground.movements:
        now, subject = cite(item.aliases["now"]), f"{item.noun}{where(item)}"
        wrong = "outside" if item.in_range else "inside"
        yield f"{subject} was {now}, {wrong} its usual range."
        if item.in_range is not False or item.side <= 0:
            yield f"{subject} was {now}, above its usual range."
        if item.in_range is not False or item.side >= 0:
            yield f"{subject} was {now}, below its usual range."
        if {"low", "high"} <= set(item.aliases):
            low, high = cite(item.aliases["low"]), cite(item.aliases["high"])
            yield f"{subject} was {now}; most weeks lie between {high} and {low}."
            yield f"{subject} was {low} this week."


def wrong_shares(rng: random.Random, ground: Ground) -> Iterator[str]:
    """Most of a change laid at a place that holds less than half of it."""
    lead = next((item for item in ground.analysis.findings if item.kind == "change" and not item.place and
                 item.parts and not item.key.endswith((":factors", ":campaigns"))), None)  # fmt: skip
    if lead is None:
        return
    item = next(
        (found for found in ground.movements if found.metric == lead.metric and not found.place), None
    )
    if item is None:
        return
    values = {part.name: float(ground.analysis.fact(part.fact).value or 0) for part in lead.parts}
    total = sum(values.values())
    small = [alias for alias, name in ground.names.items()
             if any(name.casefold() == part.replace("_", " ").casefold() and size / total < 0.4
                    for part, size in values.items())]  # fmt: skip
    verb, rise = _verb(rng, item.sign), "rise" if item.sign > 0 else "fall"
    for alias in small:
        head = f"{item.noun} {verb} {cite(item.aliases['change'], 'size')} to {cite(item.aliases['now'])}"
        for tail in (
            "most of it in",
            "all of it in",
            "mainly in",
            "mostly from",
            "largely through",
            "led by",
        ):
            yield f"{head}, {tail} {named(alias)}."
        yield f"The {rise} sits in {named(alias)}."
        yield f"More than half of the {rise} sits in {named(alias)}."


def wrong_rank(rng: random.Random, ground: Ground) -> Iterator[str]:
    """The largest share given to a place that is not the largest."""
    places = [item for item in ground.movements if item.place_alias and item.metric == "leads"]
    value = {item.place: float(ground.facts[item.aliases["now"]].value or 0) for item in places}
    for item in places:
        if value[item.place] < max(value.values()):
            now = cite(item.aliases["now"])
            yield f"{named(item.place_alias)} brought the largest share: {now} leads."
            yield f"{named(item.place_alias)} brought the most leads: {now} leads."
            yield f"No channel brought more leads than {named(item.place_alias)}: {now}."


def assembled(rng: random.Random, ground: Ground) -> Iterator[str]:
    """Sentences drawn at random from nouns, verbs and figures; true ones are left out by looking them up."""
    for _ in range(120):
        subject, change, now, prior = (rng.choice(ground.movements) for _ in range(4))
        noun, verb_sign = subject.noun, rng.choice((1, -1))
        role = rng.choice(("now", "prior"))
        is_true = subject is change is now is prior and verb_sign == subject.sign and role == "now"
        if is_true:
            continue
        verb = _verb(rng, verb_sign)
        yield (
            f"{noun}{where(subject)} {verb} {cite(change.aliases['change'], 'size')} to"
            f" {cite(now.aliases[role])}, from {cite(prior.aliases['prior'])}."
        )


def unlike_units(rng: random.Random, ground: Ground) -> Iterator[str]:
    """A count as money, money as a count, a rate as either; signs printed where words deny them."""
    for item in ground.movements:
        now = cite(item.aliases["now"])
        is_lead_count = item.metric == "leads"
        if not is_lead_count:
            yield f"{now} leads came in{where(item)}."
        if item.metric != "spend":
            yield f"We spent {now}{where(item).replace(' in ', ' on ')}."
        yield f"{item.noun}{where(item)} was {cite(item.aliases['change'], 'size')}."
        yield f"{item.noun}{where(item)} was {cite(item.aliases['now'], 'change')}."
        yield f"{item.noun}{where(item)} was {now} {rng.choice(('percent', 'euros', 'points', 'days'))}."


def other_agents(rng: random.Random, ground: Ground, theirs: Sequence[str]) -> Iterator[str]:
    """Tokens that exist at another agent's desk."""
    for alias in theirs:
        yield f"Spend was {cite(alias)}."
        yield f"{cite(alias)} leads came in."


INFORMED: dict[str, Callable[[random.Random, Ground], Iterator[str]]] = {
    "swapped signs": swapped_signs,
    "wrong segment": wrong_segment,
    "wrong metric": wrong_metric,
    "wrong period": wrong_period,
    "merged figures": merged,
    "range lies": range_lies,
    "wrong shares": wrong_shares,
    "wrong rank": wrong_rank,
    "random assembly": assembled,
    "unlike units": unlike_units,
}
