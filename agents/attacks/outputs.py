"""Whole hostile answers: a hostile sentence in some slot, a wording bent out of shape, or none at all."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from agents.attacks.bending import bend_json, turn_words
from agents.attacks.families import FREE, RAW
from agents.attacks.ground import Ground, named, prose_slots, text_in, with_slot
from agents.attacks.informed import INFORMED, other_agents
from countersign.reports.figures import write_figure


@dataclass(frozen=True)
class Output:
    """One answer of a hostile model: its family and the bytes it sends."""

    family: str
    content: str


def make_outputs(
    ground: Ground, *, seed: int, per_family: int, theirs: Sequence[str] = ()
) -> Iterator[Output]:
    """Hostile answers by family, up to so many of each; the same seed gives the same answers.

    Args:
        theirs: aliases that exist in another agent's draft and not in this one.
    """
    for family in (*FREE, *INFORMED, "tokens of another agent"):
        rng = random.Random(f"{seed}:{family}")  # noqa: S311 - sampling, not secrets
        sentences = list(_sentences(family, rng, ground, theirs))
        rng.shuffle(sentences)
        chosen = list(islice(_repeated(sentences, per_family), per_family))
        for number, sentence in enumerate(chosen):
            yield Output(family, _in_a_slot(rng, ground, sentence, number=number))
    bent = random.Random(f"{seed}:bent")  # noqa: S311 - sampling, not secrets
    yield from _bent(ground, bent, per_family)
    for family, answers in RAW.items():
        yield from (Output(family, answer) for answer in answers[:per_family])
    yield from (Output("half-valid JSON", text) for text in bend_json(ground, bent, per_family))
    yield from (Output(*turned) for turned in turn_words(ground, bent, per_family))
    for letter in ("x", "Leads rose. ", '{"title": "'):
        yield Output(
            "a megabyte", json.dumps(with_slot(ground.desk.offline, _first(ground), letter * 100_000))
        )
        yield Output("a megabyte", letter * 100_000)


def _repeated(sentences: Sequence[str], count: int) -> Iterator[str]:
    """The sentences, again in other slots where there are fewer than asked for."""
    for _ in range(3 if sentences else 0):
        yield from sentences


def _sentences(family: str, rng: random.Random, ground: Ground, theirs: Sequence[str]) -> Iterator[str]:
    if family in INFORMED:
        yield from (INFORMED[family](rng, ground) if ground.movements else ())
    elif family in FREE:
        for text in FREE[family]:
            yield _filled(rng, ground, text)
    else:
        yield from other_agents(rng, ground, theirs)


def _filled(rng: random.Random, ground: Ground, text: str) -> str:
    """A free sentence with figures and names of the desk, so that only its claim is wrong."""
    facts = list(ground.facts) or ["none"]
    names = list(ground.names) or ["none"]
    change = next((alias for alias in facts if alias.endswith("_change")), facts[0])
    values = {
        "{now}": f"{{{{fact:{rng.choice(facts)}}}}}",
        "{prior}": f"{{{{fact:{rng.choice(facts)}}}}}",
        "{change}": f"{{{{fact:{change}|size}}}}",
        "{name}": named(rng.choice(names)),
        "{name2}": named(rng.choice(names)),
    }
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def _first(ground: Ground) -> tuple[str, int | None, str | None]:
    return prose_slots(ground.desk.offline)[0]


def _in_a_slot(rng: random.Random, ground: Ground, sentence: str, *, number: int) -> str:
    """The plain words with the sentence instead of a slot's text, behind it, or before it."""
    slot = rng.choice(prose_slots(ground.desk.offline))
    own = text_in(ground.desk.offline, slot)
    spoken = sentence[:1].upper() + sentence[1:]
    placed = (spoken, f"{own.rstrip('.')}. {spoken}", f"{spoken} {own}")[number % 3]
    return json.dumps(with_slot(ground.desk.offline, slot, placed))


def _bent(ground: Ground, rng: random.Random, count: int) -> Iterator[Output]:
    """Plain words used where they mislead: dropped, doubled, moved out of their place or label."""
    plain = ground.desk.offline.model_dump()
    lists = {name: value for name, value in plain.items() if isinstance(value, list) and value}
    for name, value in lists.items():
        yield Output("omissions", json.dumps({**plain, name: []}))
        if len(value) > 1 and name != "measured":
            yield Output("omissions", json.dumps({**plain, name: [value[0]] * len(value)}))
    for name, value in plain.items():
        if isinstance(value, str) and value:
            yield Output("omissions", json.dumps({**plain, name: ""}))
            yield Output("omissions", json.dumps({**plain, name: " "}))
    for number, action in enumerate(plain.get("actions", [])):
        for field in ("effect", "against"):
            for text in ("None.", "Nothing speaks against it.", "", action["why"], "It brings more leads."):
                bent = [dict(item) for item in plain["actions"]]
                bent[number][field] = text
                yield Output("evidence left out", json.dumps({**plain, "actions": bent}))
        others = [item for item in plain["actions"] if item is not action]
        if others:
            bent = [dict(item) for item in plain["actions"]]
            bent[number]["why"] = others[0]["why"]
            yield Output("why of another action", json.dumps({**plain, "actions": bent}))
    if inferred := plain.get("inferred"):
        for slot in ("title", "lede", "change_heading", "trend_heading"):
            yield Output("guess as measured", json.dumps({**plain, slot: inferred[0]}))
        yield Output("guess as measured", json.dumps({**plain, "measured": inferred}))
    yield from _torn(ground, rng, count)
    yield from _swapped(ground, rng, count)


def _swapped(ground: Ground, rng: random.Random, count: int) -> Iterator[Output]:
    """The plain words with one figure, or one name, that reads otherwise than the right one."""
    read = {alias: write_figure(fact) for alias, fact in ground.facts.items()}
    periods = {alias: f"{window}" for alias, window in ground.desk.plain.periods.items()}
    shown_as = {"figure": ("fact", read), "name": ("name", ground.names), "period": ("period", periods)}
    for what, (kind, shown) in shown_as.items():
        family = f"one {what} swapped"
        places = [
            (slot, found)
            for slot in prose_slots(ground.desk.offline)
            for found in re.finditer(rf"{{{{{kind}:([^}}|]+)(?!\|length)", text_in(ground.desk.offline, slot))
        ]
        for _ in range(count if places and len(shown) > 1 else 0):
            slot, found = rng.choice(places)
            own = found.group(1)
            others = [alias for alias, text in shown.items() if text != shown.get(own)]
            if not others:
                continue
            text = text_in(ground.desk.offline, slot)
            bent = f"{text[: found.start(1)]}{rng.choice(others)}{text[found.end(1) :]}"
            yield Output(family, json.dumps(with_slot(ground.desk.offline, slot, bent)))


def _torn(ground: Ground, rng: random.Random, count: int) -> Iterator[Output]:
    """Second sentences that say "there" or "it", torn from the sentence that they speak of."""
    offline = ground.desk.offline
    texts = [text_in(offline, slot) for slot in prose_slots(offline)]
    tails = [sentence for text in texts for sentence in text.split(". ")[1:]]
    pointing = [
        tail for tail in tails if " there " in tail or tail.lower().startswith(("it ", "that ", "pause it"))
    ]
    for tail, slot in islice(((tail, slot) for tail in pointing for slot in prose_slots(offline)), count):
        if tail.rstrip(".") not in text_in(offline, slot):
            head = rng.choice([text.split(". ")[0] for text in texts if tail.rstrip(".") not in text])
            yield Output("torn from its place", json.dumps(with_slot(offline, slot, f"{head}. {tail}")))
