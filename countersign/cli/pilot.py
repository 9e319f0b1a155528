"""`countersign pilot`: the register of AI pilots, as named people recorded them."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.context import Context, JsonOption, WorkspaceOption, open_context, print_json, read_day
from countersign.core.errors import SettingsError

if TYPE_CHECKING:
    from countersign.analytics.time_to_value import Phase
    from countersign.core.pilots import Pilot, PilotRecord

app = typer.Typer(help="AI pilots: when each was selected, ran, scaled and paid off.", no_args_is_help=True)

KeyArgument = Annotated[str, typer.Argument(help="Short name of the pilot, e.g. reply-drafts.")]
DayOption = Annotated[str | None, typer.Option(metavar="DAY", help="2026-11-16; none takes it back.")]


@app.command("record")
def record(
    key: KeyArgument,
    name: Annotated[str | None, typer.Option(help="As people read it.")] = None,
    goal: Annotated[str | None, typer.Option(help="Key of an active goal in config/goals.yaml.")] = None,
    owner: Annotated[str | None, typer.Option(help="Id of the person who answers for it.")] = None,
    selected: DayOption = None,
    executed: DayOption = None,
    scaled: DayOption = None,
    verified: DayOption = None,
    ended: DayOption = None,
    result: Annotated[str | None, typer.Option(help="What came of it, in your words.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record how a pilot stands, or correct it; what was recorded before is kept. Sign in first."""
    from agents.goals import read_goals
    from countersign.core.periods import day_of
    from countersign.governance.ledger import open_ledger
    from countersign.governance.people import signed_in_person
    from countersign.governance.pilots import record_pilot

    context = open_context(workspace)
    now = datetime.now(UTC)
    said = {"name": name, "goal": goal, "owner": owner, "result": result}
    days = {
        "selected": selected,
        "executed": executed,
        "scaled": scaled,
        "verified": verified,
        "ended": ended,
    }
    ledger = open_ledger(context.workspace, context.settings)
    made = record_pilot(
        ledger,
        context.workspace,
        key=key,
        changes={
            **{field: text for field, text in said.items() if text is not None},
            **{field: _read_day(field, text) for field, text in days.items() if text is not None},
        },
        goals=[goal.key for goal in read_goals(context.workspace).values() if goal.active],
        person=signed_in_person(ledger, context.workspace, context.settings, at=now),
        today=day_of(now, time_zone=context.workspace.company().time_zone),
        at=now,
    )
    if as_json:
        print_json(_as_json(made))
        return
    typer.echo(f"{made.pilot.key}, as {made.recorded_by} recorded it:")
    _say(made.pilot, as_of=day_of(now, time_zone=context.workspace.company().time_zone))


@app.command("list")
def list_pilots(
    as_of: Annotated[str | None, typer.Option("--as-of", help="The day to count to; default today.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List every pilot with its Time to Value: what took how long, and what is still open."""
    context = open_context(workspace)
    day = _day(context, as_of)
    records = [history[-1] for history in _read(context).values()]
    if as_json:
        print_json([{**_as_json(one), **_phases_as_json(one.pilot, as_of=day)} for one in records])
        return
    for one in records:
        _say(one.pilot, as_of=day)
    if not records:
        typer.echo("No pilot is recorded. Begin with: countersign pilot record KEY --name ... --help")


@app.command("show")
def show(
    key: KeyArgument,
    as_of: Annotated[str | None, typer.Option("--as-of", help="The day to count to; default today.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one pilot and every record of it: who recorded what, and when."""
    context = open_context(workspace)
    day = _day(context, as_of)
    pilots = _read(context)
    if key not in pilots:
        raise SettingsError(
            "No pilot has this key.", found=key, fix=f"use one of: {', '.join(pilots) or 'none is recorded'}"
        )
    history = pilots[key]
    if as_json:
        standing = {**_as_json(history[-1]), **_phases_as_json(history[-1].pilot, as_of=day)}
        print_json({**standing, "history": [_as_json(one) for one in history]})
        return
    _say(history[-1].pilot, as_of=day)
    for number, one in enumerate(history):
        typer.echo(f"  {one.recorded_at:%Y-%m-%d %H:%M} UTC, {one.recorded_by} (entry {one.entry[:12]}):")
        typer.echo(f"      {_changes(one.pilot, before=history[number - 1].pilot if number else None)}")


def _changes(pilot: "Pilot", *, before: "Pilot | None") -> str:
    """What one record says that the record before it did not."""
    known = before.model_dump(mode="json") if before else {}
    said = pilot.model_dump(mode="json").items()
    new = [(name, value or "taken back") for name, value in said if (value or "") != (known.get(name) or "")]
    return "; ".join(f"{name} {value}" for name, value in new)


def _read(context: Context) -> "dict[str, list[PilotRecord]]":
    from countersign.governance.ledger import open_ledger
    from countersign.governance.pilots import read_pilots

    return read_pilots(open_ledger(context.workspace, context.settings))


def _day(context: Context, text: str | None) -> date:
    from countersign.core.periods import day_of

    today = day_of(datetime.now(UTC), time_zone=context.workspace.company().time_zone)
    return read_day("--as-of", text) or today


def _read_day(field: str, text: str) -> date | None:
    return None if text == "none" else read_day(f"--{field}", text)


def _as_json(record: "PilotRecord") -> dict[str, object]:
    return {
        **record.pilot.model_dump(mode="json"),
        "recorded_by": record.recorded_by,
        "recorded_at": record.recorded_at,
        "entry": record.entry,
    }


def _phases_as_json(pilot: "Pilot", *, as_of: date) -> dict[str, object]:
    from countersign.analytics.time_to_value import find_phases

    phases = find_phases(pilot, as_of=as_of)
    return {
        "as_of": as_of,
        "time_to_value": {
            phase.name: {"days": phase.days, "days_so_far": phase.days_so_far} for phase in phases
        },
    }


def _say(pilot: "Pilot", *, as_of: date) -> None:
    from countersign.analytics.time_to_value import PHASES, find_phases

    typer.echo(f"{pilot.key}  {pilot.name}  (owner {pilot.owner}, goal {pilot.goal})")
    if pilot.selected > as_of:
        typer.echo(f"    selected on {pilot.selected}, after {as_of}")
        return
    for phase in find_phases(pilot, as_of=as_of):
        typer.echo(f"    {PHASES[phase.name]:<35} {_length(phase)}")
    if pilot.result:
        typer.echo(f"    Result, in a person's words: {pilot.result}")


def _length(phase: "Phase") -> str:
    if phase.days is not None:
        return f"{_days(phase.days)}, {phase.start} to {phase.end}"
    if phase.days_so_far is None:
        return "not begun"
    if phase.has_ended:
        return f"never: the pilot ended {_days(phase.days_so_far)} after {phase.start}"
    return f"not yet: {_days(phase.days_so_far)} since {phase.start}"


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
