"""How well the mask works: precision and recall by kind, on labelled sentences."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from countersign.sources.personal.masking import Masker
from countersign.sources.personal.names import KnownNames
from countersign.sources.personal.spans import KINDS, Kind, Span

_FILE = Path(__file__).parent / "labelled.txt"
_LABEL = re.compile(r"\{(email|phone|card|account|ip|name|unknown):([^}]*)\}")


@dataclass(frozen=True)
class Sentence:
    """A text, the spans that must go, and the names in it that the CRM does not hold."""

    language: str
    text_kind: str
    text: str
    spans: tuple[Span, ...]
    unknown: tuple[Span, ...] = ()


@dataclass
class Score:
    """Findings of one kind: those that are right, those that should not be, and what was missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of findings that are right; 1 when there are none."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of labels that were found; 1 when there are none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    def as_json(self) -> dict[str, Any]:
        """The score as plain values."""
        return {
            "labels": self.right + self.missed,
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
        }


@dataclass(frozen=True)
class Measured:
    """Scores by kind, the mistakes, and how many unknown names were found all the same."""

    sentences: int
    scores: Mapping[Kind, Score]
    mistakes: tuple[str, ...]
    unknown_found: int
    unknown: int

    @property
    def total(self) -> Score:
        """All kinds together."""
        found = self.scores.values()
        return Score(
            sum(one.right for one in found), sum(one.wrong for one in found), sum(one.missed for one in found)
        )

    def as_json(self) -> dict[str, Any]:
        """The measurement as plain values."""
        return {
            "sentences": self.sentences,
            "kinds": {kind: score.as_json() for kind, score in self.scores.items()},
            "all": self.total.as_json(),
            "unknown_names": {"labels": self.unknown, "found": self.unknown_found},
            "mistakes": list(self.mistakes),
        }


def read_labelled() -> tuple[KnownNames, list[Sentence]]:
    """The names that the invented CRM holds, and the sentences: those written by hand and those filled in."""
    people: list[str] = []
    sentences = []
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        first, *rest = line.split("|")
        if first == "crm":
            people += rest
        else:
            sentences.append(parse_sentence(first, rest[0], "|".join(rest[1:]).replace("\\n", "\n")))
    known = KnownNames()
    known.add_all(people)
    return known, [*sentences, *_filled_in(people)]


def parse_sentence(language: str, text_kind: str, marked: str) -> Sentence:
    """A sentence whose labels stand in braces.

    >>> parse_sentence("en", "note", "Ask {name:Ann}.").spans
    (Span(start=4, end=7, kind='name'),)
    """
    text, at = "", 0
    spans: list[Span] = []
    unknown: list[Span] = []
    for match in _LABEL.finditer(marked):
        text += marked[at : match.start()]
        span = Span(len(text), len(text) + len(match[2]), "name" if match[1] == "unknown" else match[1])  # type: ignore[arg-type]
        (unknown if match[1] == "unknown" else spans).append(span)
        text += match[2]
        at = match.end()
    return Sentence(language, text_kind, text + marked[at:], tuple(spans), tuple(unknown))


def measure(masker: Masker, sentences: Iterable[Sentence]) -> Measured:
    """Compare what a mask finds with what is labelled.

    A label counts as found when a finding of its kind covers all of it but titles and signs; a finding is
    wrong when it covers no label of its kind. Unknown names are neither right nor wrong.
    """
    scores: dict[Kind, Score] = {kind: Score() for kind in KINDS}
    mistakes: list[str] = []
    count = unknown = unknown_found = 0
    for sentence in sentences:
        count += 1
        found = masker.find(sentence.text)
        unknown += len(sentence.unknown)
        unknown_found += sum(any(_touches(one, label) for one in found) for label in sentence.unknown)
        for label in sentence.spans:
            is_found = any(one.kind == label.kind and _covers(one, label, sentence.text) for one in found)
            scores[label.kind].right += is_found
            scores[label.kind].missed += not is_found
            if not is_found:
                mistakes.append(f"missed {label.kind}: {sentence.text[label.start : label.end]!r}")
        for one in found:
            labels = [*sentence.unknown, *(label for label in sentence.spans if label.kind == one.kind)]
            if not any(_touches(one, label) for label in labels):
                scores[one.kind].wrong += 1
                mistakes.append(f"wrong {one.kind}: {sentence.text[one.start : one.end]!r}")
    return Measured(count, scores, tuple(mistakes), unknown_found, unknown)


_TEMPLATES = (
    ("en", "ticket", "{name:%(name)s} here, mail {email:%(email)s}, order %(order)s is late."),
    ("en", "sales", "Call {name:%(first)s} on {phone:%(phone)s} about deal %(order)s."),
    ("en", "review", "{name:%(name)s} was kind, %(word)s was on time, card {card:%(card)s} refunded."),
    ("de", "ticket", "Ich bin {name:%(name)s}, IBAN {account:%(iban)s}, Bestellung %(order)s."),
    ("de", "sales", "Herr {name:%(last)s} will am %(date)s angerufen werden: {phone:%(phone)s}, %(word)s."),
    ("fr", "ticket", "Bonjour, {name:%(name)s}, commande %(order)s du %(date)s, {email:%(email)s}."),
    ("es", "sales", "Hablé con {name:%(name)s} el %(date)s sobre %(word)s, pedido %(order)s."),
    ("en", "none", "Campaign %(order)s for %(word)s ran until %(date)s with 12,345 clicks."),
    ("de", "none", "Kampagne %(order)s zu %(word)s lief bis %(date)s mit 12.345 Klicks."),
)
_VALUES = {
    "phone": ("+49 30 901820", "+1 212 555 0147", "0049 89 123456", "+44 7700 900456", "+33 1 42 68 53 00"),
    "email": ("info.person@firm.example", "x_y-z@a-b.example", "A.B@SHOP.EXAMPLE", "p+tag@mail.example.co"),
    "card": ("4242 4242 4242 4242", "5200828282828210", "6011-1111-1111-1117", "30569309025904"),
    "iban": ("DE75512108001245126199", "AT61 1904 3002 3457 3201", "NL91ABNA0417164300"),
    "order": ("120210000000000123", "4711-0815", "2026/00417", "A-99-12-7", "10025550123", "SO 1002 3344"),
    "date": ("03.04.2026", "2026-04-03", "12/05/2026", "1.2.2026"),
    "word": ("Rose Garden", "Summer Sale", "Sommer Aktion", "King Size", "Version 2.0.1.4", "Baker Street"),
}


def _filled_in(people: list[str]) -> Iterator[Sentence]:
    """Each person in three templates, with other values each time."""
    values = {name: cycle(found) for name, found in _VALUES.items()}
    templates = cycle(_TEMPLATES)
    for person in people:
        for language, text_kind, template in islice(templates, 3):
            filled: dict[str, str] = {name: next(found) for name, found in values.items()}
            filled |= {"name": person, "first": person.split()[0], "last": person.split()[-1]}
            yield parse_sentence(language, text_kind, template % filled)


def _covers(found: Span, label: Span, text: str) -> bool:
    """Whether what is left of the label says nothing: a title, a bracket, an apostrophe."""
    left = text[label.start : max(label.start, found.start)] + text[min(label.end, found.end) : label.end]
    return _touches(found, label) and not re.sub(r"Dr\.?|Frau|Herr|Mrs?\.?|[\W_]", "", left)


def _touches(found: Span, label: Span) -> bool:
    return found.start < label.end and found.end > label.start
