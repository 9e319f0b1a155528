"""What attribution costs against the fastest package by others: same paths, same machine, same run."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from countersign.analytics.attribution.credits import Model
from countersign.core.errors import PipelineError
from flows.bench.other_packages import RUNS

# A package that needs longer at one size is reported as such and not waited for.
LIMIT_S = 300.0

_REPEATS = 3
# Whoever took longer than this is not asked again: the machine's noise is small beside it.
_LONG_S = 10.0

# Journeys of 1 to 40 touches, 4 on average, over 12 channels of unequal size; one in eight converts.
_PATHS = """
    create or replace table paths as
    select
        array_to_string(list_transform(range(touches), lambda place: 'channel '
            || cast(floor(12 * pow((hash(journey * 41 + place) % 1000003) / 1000003.0, 1.8)) as integer)),
            ' > ')
            as path,
        cast(hash(journey * 3 + 1) % 8 = 0 as integer) as conversions,
        if(hash(journey * 3 + 1) % 8 = 0, (hash(journey) % 100000) / 100.0, 0) as value,
        cast(hash(journey * 3 + 1) % 8 <> 0 as integer) as nulls
    from (
        select range as journey,
            1 + least(cast(floor(-3.48 * ln(1 - (hash(range * 7 + 5) % 1000003) / 1000003.0)) as integer), 39)
            as touches
        from range(cast({touches} / 4 as bigint))
    )
"""


def measure_attribution(root: Path, *, touches: Sequence[float], limit_s: float = LIMIT_S) -> dict[str, Any]:
    """Seconds of ours and of the fastest package, by size and model.

    Each run is a process of its own. It opens or reads the paths before the clock starts: ours a DuckDB
    table, the others a frame in memory. What it answers must equal ours.

    Args:
        root: an empty directory.
        touches: sizes, in touches.
        limit_s: seconds after which a package is not waited for.

    Returns:
        `results`: per size and model `touches`, `model`, `ours_s`, `fastest_package`, `fastest_s`, `ratio`,
        and what became of every package. The model `all` is one call of ours against the sum of the fastest.

    Raises:
        PipelineError: a package answers differently, or ours failed.
    """
    root.mkdir(parents=True, exist_ok=True)
    results = []
    for size in touches:
        paths = _write(root, size)
        found = [_measure_model(paths, model, size, limit_s) for model in RUNS]
        results += [*found, _all_together(paths, found, size)]
    return {"limit_s": limit_s, "results": results}


def _write(root: Path, touches: float) -> Path:
    path = root / f"paths-{touches:g}.duckdb"
    if not path.exists():
        with duckdb.connect(str(path)) as connection:
            connection.execute(_PATHS.format(touches=float(touches)))
    return path


def _measure_model(paths: Path, model: str, touches: float, limit_s: float) -> dict[str, Any]:
    packages = {name: _run(paths, model, name, limit_s=limit_s) for name in RUNS[model]}
    ours = _ours(paths, [model])
    for name, answer in packages.items():
        if "credits" in answer:
            # do_attribution shares out the total, and mam each path its own: ours does both.
            other = _ours(paths, [model], spread="total") if name == "do_attribution" else ours
            refuse_difference(name, model, ours=other["credits"][model], theirs=answer["credits"])
    timed = {name: answer["seconds"] for name, answer in packages.items() if "seconds" in answer}
    fastest = min(timed, key=lambda name: timed[name]) if timed else None
    return {
        "touches": int(touches),
        "model": model,
        "ours_s": round(ours["seconds"], 3),
        "fastest_package": fastest,
        "fastest_s": round(timed[fastest], 3) if fastest else None,
        "ratio": round(timed[fastest] / ours["seconds"], 1) if fastest else None,
        "packages": {
            name: answer.get("problem") or round(answer["seconds"], 3) for name, answer in packages.items()
        },
    }


def _all_together(paths: Path, found: list[dict[str, Any]], touches: float) -> dict[str, Any]:
    ours = _ours(paths, list(RUNS))["seconds"]
    known = [one["fastest_s"] for one in found if one["fastest_s"] is not None]
    return {
        "touches": int(touches),
        "model": "all",
        "ours_s": round(ours, 3),
        "fastest_package": "the fastest for each model",
        "fastest_s": round(sum(known), 3) if len(known) == len(found) else None,
        "ratio": round(sum(known) / ours, 1) if len(known) == len(found) else None,
        "packages": {},
    }


def refuse_difference(package: str, model: str, *, ours: dict[str, float], theirs: dict[str, float]) -> None:
    """Nothing is compared whose answers differ.

    Raises:
        PipelineError: a channel's credit differs by more than a millionth.
    """
    for channel, credit in ours.items():
        if abs(theirs.get(channel, 0.0) - credit) > 1e-6 * max(1.0, abs(credit)):
            raise PipelineError(
                "A package answers differently from us, so their times are not compared.",
                found=f"{package}, {model}, {channel}: {theirs.get(channel, 0.0)!r}, ours {credit!r}",
                fix="find out whose definition changed: docs/attribution.md says what each package does",
            )


def _ours(paths: Path, models: Sequence[str], *, spread: str = "by_path") -> dict[str, Any]:
    answer = _run(paths, ",".join(models), "ours", limit_s=3600, spread=spread)
    if "problem" in answer:
        raise PipelineError(
            "Our own attribution failed, so nothing was measured.",
            found=answer["problem"],
            fix="run `countersign bench attribution --touches 1e5` to see whether the size is the reason",
        )
    return answer


def _run(paths: Path, model: str, who: str, *, limit_s: float, spread: str = "by_path") -> dict[str, Any]:
    command = [sys.executable, "-m", "flows.bench.attribution", str(paths), model, who, spread]
    try:
        done = subprocess.run(  # noqa: S603 our own command
            command, capture_output=True, text=True, timeout=limit_s, check=False
        )
    except subprocess.TimeoutExpired:
        return {"problem": f"more than {limit_s:g} s"}
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        return {"problem": last[:200]}
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


# ---------------------------------------------------------------- in a process of its own


def main() -> None:
    """Run one model of one package, or of ours, and write seconds and credits as the last line."""
    paths, model, who, spread = sys.argv[1:5]
    connection = duckdb.connect(paths, read_only=True)
    run = _our_run(connection, model, spread) if who == "ours" else _their_run(connection, model, who)
    seconds, credits = _timed(run)
    sys.stdout.write("\n" + json.dumps({"seconds": seconds, "credits": credits}) + "\n")


def _timed(run: Any) -> tuple[float, Any]:
    import time

    best, answer = float("inf"), None
    for _ in range(_REPEATS):
        started = time.perf_counter()
        answer = run()
        best = min(best, time.perf_counter() - started)
        if best > _LONG_S:
            break
    return best, answer


def _our_run(connection: duckdb.DuckDBPyConnection, models: str, spread: Any) -> Any:
    from countersign.analytics.attribution.paths_table import attribute

    chosen: list[Model] = models.split(",")  # type: ignore[assignment]

    def run() -> dict[str, dict[str, float]]:
        found = attribute(connection, "paths", models=chosen, markov_spread=spread)
        return {
            model: dict(zip(one.channels, one.credit.tolist(), strict=True)) for model, one in found.items()
        }

    return run


def _their_run(connection: duckdb.DuckDBPyConnection, model: str, package: str) -> Any:
    from flows.bench.other_packages import import_package

    import_package(package)
    frame = connection.execute("select path, conversions as converted, 1 as one from paths").df()
    return lambda: RUNS[model][package](frame)


if __name__ == "__main__":
    main()
