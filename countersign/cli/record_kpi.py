"""`countersign data record-kpi`: one figure that a person measured, checked and kept with its source."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json


def record_kpi(
    kpi: Annotated[str, typer.Argument(help="Name of the KPI, e.g. brand_recall.")],
    value: Annotated[str, typer.Argument(help="The figure, e.g. 0.42; a share is 0 to 1.")],
    unit: Annotated[str, typer.Option(help="share, count, score or the company's currency.")],
    period: Annotated[str, typer.Option(help="2026, 2026-Q4, 2026-10, 2026-W46, a day, or DAY..DAY.")],
    measured_by: Annotated[str, typer.Option("--measured-by", help="Study, survey or system it is from.")],
    segment: Annotated[str, typer.Option(help="Audience or market; all when left out.")] = "",
    sample_size: Annotated[int | None, typer.Option("--sample-size", help="People who were asked.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Correct a figure that is there.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Add the mapping to config/sources.yaml if there is none.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Enter a figure that was measured by hand, with its source and your name. Sign in first."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.people import signed_in_person
    from countersign.sources.manual.figures import Figure, check_figure, read_period, read_value
    from countersign.sources.manual.recording import ENTRY, FILE, NAME, map_file, mapped_by, record_figure

    context = open_context(workspace)
    now = datetime.now(UTC)
    ledger = open_ledger(context.workspace, context.settings)
    person = signed_in_person(ledger, context.workspace, context.settings, at=now).person
    first, last = read_period(period)
    figure = Figure(
        kpi=kpi, segment=segment.strip(), period_start=first, period_end=last, value=read_value(value),
        unit=unit, sample_size=sample_size, measured_by=measured_by.strip(), entered_at=now,
        entered_by=person.id,
    )  # fmt: skip
    check_figure(figure, currency=context.workspace.company().reporting_currency)
    record_figure(context.workspace, figure, replace=replace)
    source = mapped_by(context.workspace)
    if source is None and write:
        map_file(context.workspace)
        source = NAME
    if as_json:
        print_json({**figure.cells(), "file": FILE, "source": source})
        return
    typer.echo(f"{kpi} from {first} to {last}: {figure.value:f} {unit}, kept in {FILE}.")
    if source is None:
        typer.echo(
            f"Nothing maps that file yet. Run again with --write, or add to config/sources.yaml:\n\n{ENTRY}"
        )
        return
    typer.echo(f"Next: countersign data load {source}")
