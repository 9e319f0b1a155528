"""How this agent's earlier expectations came out, beside what it proposes now."""

from agents.language import capitalised, listed, plural
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Block, Fact, Heading, Prose, Recorded, Snapshot
from countersign.core.expected import Outcome
from countersign.core.hashing import short_id
from countersign.core.track_record import TrackRecord

TITLE = "Verdicts on earlier proposals"
_WORDS: dict[Outcome, str] = {
    "held": "came out as expected",
    "did_not_hold": "did not",
    "cannot_tell": "could not be told",
    "not_carried_out": "were never carried out",
}
_ALONE: dict[Outcome, str] = {
    "held": "came out as expected",
    "did_not_hold": "did not come out as expected",
    "cannot_tell": "could not be told",
    "not_carried_out": "was never carried out",
}


def record_blocks(story: Story, record: TrackRecord | None, *, snapshot: Snapshot) -> list[Block]:
    """A heading and a few sentences; nothing before the first verdict."""
    if record is None or not record.judged:
        return []
    judged = _count(story, record.judged, "judged", snapshot=snapshot)
    by_outcome = listed(
        [
            f"{_count(story, entries, outcome, snapshot=snapshot)} {_WORDS[outcome]}"
            for outcome, entries in record.entries.items()
        ]
    )
    count = len(record.judged)
    told_outcomes = f"it {_ALONE[next(iter(record.entries))]}" if count == 1 else by_outcome
    lines = [
        f"{judged} earlier {plural('expectation', count=count)} {'was' if count == 1 else 'were'} judged:"
        f" {told_outcomes}. A verdict compares the weeks after with what was expected of them; it does not"
        " say why."
    ]
    if set(record.judged) - set(record.changed):
        lines.append(
            "What was not approved, or left as it is, is held against its forecast for weeks in which"
            " nothing changes."
        )
    told = (*record.inside, *record.outside)
    if len(told) > 1:
        inside = _count(story, record.inside, "inside", snapshot=snapshot)
        of = _count(story, told, "told", snapshot=snapshot)
        lines.append(
            f"{capitalised(inside)} of {of} figures lay inside the interval that was given beforehand."
        )
    return [
        Heading(anchor="record", text="How earlier proposals came out"),
        *(Prose(text=line) for line in lines),
    ]


def _count(story: Story, entries: tuple[str, ...], what: str, *, snapshot: Snapshot) -> str:
    definition = Recorded(entries=tuple(sorted(entries)))
    identity = [snapshot.id, definition.model_dump(mode="json"), what]
    fact = Fact(
        id=short_id("f", identity),
        metric=f"verdicts_{what}",
        title=TITLE,
        value=len(set(entries)),
        unit="count",
        definition=definition,
        columns=(),
        snapshot_id=snapshot.id,
    )
    return cite(story.sheet.add(fact, f"verdicts_{what}"))
