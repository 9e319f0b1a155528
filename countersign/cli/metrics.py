"""`countersign metrics`: what every metric means, and what it is, read from the newest snapshot."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json, read_day
from countersign.core.errors import SettingsError

if TYPE_CHECKING:
    from flows.metric_catalogue import Catalogue, MetricEntry
    from flows.metric_query import Answer

app = typer.Typer(
    help="Every metric: what it means, and what it is by channel and week.", no_args_is_help=True
)


class Period(StrEnum):
    """What --grain takes."""

    day = "day"
    week = "week"
    month = "month"


@app.command("list")
def list_metrics(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List every metric: unit, which way is good, owner, and what it can be split by."""
    catalogue = _read_catalogue(open_context(workspace).workspace)
    kpis = [entry for entry in catalogue.kpis if not entry.is_part]
    if as_json:
        print_json([_summary(catalogue, entry) for entry in kpis])
        return
    for subject in dict.fromkeys(entry.subject for entry in kpis):
        typer.secho(subject, bold=True)
        for entry in kpis:
            if entry.subject == subject:
                splits = ", ".join(catalogue.dimensions(entry.name)) or "nothing"
                typer.echo(f"  {entry.name}: {entry.label}")
                typer.echo(f"      {_say_unit(entry)}; {entry.owner}; by {splits}")
    typer.echo("\ncountersign metrics show NAME tells what one means; metrics query NAME reads it.")


@app.command("show")
def show_metric(
    name: Annotated[str, typer.Argument(help="Name of the metric, as `metrics list` gives it.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a metric means: formula, unit, owner, marts and columns, dimensions, grains and its SQL."""
    from flows.metric_request import find_metric

    opened = open_context(workspace).workspace
    catalogue = _read_catalogue(opened)
    entry = find_metric(catalogue, name)
    readings = catalogue.readings(name) if entry.kpi == name else (entry,)
    shown = [_reading(opened, reading) for reading in readings]
    if as_json:
        print_json({**_summary(catalogue, entry), "description": entry.description, "readings": shown})
        return
    typer.secho(f"{entry.name}: {entry.label}", bold=True)
    typer.echo(f"  {entry.description}")
    typer.echo(f"  formula   {entry.in_words}")
    typer.echo(f"  unit      {_say_unit(entry)}")
    typer.echo(f"  owner     {entry.owner}")
    for reading in shown:
        _print_reading(reading)


@app.command("query")
def query_metrics(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Metrics, by name.")],
    by: Annotated[
        list[str] | None, typer.Option("--by", help="Split by this dimension; repeat it for more.")
    ] = None,
    grain: Annotated[Period | None, typer.Option(help="One row per day, week (Monday) or month.")] = None,
    since: Annotated[str | None, typer.Option(help="First day of the window.")] = None,
    until: Annotated[str | None, typer.Option(help="First day after the window.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="DIMENSION=VALUE", help="Only these rows; repeat it."),
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Also print the SQL that was run.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read metrics from the newest snapshot. Money in the reporting currency, weeks from Monday."""
    from countersign.cli.metric_table import print_answer
    from flows.metric_query import answer_query
    from flows.metric_request import MetricQuery

    query = MetricQuery(
        metrics=tuple(dict.fromkeys(names)),
        by=tuple(dict.fromkeys(by or ())),
        grain=grain.value if grain else None,
        since=read_day("--since", since),
        until=read_day("--until", until),
        where=tuple(_read_condition(text) for text in where or ()),
    )
    answer = answer_query(open_context(workspace).workspace, query)
    if as_json:
        print_json(_plain_answer(answer, with_sql=sql))
        return
    print_answer(answer)
    if sql:
        typer.echo(f"\n{answer.sql}")


def _read_catalogue(workspace: Any) -> Catalogue:
    from flows.metric_catalogue import read_catalogue
    from flows.metric_query import read_manifest

    return read_catalogue(read_manifest(workspace))


def _read_condition(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise SettingsError(
            "--where is not DIMENSION=VALUE.", found=text, fix='write it as --where "channel=Paid search"'
        )
    return name.strip(), value


# ---------------------------------------------------------------- what a metric is


def _summary(catalogue: Catalogue, entry: MetricEntry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "label": entry.label,
        "unit": entry.unit,
        "good_direction": entry.good_direction,
        "owner": entry.owner,
        "subject": entry.subject,
        "formula": entry.in_words,
        "dimensions": list(catalogue.dimensions(entry.name) if entry.kpi == entry.name else entry.dimensions),
    }


def _reading(workspace: Any, entry: MetricEntry) -> dict[str, Any]:
    from flows.metric_query import compile_query, read_manifest
    from flows.metric_request import MetricQuery, Resolved

    query = MetricQuery((entry.name,), grain=entry.grains[0])
    resolved = Resolved(query, (entry,), entry.grains[0])
    return {
        "metric": entry.name,
        "description": entry.description,
        "formula": entry.formula,
        "measures": list(entry.measures),
        "marts": [mart.name for mart in entry.marts],
        "columns": list(entry.columns),
        "dimensions": list(entry.dimensions),
        "grains": list(entry.grains),
        "sql": compile_query(workspace, read_manifest(workspace), resolved),
    }


def _print_reading(reading: dict[str, Any]) -> None:
    typer.secho(f"\nFrom {' and '.join(reading['marts'])} ({reading['metric']})", bold=True)
    typer.echo(f"  {reading['description']}")
    typer.echo(f"  formula   {reading['formula']}")
    typer.echo(f"  measures  {', '.join(reading['measures'])}")
    typer.echo(f"  columns   {', '.join(reading['columns'])}")
    typer.echo(f"  split by  {', '.join(reading['dimensions']) or 'nothing'}")
    typer.echo(f"  grains    {', '.join(reading['grains'])}")
    typer.echo("\n".join(f"    {line}" for line in reading["sql"].splitlines()))


def _say_unit(entry: MetricEntry) -> str:
    good = {"up": "up is good", "down": "down is good"}.get(
        entry.good_direction, "neither way is good in itself"
    )
    return f"{entry.unit}, {good}"


# ---------------------------------------------------------------- what a metric says


def _plain_answer(answer: Answer, *, with_sql: bool) -> dict[str, Any]:
    query, snapshot = answer.resolved.query, answer.snapshot
    plain = {
        "snapshot": snapshot.id,
        "as_of": snapshot.as_of,
        "data_through": {source: day and day.isoformat() for source, day in snapshot.data_through.items()},
        "currency": snapshot.reporting_currency,
        "since": query.since and query.since.isoformat(),
        "until": query.until and query.until.isoformat(),
        "metrics": {
            asked: {"unit": entry.unit, "label": entry.label, "metric": entry.name,
                    "marts": [mart.name for mart in entry.marts]}
            for asked, entry in zip(query.metrics, answer.resolved.entries, strict=True)
        },
        "rows": [{name: _plain(value) for name, value in row.items()} for row in answer.rows],
    }  # fmt: skip
    return {**plain, "sql": answer.sql} if with_sql else plain


def _plain(value: object) -> object:
    # The shortest float of a decimal(18,6) reads back as the same decimal up to nine digits of money.
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
