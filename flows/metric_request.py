"""What somebody asks of the metrics, held against what the marts can say: resolved, or refused in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches

from countersign.core.errors import SettingsError
from flows.metric_catalogue import GRAINS, SPLITS, Catalogue, Grain, MetricEntry


@dataclass(frozen=True)
class MetricQuery:
    """Metrics by name, split by dimensions and time. The window is half-open: `until` is not in it.

    `where` holds dimension and value; values of one dimension are alternatives, dimensions all must hold.
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: Grain | None = None
    since: date | None = None
    until: date | None = None
    where: tuple[tuple[str, str], ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Every dimension it names, to split by or to filter on."""
        return tuple(dict.fromkeys((*self.by, *(name for name, _ in self.where))))


@dataclass(frozen=True)
class Resolved:
    """A query that can be answered: which metric answers each name, and the grain of its window."""

    query: MetricQuery
    entries: tuple[MetricEntry, ...]
    window_grain: Grain

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns to split by; a split such as `campaign` is several.

        Over several marts its name is left out: two marts may name one campaign differently, and the rows
        of that campaign would not meet.
        """
        last = -1 if len(_marts(self.entries)) > 1 else None
        columns = (SPLITS[name][:last] if name in SPLITS else (name,) for name in self.query.by)
        return tuple(dict.fromkeys(column for group in columns for column in group))


def resolve_query(catalogue: Catalogue, query: MetricQuery) -> Resolved:
    """Which metrics answer a query.

    Raises:
        SettingsError: a metric or dimension nobody defined, a split or grain that no mart holds, or a
            window that does not fall on the edges of its grain.
    """
    entries = tuple(_entry(catalogue, name, query) for name in query.metrics)
    _check_names(query, entries)
    coarsest = max((entry.grain for entry in entries), key=GRAINS.index)
    window_grain = coarsest if query.grain is None else query.grain
    _check_window(query, entries, window_grain)
    return Resolved(query, entries, window_grain)


def find_metric(catalogue: Catalogue, name: str) -> MetricEntry:
    """A metric by name.

    Raises:
        SettingsError: there is none; the error says which were meant, perhaps.
    """
    if name in catalogue.metrics:
        return catalogue.metrics[name]
    labels = {entry.label.lower(): entry.name for entry in catalogue.kpis}
    spelt = name.strip().lower().replace("-", "_").replace(" ", "_")
    meant = get_close_matches(spelt, [entry.name for entry in catalogue.kpis], n=2, cutoff=0.6)
    meant += [labels[label] for label in get_close_matches(name.lower(), labels, n=1, cutoff=0.6)]
    raise SettingsError(
        "There is no such metric.",
        found=name,
        fix=f"{_did_you_mean(meant)}`countersign metrics list` names every metric",
    )


def _entry(catalogue: Catalogue, name: str, query: MetricQuery) -> MetricEntry:
    asked = find_metric(catalogue, name)
    readings = catalogue.readings(name) if asked.kpi == name else (asked,)
    _check_dimensions(readings, query)
    for entry in readings:
        fits_time = query.grain is None or query.grain in entry.grains
        if fits_time and _allowed(entry).issuperset(query.dimensions):
            _check_needs(entry, query)
            return entry
    wanted = " and ".join([*query.dimensions, *([query.grain] if query.grain else [])])
    raise SettingsError(
        f"{asked.label} cannot be read that way: no mart holds it by {wanted} together.",
        found=f"it is kept {'; '.join(_say_reading(entry) for entry in readings)}",
        fix="ask for one of these combinations, or for the metrics one at a time",
    )


def _check_dimensions(readings: Sequence[MetricEntry], query: MetricQuery) -> None:
    known = list(dict.fromkeys(name for entry in readings for name in entry.dimensions))
    for name in query.dimensions:
        if not any(name in _allowed(entry) for entry in readings):
            raise SettingsError(
                f"{readings[0].label} has no dimension of that name.",
                found=name,
                fix=f"{_did_you_mean(get_close_matches(name, known, n=1, cutoff=0.5))}"
                f"it can be split by {', '.join(known) or 'nothing'}",
            )


def _marts(entries: Iterable[MetricEntry]) -> set[str]:
    return {mart.name for entry in entries for mart in entry.marts}


def _check_names(query: MetricQuery, entries: Sequence[MetricEntry]) -> None:
    named = {*SPLITS, *(columns[-1] for columns in SPLITS.values())}
    filtered = [name for name, _ in query.where if name in named]
    split = [name for name in query.by if name in named - set(SPLITS)]
    if len(_marts(entries)) > 1 and (filtered or split):
        raise SettingsError(
            "Several marts answer, and they may name one campaign differently.",
            found=f"{', '.join([*filtered, *split])}, over {', '.join(sorted(_marts(entries)))}",
            fix="use campaign_id instead, or ask for the metrics one at a time",
        )


def _check_needs(entry: MetricEntry, query: MetricQuery) -> None:
    missing = [name for name in entry.needs if not {name, *SPLITS.get(name, ())[1:]} & set(query.dimensions)]
    if missing:
        raise SettingsError(
            f"{entry.label} would add up what does not belong together.",
            found=f"neither split nor filtered by {' and '.join(missing)}",
            fix=f"add {' '.join(f'--by {name}' for name in missing)}, or choose one with --where",
        )


def _allowed(entry: MetricEntry) -> set[str]:
    # Whoever knows the id of a campaign may ask by it.
    shared = set.intersection(*(set(mart.dimensions) for mart in entry.marts))
    return shared | set(entry.dimensions)


def _say_reading(entry: MetricEntry) -> str:
    splits = f"by {', '.join(entry.dimensions)}" if entry.dimensions else "in total"
    return f"{splits}, by {' or '.join(entry.grains)} ({' and '.join(mart.name for mart in entry.marts)})"


def _check_window(query: MetricQuery, entries: Sequence[MetricEntry], grain: Grain) -> None:
    edges = [day for day in (query.since, query.until) if day is not None]
    if not edges:
        return
    unfit = [entry for entry in entries if grain not in entry.grains]
    if unfit:
        raise SettingsError(
            f"These metrics have no window in common: {unfit[0].label} is kept by {unfit[0].grain}.",
            found=", ".join(f"{entry.name} by {entry.grain}" for entry in entries),
            fix="ask for them one at a time",
        )
    for day in edges:
        start = start_of(day, grain)
        if start != day:
            raise SettingsError(
                f"The window cuts a {grain} in two; a part of a {grain} would be shown as the whole.",
                found=f"{day}, a {day:%A}",
                fix=f"use {start} or {next_start(day, grain)} (--until is the first day left out)",
            )
    if query.since and query.until and query.since >= query.until:
        raise SettingsError(
            "The window is empty.",
            found=f"--since {query.since} --until {query.until}",
            fix="--until is the first day left out: give a later one",
        )


def start_of(day: date, grain: Grain) -> date:
    """First day of the day, week (Monday) or month that a day lies in."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if grain == "month" else day


def next_start(day: date, grain: Grain) -> date:
    """First day after the day, week or month that a day lies in.

    >>> next_start(date(2026, 12, 9), "month")
    datetime.date(2027, 1, 1)
    """
    longest = {"day": 1, "week": 7, "month": 31}[grain]
    return start_of(start_of(day, grain) + timedelta(days=longest), grain)


def _did_you_mean(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    return f"did you mean {' or '.join(found)}? " if found else ""
