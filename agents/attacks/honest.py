# ruff: noqa: E501 -- tables of sentences read better in rows
"""Honest wordings: true paraphrases of an analysis, as an analyst might write them; refusing one is a cost."""

import json
import random
import re
from collections.abc import Iterator

from agents.attacks.ground import Figures, Ground, cite, named, prose_slots, text_in, with_slot
from agents.attacks.outputs import Output
from agents.leadership_summary.page import plainly
from agents.leadership_summary.wording import SummaryWording
from agents.performance.wording import AlertWording
from agents.shapes.reading import split_sentences
from countersign.core.contracts import Finding

_UP = ("rose", "grew", "climbed", "increased", "went up")
_DOWN = ("fell", "dropped", "declined", "decreased", "went down")
_CITED = re.compile(r"\{\{fact:([^}|]+)")
_BEFORE = ("the week before", "a week earlier", "in the previous week")


def make_honest(ground: Ground, *, seed: int, count: int) -> Iterator[Output]:
    """True wordings: the plain words with one to three slots told another way; none says what is not so.

    A daily note may only be shortened, and a summary says less in plainer words, so theirs do that.
    """
    rng = random.Random(f"{seed}:honest")  # noqa: S311 - sampling, not secrets
    if isinstance(ground.desk.offline, AlertWording):
        yield from _shortened(rng, ground, count)
        return
    sentences = [*_of_movements(rng, ground), *_of_findings(rng, ground)]
    slots = [slot for slot in prose_slots(ground.desk.offline) if slot[2] in (None, "why")]
    if not sentences or not slots:
        return
    if isinstance(ground.desk.offline, SummaryWording):
        yield from _plainer(rng, ground, sentences, count)
        return
    for number in range(count):
        offline = ground.desk.offline
        wording = offline
        for slot in rng.sample(slots, k=min(len(slots), rng.choice((1, 1, 2, 3)))):
            if slot[2] == "why":
                continue  # may speak of its own place only, which the sentences here do not know
            spoken = rng.choice(sentences)
            spoken = spoken[:1].upper() + spoken[1:]
            own = text_in(offline, slot)
            is_heading = slot[1] is None and slot[0] != "lede"
            own_told = own if number % 2 or slot[0] in ("lede", "attention", "measured") else ""
            text = spoken.rstrip(".") if is_heading else f"{own_told} {spoken}".strip()
            wording = type(offline).model_validate(with_slot(wording, slot, text))
        yield Output("honest", json.dumps(wording.model_dump()))


def _shortened(rng: random.Random, ground: Ground, count: int) -> Iterator[Output]:
    """A daily note without some of its sentences; the first of each slot says what it is about and stays."""
    slots = [
        slot
        for slot in prose_slots(ground.desk.offline)
        if slot[2] not in ("heading", "when") and text_in(ground.desk.offline, slot)
    ]
    for _ in range(count):
        wording = ground.desk.offline
        for slot in slots:
            first, *rest = split_sentences(text_in(wording, slot))
            kept = [first, *(one for one in rest if rng.random() < 0.5)] if slot[0] != "title" else [first]
            wording = type(wording).model_validate(with_slot(wording, slot, " ".join(kept)))
        yield Output("honest", json.dumps(wording.model_dump()))


def _plainer(rng: random.Random, ground: Ground, sentences: list[str], count: int) -> Iterator[Output]:
    """A summary whose headline is told by another true sentence on the same figure, no longer than it."""
    offline = ground.desk.offline
    (slot,) = [slot for slot in prose_slots(offline) if slot[0] == "title"]
    own = text_in(offline, slot)
    cited = set(_CITED.findall(own))
    fitting = [
        said
        for said in (plainly(f"{one[:1].upper()}{one[1:]}") for one in sentences)
        if cited & set(_CITED.findall(said)) and len(said.split()) <= len(own.split())
    ]
    for said in rng.choices(fitting, k=count) if fitting else ():
        yield Output("honest", json.dumps(with_slot(offline, slot, said.rstrip("."))))


def _of_movements(rng: random.Random, ground: Ground) -> Iterator[str]:
    for item in ground.movements:
        if item.sign == 0:
            continue
        for _ in range(6):
            yield _of_movement(rng, item)


