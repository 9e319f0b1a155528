"""`countersign bench`: what the pipeline, the gate and the commands cost, measured on this machine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from countersign.cli.context import JsonOption, print_json
from countersign.core.errors import SettingsError

if TYPE_CHECKING:
    from rich.console import Console

Part = Literal["pipeline", "gate", "sources", "startup", "attribution", "warehouse"]
PARTS: tuple[Part, ...] = ("pipeline", "gate", "sources", "startup", "attribution", "warehouse")
# Below this the demo company is too small to be told from what every run costs.
FEWEST_SESSIONS = 10_000

_STAGES = {
    "land": "files to batches",
    "gate": "gate and promotion",
    "marts": "dbt build, with its tests",
    "metrics": "metrics to SQL",
    "snapshot": "snapshot",
    "draft": "analysis and drafts",
    "script_files": "by hand: files to tables",
    "script_marts": "by hand: tables to marts",
}
_SLOWEST = 8


def bench(
    part: Annotated[
        Part | None,
        typer.Argument(
            help="pipeline, gate, sources, startup, attribution or warehouse; all of them when absent."
        ),
    ] = None,
    sessions: Annotated[str, typer.Option(help="Web sessions of the demo company, e.g. 1e6.")] = "1e6",
    gate_rows: Annotated[str, typer.Option(help="Rows for the gate, e.g. 1e6.")] = "1e6",
    source_rows: Annotated[str, typer.Option(help="Rows of each file that is landed, e.g. 1e6.")] = "1e6",
    touches: Annotated[str, typer.Option(help="Touches for attribution, e.g. 1e6,1e7.")] = "1e6",
    events: Annotated[str, typer.Option(help="Raw web events of the warehouse, e.g. 1e6,1e7.")] = "1e6",
    events_a_year: Annotated[
        str, typer.Option(help="Events of each year to which the warehouse adds a day, e.g. 1e6.")
    ] = "1e6",
    as_json: JsonOption = False,
) -> None:
    """Measure the pipeline and landing against hand-written SQL, attribution against other packages."""
    parts = (part,) if part else PARTS
    asked = _number(sessions, least=FEWEST_SESSIONS, option="--sessions")
    rows = {
        "gate": int(_number(gate_rows, least=1000, option="--gate-rows")),
        "sources": int(_number(source_rows, least=1000, option="--source-rows")),
    }
    sizes = [_number(size, least=1000, option="--touches") for size in touches.split(",")]
    event_sizes = [_number(size, least=FEWEST_SESSIONS, option="--events") for size in events.split(",")]
    a_year = _number(events_a_year, least=FEWEST_SESSIONS, option="--events-a-year")
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        found: dict[str, Any] = {}
        for name in parts:
            if name == "warehouse":
                found |= _measure_warehouse(Path(folder), sizes=event_sizes, a_year=a_year)
            else:
                found[name] = _measure(name, Path(folder), sessions=asked, rows=rows, touches=sizes)
    if as_json:
        print_json({"machine": _machine(), **found})
    else:
        _print(found)


def _measure(part: Part, folder: Path, *, sessions: float, rows: dict[str, int], touches: list[float]) -> Any:
    with _said(part):
        if part == "attribution":
            from flows.bench.attribution import measure_attribution

            return measure_attribution(folder / part, touches=touches)
        if part == "pipeline":
            from flows.bench.line import measure_line

            return measure_line(folder / part, sessions=sessions).as_plain()
        if part == "gate":
            from flows.bench.processes import measure_stage

            return measure_stage("gate_ratio", root=folder / part, rows=rows["gate"])[1]
        if part == "sources":
            from flows.bench.sources import measure_sources

            return measure_sources(folder / part, rows=rows["sources"])
        from flows.bench.startup import measure_startup

        return [
            {"command": found.command, "wall_s": round(found.wall_s, 3)}
            for found in measure_startup(folder / part)
        ]


def _measure_warehouse(folder: Path, *, sizes: list[float], a_year: float) -> dict[str, Any]:
    from flows.bench.warehouse import measure_warehouse

    with _said("warehouse"):
        return measure_warehouse(folder / "warehouse", events=sizes, events_a_year=a_year)


@contextmanager
def _said(part: str) -> Iterator[None]:
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(f"Measuring: {part}"):
        yield


def _number(text: str, *, least: float, option: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not least <= found <= 1e9:
        raise SettingsError(
            f"{option} is not a usable number.",
            found=text,
            fix=f"give a number from {least:,} to 1e9, e.g. 1e6",
        )
    return found


def _machine() -> dict[str, Any]:
    import os
    import platform

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"cores": os.cpu_count(), "system": platform.platform(), "load_1_min": load}


# ---------------------------------------------------------------- for people


def _print(found: dict[str, Any]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    machine = _machine()
    load = f", load {machine['load_1_min']:.1f}" if machine["load_1_min"] is not None else ""
    console.print(f"{machine['cores']} cores{load}: {machine['system']}\n")
    if "pipeline" in found:
        _print_pipeline(console, found["pipeline"])
    if "gate" in found:
        gate = found["gate"]
        console.print(
            f"Gate: {gate['checks']} checks on {gate['rows']:,} rows {gate['gate_s']:.2f} s,"
            f" by hand {gate['by_hand_s']:.2f} s, ratio {gate['ratio']:.2f}\n"
        )
    if "sources" in found:
        _print_sources(console, found["sources"])
    if "attribution" in found:
        _print_attribution(console, found["attribution"])
    if "results" in found:
        _print_warehouse(console, found)
    if "startup" in found:
        _print_table(
            console,
            "Start-up, warm",
            ("command", "wall s"),
            [(f"countersign {one['command']}", f"{one['wall_s']:.2f}") for one in found["startup"]],
        )


def _print_attribution(console: Console, found: dict[str, Any]) -> None:
    def seconds(value: float | str | None) -> str:
        return f"{value:.2f}" if isinstance(value, float) else str(value or "none in time")

    _print_table(
        console,
        "Attribution, against the fastest package by others on the same paths",
        ("model", "touches", "s", "fastest s", "ratio", "fastest", "all of them, s"),
        [
            (
                one["model"],
                f"{one['touches']:,}",
                seconds(one["ours_s"]),
                seconds(one["fastest_s"]),
                f"{one['ratio']:.1f}" if one["ratio"] else "",
                one["fastest_package"] or "",
                ", ".join(f"{name} {seconds(taken)}" for name, taken in one["packages"].items()),
            )
            for one in found["results"]
        ],
    )


def _print_pipeline(console: Console, line: dict[str, Any]) -> None:
    week = {one["stage"]: one["cpu_s"] for one in line["second_week"]}
    _print_table(
        console,
        f"The demo company at {line['sessions']:,} sessions",
        ("stage", "CPU s", "of it fixed", "wall s", "peak MiB", "second week CPU s"),
        [
            (
                _STAGES[one["stage"]],
                *(f"{one[name]:.1f}" for name in ("cpu_s", "fixed_cpu_s", "wall_s")),
                f"{one['peak_mib']:.0f}",
                f"{week[one['stage']]:.1f}" if one["stage"] in week else "",
            )
            for one in line["stages"]
        ],
    )
    console.print("The marts of both are equal, row by row. Ratios of CPU, ours over the script's:")
    console.print(f"  tables to marts  {line['ratio_marts']:.1f}")
    console.print(f"  files to marts   {line['ratio_whole']:.1f}")
    console.print(
        f"  files to marts, beyond the {line['fixed_cpu_s']:.0f} s that every run costs"
        f"  {line['ratio_whole_grown']:.1f}"
    )
    console.print(f"Second week over first: {line['second_week_share']:.0%} of the CPU\n")
    _print_table(
        console,
        "Slowest nodes of dbt build",
        ("node", "kind", "wall s"),
        [(node["name"], node["kind"], f"{node['seconds']:.2f}") for node in line["nodes"][:_SLOWEST]],
    )


def _print_warehouse(console: Console, found: dict[str, Any]) -> None:
    _print_table(
        console,
        "Raw tables to facts and marts, against one hand-written script; the tables of both are equal",
        ("events", "CPU s", "of it fixed", "wall s", "peak MiB", "script CPU s", "ratio", "beyond fixed"),
        [
            (
                f"{one['events']:,}",
                *(f"{one[name]:.1f}" for name in ("cpu_s", "fixed_cpu_s", "wall_s")),
                f"{one['peak_mib']:.0f}",
                f"{one['script_cpu_s']:.1f}",
                *(f"{one[name]:.2f}" for name in ("ratio_cpu", "ratio_cpu_grown")),
            )
            for one in found["results"]
        ],
    )
    _print_table(
        console,
        "One day more, built alone",
        ("years of history", "events", "full CPU s", "day CPU s", "idle day CPU s", "share", "beyond fixed"),
        [
            (
                str(one["years"]),
                f"{one['events']:,}",
                *(f"{one[name]:.1f}" for name in ("full_cpu_s", "day_cpu_s", "idle_day_cpu_s")),
                f"{one['share']:.1%}",
                f"{one['share_grown']:.1%}",
            )
            for one in found["days"]
        ],
    )


def _print_sources(console: Console, found: dict[str, Any]) -> None:
    _print_table(
        console,
        "Landing files, against bare DuckDB that only reads, casts and writes",
        ("table", "rows", "s", "by hand s", "ratio", "rows/s", "peak MiB"),
        [
            (
                one["table"],
                f"{one['rows']:,}",
                *(f"{one[name]:.2f}" for name in ("land_s", "by_hand_s", "ratio")),
                *(f"{one[name]:,.0f}" for name in ("rows_per_s", "peak_mib")),
            )
            for one in found["files"]
        ],
    )
    _print_table(
        console,
        "Landing HubSpot from a sandbox in another process",
        ("company", "rows", "s", "rows/s", "peak MiB"),
        [
            (
                f"{one['leads']:,} leads",
                f"{one['rows']:,}",
                f"{one['land_s']:.1f}",
                *(f"{one[name]:,.0f}" for name in ("rows_per_s", "peak_mib")),
            )
            for one in found["api"]
        ],
    )


def _print_table(console: Console, title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for at, column in enumerate(columns):
        table.add_column(column, justify="left" if at == 0 else "right", no_wrap=at == 0)
    for row in rows:
        table.add_row(*row)
    console.print(table)
