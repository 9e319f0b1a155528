"""`countersign privacy`: forget a person, change the key, purge what is too old, measure the mask."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countersign.cli.context import (
    Context,
    JsonOption,
    WorkspaceOption,
    open_context,
    print_json,
    read_instant,
)

if TYPE_CHECKING:
    from flows.forgetting import Forgotten, Found

app = typer.Typer(help="Personal data: forgetting, keys, retention, masks.", no_args_is_help=True)

AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="Instant to record (ISO 8601, UTC); default now.")
]


@app.command("forget")
def forget(
    contact: Annotated[str, typer.Argument(help="An e-mail address, a phone number, or the id of a lead.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget a person: links, raw values, rows, texts that name them. Needs the role engineer."""
    from countersign.governance.ledger import open_ledger
    from flows.forgetting import forget_contact, look_up

    context = open_context(workspace)
    at = read_instant(as_of)
    person = _current_person(context, deed="forget a person")
    key = context.settings.pseudonym_key
    if not yes:
        found = look_up(context.workspace, key, contact)
        if as_json:
            print_json({"found": found.__dict__, "done": False})
            return
        _print_found(found)
        typer.confirm("Forget this person? It cannot be taken back.", abort=True)
    ledger = open_ledger(context.workspace, context.settings)
    done = forget_contact(context.workspace, key, ledger, contact, person=person, at=at)
    if as_json:
        print_json({**done.as_json(), "done": True})
    else:
        _print_done(done)


@app.command("rotate-key")
def rotate_key(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Put every pseudonym under one more key; a stopped rotation goes on. Needs the role engineer."""
    from countersign.governance.ledger import open_ledger
    from flows.rotation import rotate_key as rotate

    context = open_context(workspace)
    person = _current_person(context, deed="rotate the pseudonym key")
    ledger = open_ledger(context.workspace, context.settings)
    key = context.settings.pseudonym_key
    done = rotate(context.workspace, key, ledger, person=person, at=datetime.now(UTC))
    if as_json:
        print_json(done.as_json())
        return
    typer.echo(f"{done.files} landed files, {done.warehouse_rows} rows and {done.store_rows} entries of the")
    typer.echo(f"restricted store are under {done.keys} keys now. Links and ids of batches are as before.")


@app.command("purge")
def purge(workspace: WorkspaceOption = None, as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """Delete raw values and landed files that are older than config/privacy.yaml allows."""
    from countersign.core.lock import pipeline_lock
    from countersign.sources.personal.retention import purge_overdue

    context = open_context(workspace)
    with pipeline_lock(context.workspace, purpose="purging personal data"):
        done = purge_overdue(context.workspace, at=read_instant(as_of))
    if as_json:
        print_json(done.as_json())
        return
    typer.echo(f"{done.raw_values} raw values unseen for {done.raw_values_days} days and")
    typer.echo(f"{done.landed_files} landed files older than {done.landed_days} days deleted.")
    typer.echo(f"{done.fetched_files} raw pages of vendors older than {done.fetched_days} days deleted.")


@app.command("measure")
def measure(as_json: JsonOption = False) -> None:
    """Measure the mask for free text: precision and recall by kind, on labelled sentences."""
    from countersign.sources.personal.masking import Masker
    from countersign.sources.personal.measuring import measure as measure_mask
    from countersign.sources.personal.measuring import read_labelled

    names, sentences = read_labelled()
    measured = measure_mask(Masker(names), sentences)
    if as_json:
        print_json(measured.as_json())
        return
    typer.echo(f"{measured.sentences} labelled sentences in English, German, French and Spanish\n")
    typer.echo(f"{'kind':<8}{'labels':>8}{'precision':>11}{'recall':>8}")
    for kind, score in (*measured.scores.items(), ("all", measured.total)):
        labels = score.right + score.missed
        typer.echo(f"{kind:<8}{labels:>8}{score.precision:>11.3f}{score.recall:>8.3f}")
    typer.echo(f"\nNames that the CRM does not hold: {measured.unknown_found} of {measured.unknown} found.")
    for mistake in measured.mistakes:
        typer.echo(f"  {mistake}")


def _current_person(context: Context, *, deed: str) -> str:
    # The token proves the person, config/people.yaml the role.
    from countersign.governance.ledger import open_ledger
    from countersign.governance.people import check_role, signed_in_person

    ledger = open_ledger(context.workspace, context.settings)
    signed_in = signed_in_person(ledger, context.workspace, context.settings, at=datetime.now(UTC))
    check_role(context.workspace, signed_in, role="engineer", deed=deed)
    return signed_in.person.id


def _print_found(found: "Found") -> None:
    typer.echo(f"{found.leads} leads, {found.pseudonyms} pseudonyms, {found.raw_values} raw values,")
    typer.echo(f"{found.names} names, from: {', '.join(found.sources) or 'no source'}.")
    if found.shared:
        typer.echo(f"{found.shared} numbers or devices are other people's too and stay theirs.")
    if found.was_forgotten:
        typer.echo("This person was forgotten before; it is done again for whatever came since.")


def _print_done(done: "Forgotten") -> None:
    rows: list[tuple[str, Any]] = [
        *(
            (f"landed files, {table}", f"{count} rows emptied or removed")
            for table, count in done.landed.items()
        ),
        *((table, f"{count} rows emptied or removed") for table, count in done.warehouse.items()),
        ("restricted store", ", ".join(f"{count} {name}" for name, count in done.store.items())),
        ("fetched pages", f"{done.fetched_lines} lines removed"),
        ("ledger", f"{done.bodies_redacted} bodies redacted by {done.person}"),
        ("snapshots", "hold no rows of people"),
    ]
    if done.snapshots_with_people:
        rows[-1] = ("snapshots", f"HOLD COLUMNS OF PEOPLE: {', '.join(done.snapshots_with_people)}")
    for what, said in rows:
        typer.echo(f"{what:<34} {said}")
    for slug in done.publications:
        typer.secho(
            f"Published before: {slug}. Its files here are removed; tell whoever has a copy.", fg="yellow"
        )
    typer.echo("\nKept, and why:")
    for kept in done.kept:
        typer.echo(f"  {kept}")
