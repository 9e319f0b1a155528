"""Reads a model's prose clause by clause: each must be a shape that figures of one bundle make true."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from agents.rules import TOKEN
from agents.shapes.bundles import Bundle, build_bundles
from agents.shapes.compiling import COMPILED, Compiled
from agents.shapes.conditions import CONDITIONS, Surroundings, fits
from agents.shapes.lexicon import METRIC_NOUNS, NEUTRAL
from agents.shapes.special import SPECIAL
from agents.story import Story

_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_JOINT = re.compile(r"; |, and |, while |, but |, whereas |: |, | and | while | but | whereas ")
_LEAD_IN = re.compile(
    r"(?:apart from that|besides|elsewhere|in addition|also|meanwhile|separately|at the same time),? "
)
_HEADING = re.compile(
    rf"(?:{'|'.join(METRIC_NOUNS.values())})(?:,? (?:week by week|by week|by channel|by source))"
)
_MOST_PIECES = 14
_LONGEST = 1500


@dataclass(frozen=True)
class _Said:
    """What the clauses so far spoke of: the last bundle, and the last clause that named a place."""

    bundle: Bundle | None = None
    place: str | None = None


class Reader:
    """Reads wordings of one story; build it once for all slots of a wording."""

    def __init__(self, story: Story) -> None:
        sheet = story.sheet
        self.bundles = build_bundles(story)
        rows = story.analysis.cross_section
        self.around = Surroundings(
            names=sheet.names,
            periods=sheet.periods,
            week=story.analysis.week,
            prior_windows={alias: sheet.held(bound).window for alias, bound in sheet.bindings.items()},
            outcome=rows[0].outcome if rows else "",
        )

    def about(self, places: Collection[str]) -> "Reader":
        """The same reader, for a slot that may speak of these places and of the whole company only."""
        narrow = object.__new__(Reader)
        narrow.around = self.around
        narrow.bundles = tuple(
            bundle for bundle in self.bundles if bundle.place is None or bundle.place in places
        )
        return narrow

    def find_unread(self, text: str, *, plain: Collection[str] = ()) -> list[str]:
        """Sentences of a slot that no figures make true; empty when all of it may be said.

        Args:
            text: prose with tokens.
            plain: texts of the offline writer that may stand in this slot. A sentence of theirs is
                taken as it is, at its own place: first, or after the sentence that it follows there.
        """
        if len(text) > _LONGEST or text != text.strip() or not text.replace(" ", "").isprintable():
            return ["a text too long, or with line breaks or blanks where none belong"]
        follows = _order(plain)
        unread: list[str] = []
        before = ""
        for sentence in split_sentences(text):
            is_plain = before in follows.get(sentence, ())
            if not is_plain and not self._is_read(sentence):
                unread.append(sentence)
            before = sentence
        return unread

    def _is_read(self, sentence: str) -> bool:
        marked = mark(sentence)
        bare = marked.removesuffix(".")
        bare = _LEAD_IN.sub("", bare, count=1) if _LEAD_IN.match(bare) else bare
        if is_neutral(bare):
            return True
        joints = list(_JOINT.finditer(bare))
        if len(joints) >= _MOST_PIECES:
            return False
        starts = [0, *(joint.end() for joint in joints)]
        ends = [*(joint.start() for joint in joints), len(bare)]
        breaks = ["", *(joint.group() for joint in joints)]
        return self._read_from(0, bare, (starts, ends, breaks), _Said())

    def _read_from(
        self, at: int, bare: str, cuts: tuple[list[int], list[int], list[str]], said: _Said
    ) -> bool:
        starts, ends, breaks = cuts
        if at == len(starts):
            return True
        for last in range(len(ends) - 1, at - 1, -1):
            clause = bare[starts[at] : ends[last]]
            for now in self._readings(clause, said, breaks[at]):
                if self._read_from(last + 1, bare, cuts, now):
                    return True
        return False

    def _readings(self, clause: str, said: _Said, joint: str) -> Iterator[_Said]:
        """What a clause may speak of, after what was said before it."""
        for compiled in COMPILED:
            found = compiled.pattern.fullmatch(clause)
            if found is None or (compiled.shape.follows and said.bundle is None):
                continue
            for bundle in self.bundles:
                if self._holds(compiled, found, bundle, said=said, joint=joint):
                    yield _Said(bundle, bundle.place)
        for special in SPECIAL:
            for bundle in special(clause, self.bundles, self.around, said.bundle):
                yield _Said(bundle, bundle.place)

    def _holds(
        self, compiled: Compiled, found: re.Match[str], bundle: Bundle, *, said: _Said, joint: str
    ) -> bool:
        shape = compiled.shape
        if bundle.kind not in shape.kinds or (shape.metric and shape.metric != bundle.metric):
            return False
        if not CONDITIONS[shape.needs](bundle):
            return False
        groups = list(zip(compiled.slots, found.groups(), strict=True))
        filled = [(slot, text) for slot, text in groups if text is not None]
        if not all(fits(slot, text, bundle=bundle, around=self.around) for slot, text in filled):
            return False
        is_named = any(slot == "name" for slot, _ in filled)
        return _is_about(bundle, is_named=is_named, shape_follows=shape.follows, said=said, joint=joint)


def _is_about(bundle: Bundle, *, is_named: bool, shape_follows: bool, said: _Said, joint: str) -> bool:
    """Whether a reader takes the clause to speak of this bundle: by name, or by what stands before it."""
    if bundle.kind == "part":
        # Where a change sits is said of the change itself: of all, or of the channel that it is a part of.
        whole = bundle.words.get("whole") or None
        return is_named and (
            _is_whole(bundle, said, whole) if shape_follows else _is_same_change(bundle, said)
        )
    if bundle.kind == "factor":
        if shape_follows:
            return (
                said.bundle is not None and said.bundle.kind == "factor" and said.bundle.sign == bundle.sign
            )
        return _is_same_change(bundle, said)
    if shape_follows:
        same = said.bundle
        return same is not None and (same is bundle or (_is_same_place(same, bundle) and not is_named and
                                     same.kind != "movement" and bundle.kind != "movement"))  # fmt: skip
    if is_named:
        return bundle.place is not None
    if bundle.place is not None:
        return said.bundle is not None and said.place == bundle.place and said.bundle.kind == bundle.kind
    # A figure of the whole company right behind a place would be read as the place's own.
    return said.place is None or joint == "; "


def _is_whole(bundle: Bundle, said: _Said, whole: str | None) -> bool:
    same = said.bundle
    if same is None:
        return False
    if same.kind == "part":
        return same.words.get("whole", "") == bundle.words.get("whole", "") and same.metric == bundle.metric
    is_own = same.kind == "movement" and same.metric == bundle.metric and same.place == whole
    total = same.sign
    return is_own and (total == bundle.sign)


def _is_same_change(bundle: Bundle, said: _Said) -> bool:
    """Whether a part of a change stands alone, or behind a clause on the figure that it is a part of."""
    return said.bundle is None or said.bundle.metric == bundle.metric


def _is_same_place(first: Bundle, second: Bundle) -> bool:
    return first.place is not None and first.place == second.place


def split_sentences(text: str) -> list[str]:
    """Sentences in order, blanks around them taken off."""
    return [sentence.strip() for sentence in _SENTENCE.split(text) if sentence.strip()]


def mark(sentence: str) -> str:
    """A sentence with its tokens set in angle brackets and its words in lower case; names keep their alias.

    >>> mark("Leads fell to {{fact:leads_now}}.")
    'leads fell to ⟨f:leads_now|value⟩.'
    """
    pieces: list[str] = []
    at = 0
    for found in TOKEN.finditer(sentence):
        pieces.append(_lowered(sentence[at : found.start()]))
        kind, alias = found.group(1)[0], found.group(2)
        style = found.group(0).rpartition("|")[2].removesuffix("}}") if "|" in found.group(0) else ""
        pieces.append(f"⟨{kind}:{alias}|{style or ('value' if kind == 'f' else '')}⟩")
        at = found.end()
    pieces.append(_lowered(sentence[at:]))
    return "".join(pieces)


def _lowered(words: str) -> str:
    # A bracket of our own marks would forge a token; it is turned into one that no shape holds.
    return words.lower().replace("⟨", "�").replace("⟩", "�")


def is_neutral(bare: str) -> bool:
    """Whether a heading claims nothing: made of words that say neither how much nor which way.

    >>> is_neutral("look here for the change"), is_neutral("leads by channel"), is_neutral("leads collapsed")
    (True, True, False)
    """
    if _HEADING.fullmatch(bare):
        return True
    words = bare.replace(",", " ").split()
    return bool(words) and all(word in NEUTRAL for word in words)


def _order(plain: Collection[str]) -> dict[str, set[str]]:
    """Which sentences stand before each sentence of the offline texts; "" is the start."""
    before: dict[str, set[str]] = {}
    for text in plain:
        last = ""
        for sentence in split_sentences(text):
            before.setdefault(sentence, set()).add(last)
            last = sentence
    return before
