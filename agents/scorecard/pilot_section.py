"""Time to Value of each pilot on a scorecard: how long each phase took, or has run so far."""

from collections.abc import Mapping, Sequence
from datetime import date

from agents.goals import Goal
from agents.scorecard.facts import DOT, Bindings, elapsed_fact
from countersign.analytics.time_to_value import PHASES, Phase, find_phases
from countersign.core.contracts import Block, Cell, Column, Heading, Prose, Row, Snapshot, Table
from countersign.core.pilots import PilotRecord


def build_pilots(
    bound: Bindings,
    records: Sequence[PilotRecord],
    *,
    snapshot: Snapshot,
    people: Mapping[str, str],
    goals: Mapping[str, Goal],
    as_of: date,
) -> list[Block]:
    """A table of pilots with a row each, and what came of those that were verified in the words of people.

    Args:
        records: the newest record of each pilot that was selected by `as_of`.
        people: names by id, of everybody who ever worked here.
        goals: by key.
    """
    heading = Heading(
        anchor="pilots",
        text="Time to Value: how long pilots take to pay off",
        sub=f"As of {bound.day(as_of)}, from days that people recorded; what is open has no length yet.",
    )
    if not records:
        return [heading, Prose(text="No pilot is recorded up to this day.")]
    table = Table(
        row_label="Pilot",
        columns=tuple(Column(label=label) for label in PHASES.values()),
        rows=tuple(
            Row(
                name=bound.name(one.pilot.name),
                note=_about(bound, one, people=people, goals=goals),
                cells=tuple(
                    _cell(bound, phase, one, snapshot=snapshot)
                    for phase in find_phases(one.pilot, as_of=as_of)
                ),
            )
            for one in records
        ),
    )
    return [heading, table, *_results(bound, records, people=people, as_of=as_of)]


def _about(
    bound: Bindings, record: PilotRecord, *, people: Mapping[str, str], goals: Mapping[str, Goal]
) -> str:
    pilot = record.pilot
    goal = goals[pilot.goal].title if pilot.goal in goals else pilot.goal
    owner = bound.name(people.get(pilot.owner, pilot.owner))
    return DOT.join([f"Owner: {owner}", f"goal: {bound.name(goal)}", f"selected {bound.day(pilot.selected)}"])


def _cell(bound: Bindings, phase: Phase, record: PilotRecord, *, snapshot: Snapshot) -> Cell:
    fact = elapsed_fact(snapshot, phase, pilot=record.pilot.key, entry=record.entry)
    if fact is None:
        return Cell(value=None, missing="not begun")
    if phase.end is not None:
        return Cell(value=bound.alias(fact))
    said = (
        f"ended without it after {bound.cite(fact)}"
        if phase.has_ended
        else f"not yet, {bound.cite(fact)} so far"
    )
    return Cell(value=None, missing=said)


def _results(
    bound: Bindings, records: Sequence[PilotRecord], *, people: Mapping[str, str], as_of: date
) -> list[Block]:
    """The words are a person's and stand in quotes with their name; none of them is a figure of ours."""
    said: list[Block] = []
    for one in records:
        pilot = one.pilot
        if pilot.result and pilot.verified is not None and pilot.verified <= as_of:
            who = bound.name(people.get(one.recorded_by, one.recorded_by))
            words = bound.name(f"“{' '.join(pilot.result.split())}”")
            what = f"{bound.name(pilot.name)}, verified on {bound.day(pilot.verified)}"
            said.append(Prose(text=f"{what}, as {who} recorded it: {words}."))
    return said