def _of_movement(rng: random.Random, item: Figures) -> str:
    now, prior, size = (
        cite(item.aliases["now"]),
        cite(item.aliases["prior"]),
        cite(item.aliases["change"], "size"),
    )
    verb, up = rng.choice(_UP if item.sign > 0 else _DOWN), "up" if item.sign > 0 else "down"
    place = named(item.place_alias) if item.place_alias else ""
    noun = item.noun.removeprefix("the ")
    before = rng.choice(_BEFORE)
    be = "were" if noun.endswith("s") else "was"
    inside = f"{rng.choice(('in', 'inside', 'within'))} its usual range"
    subject = (
        rng.choice((f"{noun} in {place}", f"{place}'s {noun}", f"in {place}, {noun}"))
        if place
        else (rng.choice((noun, f"our {noun}")))
    )
    shapes = [
        f"{subject} {verb} {size} to {now}.",
        f"{subject} {verb} by {size} to {now}.",
        f"{subject} {verb} from {prior} to {now}.",
        f"{subject} {verb} to {now}, from {prior} {before}.",
        f"{subject} {be} {now}, {up} {size} from {prior}.",
        f"{subject} {be} {now}, against {prior} {before}.",
        f"{subject} came to {now}, after {prior} {before}.",
        f"at {now}, {subject} {be} {up} {size}."
        if not subject.startswith("in ")
        else f"{subject} {verb} {size}.",
        f"{subject} went from {prior} to {now}.",
    ]
    if item.is_this_week:
        shapes += [f"{subject} stood at {now}, {up} {size} on the week before.", f"{subject} {be} {now} this week.", f"this week, {subject} {verb} {size} to {now}." if not
                   subject.startswith("in ") else f"{subject} {verb} to {now} this week."]  # fmt: skip
    if item.metric == "leads" and not place:
        shapes += [
            f"{now} leads came in, {up} {size} on the week before.",
            f"we counted {now} leads, after {prior} {before}.",
        ]
    if item.metric == "leads" and place:
        shapes += [
            f"{place} brought {now} leads, {up} {size} from {prior}.",
            f"{now} leads came from {place}.",
        ]
    if item.metric == "spend" and place:
        shapes += [f"{place} spent {now}, against {prior} {before}."]
    if item.metric == "cost_per_lead" and place:
        shapes += [
            f"a lead from {place} cost {now}, after {prior} {before}.",
            f"a lead in {place} now costs {now}.",
        ]
    if item.in_range is True and {"low", "high"} <= set(item.aliases):
        low, high = cite(item.aliases["low"]), cite(item.aliases["high"])
        shapes += [f"{subject} {be} {now}, {inside}.", f"{subject} {be} {now}, within the usual {low} to {high}.",
                   f"{subject} stayed {inside}."]  # fmt: skip
    if item.in_range is False and {"low", "high"} <= set(item.aliases):
        side = "above" if item.side > 0 else "below"
        low, high = cite(item.aliases["low"]), cite(item.aliases["high"])
        shapes += [f"{subject} {be} {now}, {side} its usual range.", f"{subject} {be} {now}; most weeks lie between {low} and {high}.",
                   f"{subject} left its usual range."]  # fmt: skip
    return rng.choice(shapes)


def _of_findings(rng: random.Random, ground: Ground) -> Iterator[str]:
    aliases = {fact_id: alias for alias, fact_id in ground.desk.plain.bindings.items()}
    for finding in ground.analysis.findings:
        cited = {
            role: cite(aliases[fact_id]) for role, fact_id in finding.facts.items() if fact_id in aliases
        }
        place = _place(ground, finding)
        if place:
            yield from _of_finding(finding, cited, place, ground)


def _place(ground: Ground, finding: Finding) -> str:
    raw = next(
        (finding.place[key] for key in ("campaign_name", "campaign", "channel") if key in finding.place), ""
    )
    shown = raw.replace("_", " ").casefold()
    found = next((alias for alias, name in ground.names.items() if name.casefold() == shown), None)
    return named(found) if found else ""


def _of_finding(finding: Finding, cited: dict[str, str], place: str, ground: Ground) -> Iterator[str]:
    has = set(cited)
    if finding.kind == "waste" and "campaign" in finding.place and {"now", "spend", "expected"} <= has:
        value = ground.analysis.fact(finding.facts["now"]).value
        leads = "lead" if value == 1 else "leads"
        if value:
            yield f"{place} spent {cited['spend']} for {cited['now']} {leads}."
            yield f"{cited['spend']} went into {place} for {cited['now']} {leads}."
            yield f"{place} took {cited['spend']} and brought {cited['now']} {leads}; the same money used to bring {cited['expected']}."
            yield f"{place} brought {cited['now']} {leads} for {cited['spend']}, where the same money used to bring {cited['expected']}."
    if finding.kind == "waste" and {"cost", "cost_paid"} <= has and "campaign" not in finding.place:
        yield f"an accepted lead from {place} costs {cited['cost']}, against {cited['cost_paid']} across paid channels."
        yield f"an accepted lead in {place} costs {cited['cost']}, where paid channels together pay {cited['cost_paid']}."
    if finding.kind == "quality" and {"now", "prior", "accepted", "decided"} <= has:
        yield f"sales accepted {cited['accepted']} of the {cited['decided']} leads it judged from {place}."
        yield f"sales accepts {cited['now']} of the leads from {place}, down from {cited['prior']}."
        yield f"of {cited['decided']} leads from {place} that sales judged, it accepted {cited['accepted']}; before, it accepted {cited['prior']}."
        yield f"the acceptance rate of {place} fell from {cited['prior']} to {cited['now']}."
    if (
        finding.kind == "drop_off"
        and {"now", "prior", "count", "of_count"} <= has
        and "campaign" in finding.place
    ):
        of, step = finding.place["of"].lower(), finding.place["step"].lower()
        yield f"{cited['count']} of {cited['of_count']} {of} in {place} became {step}."
        yield f"only {cited['now']} of the {of} in {place} became {step}, after {cited['prior']} before."
        yield f"of {cited['of_count']} {of} in {place}, {cited['count']} became {step} ({cited['now']}), against {cited['prior']} before."
    if finding.kind == "slow_follow_up" and {"now", "prior"} <= has:
        yield f"sales called only {cited['now']} of the leads from {place} in time, against {cited['prior']} before."
        yield f"{cited['now']} of the leads from {place} were called in time, after {cited['prior']} before."
