"""The evidence list: figures with one title share one numbered pill, in the order a reader meets them."""

from dataclasses import dataclass, field

from countersign.core.contracts import Agreed, Derived, Draft, Elapsed, Fact, Fitted, Query, Window
from countersign.reports.figures import DraftError
from countersign.reports.outline import read_spots
from countersign.reports.token_syntax import Token, parse


@dataclass
class Evidence:
    """One numbered entry: a title and the facts that share it, in reading order."""

    number: int
    title: str
    facts: list[Fact] = field(default_factory=list)


class EvidenceIndex:
    """Looks up facts by alias and evidence by title, for one draft.

    Raises:
        DraftError: an alias leads to no fact, or a fact has no evidence on the draft's snapshot.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._facts = {fact.id: fact for fact in draft.facts}
        self._entries: dict[str, Evidence] = {}
        self._cited: set[str] = set()
        for spot in read_spots(draft):
            aliases = [spot.alias] if spot.alias else _aliases_in(spot.text)
            for alias in aliases:
                self._cite(self.fact(alias))

    def fact(self, alias: str) -> Fact:
        """The fact behind an alias, checked to have evidence."""
        fact = self._facts.get(self._draft.bindings.get(alias, ""))
        if fact is None:
            raise DraftError(
                "A figure is bound to no fact.",
                found=f"alias {alias!r}",
                fix="bind the alias in the draft's bindings to a fact that the draft holds",
            )
        if problem := missing_evidence(fact, snapshot_id=self._draft.snapshot_id):
            raise DraftError(
                "A figure has no evidence, so it is not shown.",
                found=f"alias {alias!r}, fact {fact.id}: {problem}",
                fix="give the fact a title, a definition, the columns it read and this draft's snapshot",
            )
        return fact

    def number(self, fact: Fact) -> int:
        """The number on the pill of a cited fact."""
        return self._entries[fact.title].number

    def entries(self) -> list[Evidence]:
        """All evidence, by number."""
        return list(self._entries.values())

    @property
    def figures(self) -> int:
        """How many distinct facts the draft shows."""
        return len(self._cited)

    def representative_sql(self, entry: Evidence) -> str:
        """SQL of the first fact that is a query, following derived facts to what they read."""
        waiting = [fact.id for fact in entry.facts]
        seen: set[str] = set()
        while waiting:
            fact = self._facts.get(waiting.pop(0))
            if fact is None or fact.id in seen:
                continue
            seen.add(fact.id)
            if isinstance(fact.definition, Query):
                return fact.definition.sql
            waiting.extend(fact.definition.inputs if isinstance(fact.definition, Derived) else ())
        return ""

    def columns_read(self, entry: Evidence) -> list[str]:
        """What the facts of an entry read, one string a table: `channel_week (leads, spend_reporting)`."""
        tables: dict[str, list[str]] = {}
        for name in dict.fromkeys(column for fact in entry.facts for column in fact.columns):
            table, _, column = name.rpartition(".")
            tables.setdefault(table, []).append(column)
        return [
            f"{table} ({', '.join(columns)})" if table else ", ".join(columns)
            for table, columns in tables.items()
        ]

    def windows(self, entry: Evidence) -> list[Window]:
        """The windows of an entry's facts, each once, oldest first."""
        found = {(fact.window.start, fact.window.end): fact.window for fact in entry.facts if fact.window}
        return [found[key] for key in sorted(found)]

    def functions(self, entry: Evidence) -> list[str]:
        """Functions that computed facts of an entry, with version, each once."""
        definitions = (fact.definition for fact in entry.facts)
        return list(
            dict.fromkeys(
                f"{one.function} v{one.version}" for one in definitions if isinstance(one, Derived | Fitted)
            )
        )

    def on_record(self, entry: Evidence) -> list[str]:
        """Where people put the figures of an entry on record, each once, with the days that they span."""
        found: list[str] = []
        for fact in entry.facts:
            if isinstance(fact.definition, Elapsed):
                entries = ", ".join(hash_[:12] for hash_ in fact.definition.entries)
                found.append(f"{fact.definition.start} to {fact.definition.end}, ledger entry {entries}")
            elif isinstance(fact.definition, Agreed):
                found.append(f"{fact.definition.key} in {fact.definition.file}")
        return list(dict.fromkeys(found))

    def _cite(self, fact: Fact) -> None:
        entry = self._entries.setdefault(
            fact.title, Evidence(number=len(self._entries) + 1, title=fact.title)
        )
        if fact.id not in self._cited:
            self._cited.add(fact.id)
            entry.facts.append(fact)


def missing_evidence(fact: Fact, *, snapshot_id: str) -> str:
    """What a fact lacks to be shown, in words; empty when nothing."""
    if not fact.title.strip():
        return "it has no title"
    if fact.snapshot_id != snapshot_id:
        return f"it belongs to snapshot {fact.snapshot_id}, the draft to {snapshot_id}"
    if isinstance(fact.definition, Query) and not fact.definition.sql.strip():
        return "its query is empty"
    if isinstance(fact.definition, Derived) and not fact.definition.inputs:
        return "it is derived from no other fact"
    if isinstance(fact.definition, Elapsed) and not fact.definition.entries:
        return "no entry of the ledger holds its days"
    if isinstance(fact.definition, Fitted) and not fact.columns:
        return "it names no column that it was fitted to"
    return ""


def _aliases_in(text: str) -> list[str]:
    return [piece.alias for piece in parse(text) if isinstance(piece, Token) and piece.kind == "fact"]
