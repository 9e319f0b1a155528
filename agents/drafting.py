"""What every draft needs: the tables it read, the gaps it admits, and the check that it is grounded."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Literal

from agents.registry import AgentCard
from agents.sheet import Sheet
from countersign.analytics.records import Analysis
from countersign.core.contracts import (
    Block,
    DatasetUse,
    Draft,
    Fact,
    FedBy,
    ModelCall,
    Quality,
    Snapshot,
    Window,
)
from countersign.core.expected import Expectation
from countersign.reports.assertions import find_false_claims
from countersign.reports.grounding import find_ungrounded
from countersign.reports.omissions import find_omissions

MOST_GAPS = 8
NO_REASON = "Why it changed. The sources hold no log of changes and no test that could tell."
_WORSE_LATER: tuple[Quality, ...] = ("passed", "not_checked", "warnings", "failed")


def find_draft_problems(draft: Draft) -> list[str]:
    """What keeps a draft from going on, one line each; empty when every figure and name is grounded."""
    found = [*find_ungrounded(draft), *find_false_claims(draft), *find_omissions(draft)]
    return [f"{problem.where}: {problem.reason} ({problem.span[:60]})" for problem in found]


def build_draft(
    sheet: Sheet,
    *,
    analysis: Analysis,
    snapshot: Snapshot,
    card: AgentCard,
    kind: Literal["report", "recommendation", "alert"],
    title: str,
    blocks: Sequence[Block],
    call: ModelCall,
    day: Window | None = None,
    fed_by: Sequence[FedBy] = (),
    expectations: Sequence[Expectation] = (),
) -> Draft:
    """A draft with all that the sheet has cited, the tables it read, and the findings it must not leave out.

    Args:
        sheet: what was cited while the blocks were written.
        analysis, snapshot: what it was written from.
        card: of the agent.
        kind, title, blocks: the draft itself.
        call: of the model that worded it.
        day: what it is about, instead of the analysis's week and the one before.
        fed_by: drafts that it was made of.
        expectations: what its actions will be judged by.
    """
    return Draft(
        agent=card.name,
        agent_version=card.version,
        kind=kind,
        title=title,
        period=day or analysis.week,
        compared_with=None if day else analysis.prior_week,
        blocks=tuple(blocks),
        facts=sheet.facts(),
        bindings=dict(sheet.bindings),
        names=dict(sheet.names),
        periods=dict(sheet.periods),
        datasets=used_datasets(sheet.facts(), snapshot, card=card),
        snapshot_id=snapshot.id,
        model_call=call,
        findings=tuple(
            item for item in analysis.findings if item.kind not in ("normal_variation", "unknown")
        ),
        fed_by=tuple(fed_by),
        expectations=tuple(expectations),
    )


def ground(assemble: Callable[[], Draft], sheet: Sheet) -> tuple[Draft, list[str]]:
    """A draft and what keeps it from going on, after names that are also plain words were quoted.

    A source called "Sales" or "Leads" would make every sentence with that word look like a name out
    of the data. Shown in quotation marks it is told apart, by the checker and by the reader.
    """
    draft = assemble()
    clashes = {found.span.casefold() for found in find_ungrounded(draft) if "a name outside" in found.reason}
    if clashes:
        for alias, name in sheet.names.items():
            if name.casefold() in clashes:
                sheet.names[alias] = f"“{name}”"
        draft = assemble()
    return draft, find_draft_problems(draft)


def used_datasets(facts: Sequence[Fact], snapshot: Snapshot, *, card: AgentCard) -> tuple[DatasetUse, ...]:
    """The tables and columns that the facts read, as far as the card grants them, with their quality."""
    read: dict[str, set[str]] = {}
    for fact in facts:
        for name in fact.columns:
            table, _, column = name.partition(".")
            if column in card.grants.get(table, ()):
                read.setdefault(table, set()).add(column)
    worst = max(snapshot.quality.values(), key=_WORSE_LATER.index, default="not_checked")
    return tuple(
        DatasetUse(
            table=table,
            columns=tuple(sorted(columns)),
            rows=snapshot.tables[table].rows if table in snapshot.tables else 0,
            quality=worst,
        )
        for table, columns in sorted(read.items())
    )


def gap_lines(analysis: Analysis, *, told: Collection[str] = ()) -> list[str]:
    """What is not known, most telling first, one sentence each; reasons that hold figures are left out.

    Args:
        analysis: with its missing figures.
        told: keys of what the draft says elsewhere.
    """
    lines: list[str] = []
    small = [item.reason for item in analysis.missing if item.key.startswith(("small_count", "no_range"))]
    first = [item.reason for item in analysis.missing if item.reason not in small and item.key not in told]
    lines += [reason for reason in first if not re.search(r"\d", reason)]
    lines += merged_gaps(small)
    return list(dict.fromkeys(lines))[:MOST_GAPS]


def merged_gaps(reasons: Sequence[str]) -> list[str]:
    """Reasons that differ only in the figure they speak of, as one line.

    >>> merged_gaps(["Leads: too few weeks.", "Spend: too few weeks."])
    ['Leads and spend: too few weeks.']
    """
    grouped: dict[str, list[str]] = {}
    for reason in reasons:
        what, colon, why = reason.partition(": ")
        grouped.setdefault(why if colon else reason, []).append(what if colon else "")
    lines = []
    for why, subjects in grouped.items():
        named = [
            subject if place == 0 else subject[:1].lower() + subject[1:]
            for place, subject in enumerate(subjects)
        ]
        joined = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
        lines.append(f"{joined}: {why}" if joined else why)
    return lines
