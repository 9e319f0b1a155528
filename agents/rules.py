"""What a wording may not say: a direction, a cause, a place or a range that its facts do not carry."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from countersign.core.contracts import EvidenceLabel

TOKEN = re.compile(r"\{\{(fact|name|period):([^}|]+)(?:\|[^}]*)?\}\}")
_UP = (
    r"rose|rises?|risen|rising|grew|grows?|growing|growth|grown|climb(?:s|ed|ing)?|increas(?:e|es|ed|ing)|up"
    r"|gain(?:s|ed|ing)?|improv(?:e|es|ed|ing|ement)|jump(?:s|ed|ing)?|surg(?:e|es|ed|ing)|soar(?:s|ed|ing)?"
    r"|higher|more|better"
)
_DOWN = (
    r"fell|falls?|fallen|falling|drop(?:s|ped|ping)?|declin(?:e|es|ed|ing)|decreas(?:e|es|ed|ing)|down|lost"
    r"|shrank|shrinks?|shrunk|slip(?:s|ped|ping)?|sank|sinks?|plung(?:e|es|ed|ing)|collaps(?:e|es|ed|ing)"
    r"|worsen(?:s|ed|ing)?|lower|fewer|less|worse"
)
DIRECTION = re.compile(rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b", re.IGNORECASE)
# Words that say which way is good, or compare, are checked only where a signed fact stands beside them.
_GOODNESS = re.compile(
    r"^(improv\w*|better|worse\w*|worsen\w*|higher|lower|more|fewer|less|gain\w*|lost)$", re.I
)
CAUSAL = re.compile(
    r"\b(because|caus(?:e|es|ed|ing)|drove|drives?|driven|driving|due to|thanks to|owing to|led to|leads to"
    r"|resulted? in|results? from|as a result|explains?|explained|triggered|therefore|attributable)\b",
    re.IGNORECASE,
)
HEDGE = re.compile(r"\b(coincid\w+ with|consistent with)\b", re.IGNORECASE)
CLAIMS_NO_FACT = re.compile(
    r"\b(significant(?:ly)?|dramatic(?:ally)?|record|highest|lowest|most|majority|best|worst|always|never"
    r"|all-time|strong(?:ly)?|sharp(?:ly)?|massive(?:ly)?|guarantee[sd]?|will)\b",
    re.IGNORECASE,
)
FILLER = re.compile(
    r"\b(insights?|leverag\w+|AI-powered|delv\w+|robust|synerg\w+|worth noting|unlock\w*|landscape|holistic"
    r"|game.?chang\w+|cutting.edge|seamless\w*|optimi[sz]\w+)\b",
    re.IGNORECASE,
)
INSIDE = re.compile(
    r"\b(within|inside|in) (?:\w+ ){0,3}(normal|expected|usual)\b|\bnormal variation\b", re.IGNORECASE
)
OUTSIDE = re.compile(
    r"\b(outside|beyond|above|below|left) (?:\w+ ){0,3}(normal|expected|usual)\b", re.IGNORECASE
)
_CLAUSE = re.compile(r"(?<=[.!?])\s+|[,;()–—]\s*|\s(?:and|while|but|whereas|although)\s")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")

METRIC_WORDS: dict[str, tuple[str, ...]] = {
    "cost_per_accepted_lead": ("cost per accepted lead",),
    "cost_per_lead": ("cost per lead", "cpl"),
    "sales_acceptance_rate": ("acceptance rate", "sales acceptance"),
    "accepted_leads": ("accepted leads",),
    "rejected_leads": ("rejected leads", "rejections"),
    "conversion_rate": ("conversion rate",),
    "pipeline": ("pipeline",),
    "revenue": ("revenue",),
    "customers": ("customers",),
    "sessions": ("sessions", "visits"),
    "cost_per_click": ("cost per click",),
    "click_rate": ("clicks per impression",),
    "clicks": ("clicks",),
    "impressions": ("impressions",),
    "spend": ("spend", "spending", "budget"),
    "leads": ("leads",),
}


@dataclass(frozen=True)
class Meaning:
    """What a checker must know of one alias: its metric, which way it moved, where, and if that is normal."""

    metric: str
    sign: int | None = None
    place: str | None = None
    in_range: bool | None = None


def find_rule_breaks(
    text: str,
    *,
    meanings: Mapping[str, Meaning],
    names: Mapping[str, str],
    label: EvidenceLabel | None,
    plain: Collection[str] = (),
) -> list[str]:
    """What one slot of a model's wording says that its facts do not carry; empty means nothing found.

    Args:
        text: prose with tokens.
        meanings: by fact alias.
        names: display names by alias, to compare places.
        label: the label the slot will carry, if it is a claim.
        plain: texts of the offline writer; a sentence taken over from them was checked in code.
    """
    own = [sentence for sentence in _SENTENCE.split(text) if not any(sentence in said for said in plain)]
    bare = TOKEN.sub(" ", " ".join(own))
    problems = [f"says {found.group(0)!r}, which no fact carries" for found in CLAIMS_NO_FACT.finditer(bare)]
    problems += [f"filler: {found.group(0)!r}" for found in FILLER.finditer(bare)]
    problems += _causal(bare, label)
    for sentence in own:
        problems += _direction_without_fact(sentence, meanings)
        problems += _ranges(sentence, meanings)
        for clause in _clauses(sentence):
            problems += _directions(clause, meanings)
            problems += _places(clause, meanings, names)
            problems += _metrics(clause, meanings)
    return list(dict.fromkeys(problems))


def _causal(bare: str, label: EvidenceLabel | None) -> Iterator[str]:
    found = CAUSAL.search(bare)
    if found and not (label == "inferred" and HEDGE.search(bare)):
        yield f"{found.group(0)!r} states a cause; say coincides with or consistent with, as inferred"


def _clauses(sentence: str) -> list[str]:
    # Tokens hold a colon, so they are set aside while the sentence is cut.
    tokens = [found.group(0) for found in TOKEN.finditer(sentence)]
    marked = TOKEN.sub("\x00", sentence)
    clauses = []
    for piece in _CLAUSE.split(marked):
        count = piece.count("\x00")
        for token in tokens[:count]:
            piece = piece.replace("\x00", token, 1)
        tokens = tokens[count:]
        clauses.append(piece)
    return clauses


def _signed(clause: str, meanings: Mapping[str, Meaning]) -> list[tuple[int, str, int]]:
    signed = []
    for found in TOKEN.finditer(clause):
        meaning = meanings.get(found.group(2)) if found.group(1) == "fact" else None
        if meaning is not None and meaning.sign is not None:
            signed.append((found.start(), found.group(2), meaning.sign))
    return signed


def _directions(clause: str, meanings: Mapping[str, Meaning]) -> Iterator[str]:
    signed = _signed(clause, meanings)
    if not signed:
        return
    blank = TOKEN.sub(lambda found: " " * len(found.group(0)), clause)
    for word in DIRECTION.finditer(blank):
        after = [entry for entry in signed if entry[0] > word.start()]
        _, alias, sign = after[0] if after else signed[-1]
        wanted = 1 if word.group("up") else -1
        if sign != wanted and not (_GOODNESS.match(word.group(0)) and not after):
            yield f"{word.group(0)!r} beside {alias}, which went the other way or did not move"


def _direction_without_fact(sentence: str, meanings: Mapping[str, Meaning]) -> Iterator[str]:
    if _signed(sentence, meanings):
        return
    for word in DIRECTION.finditer(TOKEN.sub(" ", sentence)):
        if not _GOODNESS.match(word.group(0)):
            yield f"{word.group(0)!r} in a sentence without the change it speaks of"


def _ranges(sentence: str, meanings: Mapping[str, Meaning]) -> Iterator[str]:
    """A sentence about the expected range holds the figure it speaks of, and that figure is there."""
    inside, outside = INSIDE.search(sentence), OUTSIDE.search(sentence)
    says = True if inside else False if outside else None
    if says is None:
        return
    if inside and outside:
        yield "speaks of what is inside and what is outside its range in a single sentence"
        return
    facts = [found for found in TOKEN.finditer(sentence) if found.group(1) == "fact"]
    if not facts:
        yield "speaks of an expected range without the figure"
    for found in facts:
        meaning = meanings.get(found.group(2))
        if meaning is not None and meaning.in_range is not says:
            yield f"says that {found.group(2)} is {'inside' if says else 'outside'} its range"


def _places(clause: str, meanings: Mapping[str, Meaning], names: Mapping[str, str]) -> Iterator[str]:
    said = {names.get(found.group(2)) for found in TOKEN.finditer(clause) if found.group(1) == "name"}
    if not said:
        return
    for found in TOKEN.finditer(clause):
        meaning = meanings.get(found.group(2)) if found.group(1) == "fact" else None
        if meaning is not None and meaning.place not in said:
            yield f"{found.group(2)} stands beside a name that it does not belong to"


def _metrics(clause: str, meanings: Mapping[str, Meaning]) -> Iterator[str]:
    bare = TOKEN.sub(" ", clause).lower()
    said = set()
    for metric, words in METRIC_WORDS.items():  # longest phrases first, each taken out once found
        for word in words:
            if re.search(rf"\b{word}\b", bare):
                said.add(metric)
                bare = re.sub(rf"\b{word}\b", " ", bare)
    if not said:
        return
    for found in TOKEN.finditer(clause):
        meaning = meanings.get(found.group(2)) if found.group(1) == "fact" else None
        if meaning is not None and meaning.metric in METRIC_WORDS and meaning.metric not in said:
            yield f"{found.group(2)} is {meaning.metric}, the clause speaks of {', '.join(sorted(said))}"
