"""Write the demo company into a workspace: its drop files, its config and the truth about it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from countersign.core.errors import SourceError
from countersign.core.workspace import shipped
from countersign.sources.demo import company
from countersign.sources.demo.drops import (
    Drop,
    first_drops,
    more_drops,
    second_drops,
    without_apis,
    write_drop,
)
from countersign.sources.demo.simulate import BudgetChange, World, simulated
from countersign.sources.demo.truth import read_via, read_world, read_written_world, write_truth

_WEEK = timedelta(days=7)
# The first day of the demo's history as config/sources.yaml says it; other lengths have another.
_SHIPPED_SINCE = "since: 2026-05-18"
_FILE_SOURCES = Path(__file__).with_name("file_sources.yaml")

# Whether the company's systems drop files, or connectors read them from the vendor sandbox.
Via = Literal["files", "connectors"]


@dataclass(frozen=True)
class DemoCompany:
    """What was written: paths are relative to `root`; history is the days [first_day, until).

    `since` is the first day that is new; `budgets` are the changes that were carried out so far.
    """

    name: str
    root: Path
    seed: int
    scale: float
    first_day: date
    until: date
    files: tuple[Path, ...]
    truth: Path
    since: date
    budgets: tuple[BudgetChange, ...]


def write_demo(
    root: Path,
    *,
    seed: int = company.SEED,
    weeks: int = company.WEEKS,
    scale: float = 1.0,
    until: date | None = None,
    via: Via = "files",
) -> DemoCompany:
    """Write `weeks` of the demo company's exports below root/data, config/*.yaml and truth.json.

    The same arguments give the same bytes. Config files that exist are kept.

    Args:
        root: the workspace; made when missing.
        seed: whose luck; 0 or more.
        weeks: length of the history; 6 or more, so that incidents have a before.
        scale: 1.0 is about 125,000 sessions in 26 weeks; leads, spend and deals grow with it.
        until: exclusive last day, a Monday; 2026-11-16 when absent, so that the demo can be repeated.
        via: "files" drops an export of every system; "connectors" drops only web sessions
            and exchange rates, and maps the other sources to connectors that read the vendor sandbox.

    Raises:
        SourceError: an argument does not fit, or a file cannot be written.
    """
    end = until or company.UNTIL
    _check_arguments(seed, weeks=weeks, scale=scale, until=end)
    world = World(seed=seed, scale=scale, first_day=end - weeks * _WEEK, anchor=end, until=end)
    return _write(root, world, since=world.first_day, drops=first_drops(world.first_day, until=end), via=via)


def write_second_week(root: Path, *, seed: int | None = None) -> DemoCompany:
    """Write the demo's next week into a workspace that holds its first weeks.

    New files for the new week, late and restated data for the two before; truth.json lists them.
    Seed, scale and dates come from truth.json, so that the same world goes on.

    Args:
        root: the workspace that `write_demo` filled.
        seed: only to be sure: must be the seed of the first weeks.

    Raises:
        SourceError: the workspace holds no demo company, or one of another seed.
    """
    first = read_world(root)
    if seed is not None and seed != first.seed:
        raise SourceError(
            "The second week must go on from the same seed.",
            found=f"seed {seed}, but the first weeks were written with seed {first.seed}",
            fix=f"leave the seed out or give {first.seed}",
        )
    world = replace(first, until=first.anchor + _WEEK)
    return _write(root, world, since=first.anchor, drops=second_drops(first.anchor), via=read_via(root))


def write_more_weeks(root: Path, *, weeks: int, budgets: tuple[BudgetChange, ...] = ()) -> DemoCompany:
    """Write the next weeks of the demo into a workspace, going on from the last week that was written.

    Args:
        root: the workspace that `write_demo` filled.
        weeks: how many; 1 to 26.
        budgets: changes to carry out in these weeks, beside those of earlier ones; truth.json keeps them.

    Raises:
        SourceError: the workspace holds no demo company, `weeks` does not fit, or a change lies in the past.
    """
    known = read_written_world(root)
    past = [change.start for change in budgets if change.start < known.until]
    if not 1 <= weeks <= company.WEEKS or past:
        raise SourceError(
            "The demo company cannot go on like this.",
            found=f"a budget changed on {past[0]}, which was written already" if past else f"{weeks} weeks",
            fix=f"give 1 to {company.WEEKS} weeks, and changes from {known.until} on",
        )
    world = replace(known, until=known.until + weeks * _WEEK, budgets=(*known.budgets, *budgets))
    drops = more_drops(known.until, weeks=weeks)
    return _write(root, world, since=known.until, drops=drops, via=read_via(root))


def _write(root: Path, world: World, *, since: date, drops: tuple[Drop, ...], via: Via) -> DemoCompany:
    root.mkdir(parents=True, exist_ok=True)
    if via == "connectors":
        drops = without_apis(drops)
    with simulated(world) as connection:
        files = tuple(write_drop(connection, root, drop=drop) for drop in drops)
    _copy_config(root, via, first_day=world.first_day)
    truth = write_truth(root, world, via=via)
    return DemoCompany(
        name=company.NAME,
        root=root,
        seed=world.seed,
        scale=world.scale,
        first_day=world.first_day,
        until=world.until,
        files=files,
        truth=truth.relative_to(root),
        since=since,
        budgets=world.budgets,
    )


def _copy_config(root: Path, via: Via, *, first_day: date) -> None:
    (root / "config").mkdir(exist_ok=True)
    for source in sorted(shipped("config").glob("*.yaml")):
        target = root / "config" / source.name
        if source.name == "sources.yaml" and via == "files":
            source = _FILE_SOURCES
        # what a person changed in their demo workspace stays
        if not target.exists():
            text = source.read_text(encoding="utf-8")
            target.write_text(text.replace(_SHIPPED_SINCE, f"since: {first_day}"), encoding="utf-8")


def _check_arguments(seed: int, *, weeks: int, scale: float, until: date) -> None:
    problems = (
        (seed < 0, "seed", seed, "give a seed of 0 or more"),
        (weeks < 6, "weeks", weeks, "give at least 6 weeks, so that incidents have a before"),
        (not 0 < scale <= 1000, "scale", scale, "give a scale above 0, up to 1000"),
        (until.weekday() != 0, "until", until, "give a Monday: the day after the last full week"),
    )
    for is_wrong, name, value, fix in problems:
        if is_wrong:
            raise SourceError(
                "The demo company cannot be made with this.", found=f"{name} = {value}", fix=fix
            )
