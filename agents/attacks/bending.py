"""The plain words bent: turned into their opposite, shown with a second sign, or cut up as JSON."""

import json
import random
import re
from collections.abc import Iterator

from agents.attacks.ground import Ground, prose_slots, text_in, with_slot

# Each word with what would make its sentence false.
_OPPOSITES = {
    "rose": "fell", "fell": "rose", "up": "down", "down": "up", "above": "below", "below": "above",
    "more": "fewer", "fewer": "more", "less": "more", "inside": "outside", "outside": "inside",
    "usual": "unusual", "stayed": "left", "before": "after", "now": "no longer", "act today": "all is well",
    "keep an eye on it": "act today", "needs": "needs no", "held": "moved", "most": "none", "only": "all of",
    "accepted": "rejected", "spent": "saved", "brought": "lost", "costs": "saves", "climbed": "fell",
    "grew": "shrank", "dropped": "rose", "went up": "went down", "expected": "promised", "is over": "goes on",
    "not known": "certain", "could": "will", "would": "did", "no": "every", "for": "without", "rise": "fall",
}  # fmt: skip
_DENIED = re.compile(
    r"\b(was|were|is|are|has|have|needs|need|became|rose|fell|accepted|brought|costs|spent)\b"
)
_TOKEN = re.compile(r"\{\{[^}]*\}\}")
_SIZE = re.compile(r"\{\{fact:([^}|]+)\|size\}\}")


def turn_words(ground: Ground, rng: random.Random, count: int) -> Iterator[tuple[str, str]]:
    """(family, answer): plain sentences with one word turned, one verb denied, or one sign shown twice."""
    offline = ground.desk.offline
    turned: dict[str, list[str]] = {"words turned": [], "denials": [], "signs shown twice": []}
    for slot in prose_slots(offline):
        text = text_in(offline, slot)
        for word, other in _OPPOSITES.items():
            for found in _words(text, rf"\b{word}\b"):
                said = other.capitalize() if found.group()[:1].isupper() else other
                turned["words turned"].append(_put(ground, slot, text, found.span(), said))
        for found in _words(text, _DENIED.pattern):
            turned["denials"].append(_put(ground, slot, text, found.span(), f"{found.group()} not"))
        for found in _SIZE.finditer(text):
            value = ground.facts[found.group(1)].value if found.group(1) in ground.facts else None
            if value is not None and value < 0:
                bare = f"{{{{fact:{found.group(1)}}}}}"
                turned["signs shown twice"].append(_put(ground, slot, text, found.span(), bare))
    for family, answers in turned.items():
        yield from ((family, answer) for answer in rng.sample(answers, k=min(count, len(answers))))


def bend_json(ground: Ground, rng: random.Random, count: int) -> Iterator[str]:
    """The plain words as JSON that is cut off, doubled, wrapped, of other types, or holds too much."""
    plain = ground.desk.offline.model_dump()
    whole = json.dumps(plain)
    lie = {**plain, "title": "Leads doubled"}
    bent = [
        f"{whole}{whole}", f"[{whole}]", json.dumps(whole), f"{whole},", whole.replace('"', "'"),
        whole[:-1] + ',"approved": true}', whole[:-1] + ',"title": "Leads doubled"}',
        json.dumps({**plain, "note": "Leads doubled"}), json.dumps({"wording": lie}), json.dumps([lie]),
        f"Here you are:\n```json\n{json.dumps(lie)}\n```", f"\ufeff{json.dumps(lie)}",
        f"{json.dumps(lie)} // approved", json.dumps({**plain, "title": ["Leads doubled"]}),
        json.dumps({**plain, "title": {"text": "Leads doubled"}}), json.dumps({**plain, "title": None}),
        json.dumps({**plain, "title": 2}), json.dumps({**plain, "title": True}), "[" * 2000 + "]" * 2000,
        json.dumps({key: value for key, value in plain.items() if key != "title"}),
    ]  # fmt: skip
    yield from bent[:count]
    for _ in range(count):
        yield whole[: rng.randrange(1, len(whole) - 1)]


def _words(text: str, pattern: str) -> Iterator[re.Match[str]]:
    """Where a pattern stands in the words of a text, not in its tokens."""
    tokens = [found.span() for found in _TOKEN.finditer(text)]
    for found in re.finditer(pattern, text, re.IGNORECASE):
        if not any(start <= found.start() < end for start, end in tokens):
            yield found


def _put(
    ground: Ground, slot: tuple[str, int | None, str | None], text: str, span: tuple[int, int], said: str
) -> str:
    bent = f"{text[: span[0]]}{said}{text[span[1] :]}"
    return json.dumps(with_slot(ground.desk.offline, slot, bent))
