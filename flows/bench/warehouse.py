"""The warehouse alone: raw tables to facts and marts, against a tuned hand-written script on the same rows.

Every size is built from nothing by both, and their tables are compared row by row. Then a day is added, for
histories of one, two and three years, and only that day is built. dbt parses the project once per release and
workspace; that is measured apart.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.bench.line import refuse_differences
from flows.bench.processes import Cost, measure_stage

DAYS = 365
YEARS = (1, 2, 3)
# So few events that a build costs what every build costs: start-up, parsing, one statement per node.
FEWEST_EVENTS = 10_000


def measure_warehouse(folder: Path, *, events: Sequence[float], events_a_year: float) -> dict[str, Any]:
    """Both measurements.

    Args:
        folder: an empty directory.
        events: sizes to build from nothing, in raw web events over a year.
        events_a_year: events of each year of the histories to which a day is added.

    Returns:
        `results`, per size: `events`, `ratio_cpu` (ours over the script's), `ratio_cpu_grown` (beyond
        what the smallest company costs), `cpu_s`, `wall_s` and `peak_mib` of ours, `fixed_cpu_s` (ours, of
        the smallest company), `parse_cpu_s` (once per release, in no other figure), `script_cpu_s`,
        `script_peak_mib`, the slowest `nodes`. `days`, per number of years: CPU of a full build and of a day
        more, the `share` of the one in the other, and `share_grown` beyond what every build costs.

    Raises:
        QualityError: the script's tables differ from ours.
    """
    fixed = _from_nothing(folder / "fixed", FEWEST_EVENTS)
    idle = _one_more_day(folder / "fixed-day", years=1, events_a_year=FEWEST_EVENTS)
    return {
        "results": [_told(_from_nothing(folder / f"events-{size:g}", size), fixed) for size in events],
        "days": [
            _day_told(
                _one_more_day(folder / f"years-{years}", years=years, events_a_year=events_a_year), idle
            )
            for years in YEARS
        ],
    }


def _from_nothing(root: Path, events: float) -> dict[str, Any]:
    _, made = measure_stage("make_company", root=root, events=events, days=DAYS)
    parsed, _ = measure_stage("parse", root=root)
    ours, nodes = measure_stage("marts", root=root, as_of=made["as_of"])
    script, _ = measure_stage("events_by_hand", root=root, as_of=made["as_of"])
    refuse_differences(measure_stage("compare_events", root=root)[1])
    return {"events": made["events"], "parsed": parsed, "ours": ours, "script": script, "nodes": nodes}


def _told(measured: dict[str, Any], fixed: dict[str, Any]) -> dict[str, Any]:
    ours: Cost = measured["ours"]
    script: Cost = measured["script"]
    grown = (ours.cpu_s - fixed["ours"].cpu_s) / (script.cpu_s - fixed["script"].cpu_s)
    return {
        "events": measured["events"],
        "ratio_cpu": round(ours.cpu_s / script.cpu_s, 3),
        "ratio_cpu_grown": round(grown, 3),
        "cpu_s": round(ours.cpu_s, 2),
        "parse_cpu_s": round(measured["parsed"].cpu_s, 2),
        "fixed_cpu_s": round(fixed["ours"].cpu_s, 2),
        "wall_s": round(ours.wall_s, 2),
        "peak_mib": round(ours.peak_mib, 1),
        "script_cpu_s": round(script.cpu_s, 2),
        "script_peak_mib": round(script.peak_mib, 1),
        "nodes": sorted(measured["nodes"], key=lambda node: -node["seconds"])[:8],
    }


def _one_more_day(root: Path, *, years: int, events_a_year: float) -> dict[str, Any]:
    size = {"events": events_a_year * years, "days": DAYS * years}
    _, made = measure_stage("make_company", root=root, **size)
    measure_stage("parse", root=root)
    full, _ = measure_stage("marts", root=root, as_of=made["as_of"])
    _, added = measure_stage("add_day", root=root, **size)
    day, nodes = measure_stage("marts", root=root, as_of=added["as_of"])
    return {"years": years, "events": made["events"], "full": full, "day": day, "nodes": nodes}


def _day_told(measured: dict[str, Any], idle: dict[str, Any]) -> dict[str, Any]:
    full, day = measured["full"].cpu_s, measured["day"].cpu_s
    beyond = full - idle["full"].cpu_s
    return {
        "years": measured["years"],
        "events": measured["events"],
        "full_cpu_s": round(full, 2),
        "day_cpu_s": round(day, 2),
        "idle_day_cpu_s": round(idle["day"].cpu_s, 2),
        "share": round(day / full, 4),
        "share_grown": round((day - idle["day"].cpu_s) / beyond, 4) if beyond > 0 else None,
        "nodes": sorted(measured["nodes"], key=lambda node: -node["seconds"])[:8],
    }
