"""How `countersign agents record` puts an agent's track record on the terminal."""

from typing import TYPE_CHECKING

from countersign.cli.context import Context

if TYPE_CHECKING:
    from countersign.core.track_record import TrackRecord
    from countersign.governance.outcomes import Judged

_WORDS = {
    "held": "came out as expected",
    "did_not_hold": "did not come out as expected",
    "cannot_tell": "cannot be told",
    "not_carried_out": "were not carried out",
}
_STANDING = {
    "approved": "approved",
    "declined": "declined, expired or left as it is, so held against no change",
    "chosen_otherwise": "approved with another choice than was proposed",
}
_CHOSEN = {
    "as_proposed": "as proposed",
    "stop": "to stop instead",
    "fix": "to fix instead",
    "scale": "to scale instead",
    "test": "to test instead",
    "leave": "to leave as it is",
}


def read_record(context: Context, agent: str) -> "tuple[TrackRecord, list[Judged]]":
    """An agent's record and its verdicts, oldest first."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.outcomes import read_judged
    from countersign.governance.track_record import read_track_record

    ledger = open_ledger(context.workspace, context.settings)
    zone = context.workspace.company().time_zone
    judged = [one for one in read_judged(ledger) if one.agent == agent]
    return read_track_record(ledger, agent=agent, time_zone=zone), judged


def record_as_json(record: "TrackRecord", judged: "list[Judged]") -> dict[str, object]:
    """The record as plain values, with every verdict."""
    return {
        **record.model_dump(mode="json"),
        "judged": len(record.judged),
        "share_inside": record.share_inside,
        "verdicts": [
            {
                "proposal_id": one.proposal_id, "key": one.key, "snapshot_id": one.snapshot_id,
                "at": one.at, **one.judgement.model_dump(mode="json"),
            }
            for one in judged
        ],
    }  # fmt: skip


def describe_record(record: "TrackRecord", judged: "list[Judged]") -> list[str]:
    """The record in lines; counts stand with what they are counts of."""
    if not judged:
        waits = f" {record.waiting} of its expectations wait for their weeks." if record.waiting else ""
        return [f"Nothing that {record.agent} expected has been judged yet.{waits}", *_chosen_lines(record)]
    count = len(record.judged)
    counted = f"{count} expectation{'' if count == 1 else 's'} judged"
    lines = [f"{record.agent}: {counted}, {record.waiting} waiting", ""]
    for outcome, entries in record.entries.items():
        lines.append(f"  {len(entries):>3}  {_WORDS[outcome]}")
    told = len(record.inside) + len(record.outside)
    if told:
        lines += ["", f"  {len(record.inside)} of {told} figures lay inside their 80% interval."]
    lines += _chosen_lines(record)
    lines += ["", "A verdict compares the weeks after with what was expected of them; it names no cause.", ""]
    for one in judged:
        found = one.judgement
        lines.append(f"  {one.proposal_id}  {one.key}: {found.outcome.replace('_', ' ')}")
        lines.append(f"      {_STANDING.get(found.standing, found.standing)}. {found.reason}")
        if found.observed is not None and found.held_against is not None:
            against = found.held_against
            lines.append(
                f"      {found.observed:,.1f} a week, expected {against.expected:,.1f}"
                f" (80%: {against.low:,.1f} to {against.high:,.1f})"
            )
    return lines


def _chosen_lines(record: "TrackRecord") -> list[str]:
    """What people chose for the actions of drafts that they approved."""
    total = sum(record.chosen.values())
    if not total:
        return []
    told = ", ".join(f"{count} {_CHOSEN[name]}" for name, count in record.chosen.items())
    return ["", f"  Of {total} action{'' if total == 1 else 's'} in approved drafts people chose {told}."]
