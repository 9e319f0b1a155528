"""The scorecard as a draft: what both answer for, where they pull apart, how long pilots take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agents.drafting import find_draft_problems
from agents.goals import Goal
from agents.language import listed
from agents.scorecard.conflict_section import build_conflicts
from agents.scorecard.conflicts import Conflict, find_conflicts
from agents.scorecard.facts import Bindings, Reading
from agents.scorecard.kpi_section import KpiSection
from agents.scorecard.pilot_section import build_pilots
from countersign.core.contracts import (
    Block,
    DatasetUse,
    Draft,
    Heading,
    ModelCall,
    Prose,
    Quality,
    Query,
    Snapshot,
    Window,
)
from countersign.core.errors import AgentError
from countersign.core.pilots import PilotRecord
from countersign.reports.grounding import find_ungrounded

NAME, VERSION = "scorecard", "1"
MOST_NAMED = 2
FIXED = ModelCall(provider="none", model="none", prompt_hash="")
_WORSE_LATER: tuple[Quality, ...] = ("passed", "not_checked", "warnings", "failed")


@dataclass(frozen=True)
class Shared:
    """All that a scorecard is made of.

    Args:
        readings: the co-owned KPIs with their figures, in the order of the agreement.
        pilots: the newest record of every pilot.
        people: names by id, of everybody in config/people.yaml.
        goals: by key, active or not.
        numbers: which number each metric measures; the same for the same figure over another mart.
        period, compared_with: the weeks that KPIs are read of, and as many before.
        as_of: the day up to which pilots count.
        behind: names of sources whose data end before these weeks do.
    """

    readings: tuple[Reading, ...]
    pilots: tuple[PilotRecord, ...]
    people: Mapping[str, str]
    goals: Mapping[str, Goal]
    numbers: Mapping[str, str]
    period: Window
    compared_with: Window
    as_of: date
    behind: tuple[str, ...] = ()


def write_scorecard(shared: Shared, snapshot: Snapshot) -> Draft:
    """The draft; the same records, agreement and snapshot give the same bytes.

    Raises:
        AgentError: a name in config or in a record reads like a figure or like our own words.
    """
    bound = Bindings()
    people, goals = shared.people, shared.goals
    kpis = KpiSection(
        bound, shared.readings, snapshot=snapshot, people=people, goals=goals, period=shared.period
    )
    pilots = [one for one in shared.pilots if one.pilot.selected <= shared.as_of]
    conflicts = find_conflicts(
        [reading.kpi for reading in shared.readings],
        [one.pilot for one in pilots],
        numbers=shared.numbers,
        goals=goals,
    )
    lede = kpis.lede()
    blocks: list[Block] = [
        *([Prose(role="lede", text=lede)] if lede else []),
        *kpis.blocks(),
        *build_conflicts(
            bound, conflicts, readings=kpis.readings, pilots={one.pilot.key: one.pilot for one in pilots},
            snapshot=snapshot, people=people, goals=goals,
        ),
        *build_pilots(bound, pilots, snapshot=snapshot, people=people, goals=goals, as_of=shared.as_of),
        *_gaps(bound, kpis, behind=shared.behind),
    ]  # fmt: skip
    draft = _told_apart(
        Draft(
            agent=NAME,
            agent_version=VERSION,
            kind="scorecard",
            title=_title(bound, kpis, conflicts),
            period=shared.period,
            compared_with=shared.compared_with,
            blocks=tuple(blocks),
            facts=tuple(bound.facts.values()),
            bindings=bound.bindings,
            names=bound.names,
            periods=bound.periods,
            datasets=_used(snapshot, shared.readings),
            snapshot_id=snapshot.id,
            model_call=FIXED,
        )
    )
    if problems := find_draft_problems(draft):
        raise AgentError(
            "The scorecard would say something that nothing on record carries.",
            found="; ".join(problems[:3]),
            fix="rename the KPI, pilot or person that it quotes; nothing was proposed",
        )
    return draft


def _told_apart(draft: Draft) -> Draft:
    """A draft whose names that are also words of ours (a pilot called "Pilot") stand in quotation marks."""
    clashes = {found.span.casefold() for found in find_ungrounded(draft) if "a name outside" in found.reason}
    names = {
        alias: f"“{name}”" if name.casefold() in clashes else name for alias, name in draft.names.items()
    }
    return draft.model_copy(update={"names": names})


def _title(bound: Bindings, kpis: KpiSection, conflicts: Sequence[Conflict]) -> str:
    """The finding: targets that are missed, else a conflict, else that all is as agreed."""
    missed = [kpis.name(kpi) for kpi in kpis.those("not_reached")]
    if len(missed) > MOST_NAMED:
        return "Targets that marketing and technology share are not reached"
    if missed:
        which = "has not reached its target" if len(missed) == 1 else "have not reached their targets"
        return f"{listed(missed)} {which}"
    if conflicts:
        return "Marketing and technology pull apart in what they answer for together"
    if kpis.those("reached") and not kpis.those("not_known"):
        return "Every shared target is reached"
    return "What marketing and technology answer for together"


def _gaps(bound: Bindings, kpis: KpiSection, *, behind: Sequence[str]) -> list[Block]:
    lines = kpis.gaps()
    if behind:
        names = listed([bound.name(name) for name in behind])
        text = f"What the last of these days held: the data of {names} end before they do."
        lines.append(Prose(text=text, label="not_known"))
    return [Heading(anchor="gaps", text="What we do not know"), *lines] if lines else []


def _used(snapshot: Snapshot, readings: Sequence[Reading]) -> tuple[DatasetUse, ...]:
    read: dict[str, set[str]] = {}
    for reading in readings:
        if isinstance(reading.now.definition, Query):
            for name in reading.now.columns:
                table, _, column = name.partition(".")
                read.setdefault(table, set()).add(column)
    worst = max(snapshot.quality.values(), key=_WORSE_LATER.index, default="not_checked")
    return tuple(
        DatasetUse(
            table=table, columns=tuple(sorted(columns)), rows=snapshot.tables[table].rows, quality=worst
        )
        for table, columns in sorted(read.items())
    )
