"""Land GA4's export: each week's events and the sessions that began in it, as batches of their own.

Only weeks with files that are new or changed are read again, and those of the day before: its sessions may
go on in them.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from countersign.core.contracts import Batch
from countersign.core.errors import SettingsError, SourceError
from countersign.core.hashing import digest_of
from countersign.core.log import EventLog
from countersign.core.warehouse import quote_text
from countersign.core.whole_file import write_whole
from countersign.core.workspace import Workspace
from countersign.sources.connecting.landing import Load, private_place, read_options
from countersign.sources.connecting.registry import find_connector
from countersign.sources.files.finding import find_files, label_of
from countersign.sources.files.landing import land_tables
from countersign.sources.files.mapping import FileOptions
from countersign.sources.files.planning import mapping_hash_of
from countersign.sources.files.reading import connect
from countersign.sources.ga4_export.unfolding import events_sql, files_sql, sessions_sql

# Weeks that lie unfolded on the disk at a time.
_AT_ONCE = 4

log = EventLog(__name__)


@dataclass(frozen=True)
class ExportFile:
    """One exported file: what tells that it changed, and the days (YYYYMMDD) it holds events of."""

    path: Path
    stamp: str
    days: tuple[str, ...]


def land_export(load: Load) -> list[Batch]:
    """Land what is new in the exported files.

    Raises:
        SourceError: a file is missing or not an export of GA4.
        SettingsError: options do not fit.
    """
    options: Any = read_options(find_connector(load.source.connector or ""), load)
    before = _read_state(load)
    batches: list[Batch] = []
    with private_place(load.workspace) as place, connect(place.root) as connection:
        files = list(_export_files(load, connection, options, before))
        unfolding = Unfolding(connection, files, tuple(options.key_events))
        due = _due_weeks(load, files, before)
        for start in range(0, len(due), _AT_ONCE):
            root = place.root / f"{due[start]}"
            for monday in due[start : start + _AT_ONCE]:
                unfolding.write(monday, root, first=load.source.since or date.min)
            batches += _land(load, root)
            shutil.rmtree(root)
    _write_state(load, files, before)
    log.info("export_landed", source=load.name, files=len(files), batches=len(batches))
    return batches


@dataclass
class Unfolding:
    """Writes flat files of weeks: their events, and the sessions that began in them."""

    connection: duckdb.DuckDBPyConnection
    files: Sequence[ExportFile]
    key_events: tuple[str, ...]
    _found: dict[tuple[str, str], str] = field(default_factory=dict)

    def write(self, monday: date, root: Path, *, first: date) -> None:
        """Write ROOT/events/MONDAY.parquet and ROOT/sessions/MONDAY.parquet, from the first day on.

        Raises:
            SourceError: the files cannot be unfolded.
        """
        days = [
            _export_day(monday + timedelta(days=at))
            for at in range(7)
            if monday + timedelta(days=at) >= first
        ]
        flat = [found for day in days if (found := self._flat(day, root))]
        events = self._written(
            f"select * from ({' union all by name '.join(flat)}) order by micros, event_id",
            root / "events" / f"{monday}.parquet",
        )
        eve, next_day = (self._flat(_shifted(day, by), root) for day, by in ((days[0], -1), (days[-1], 1)))
        self._written(sessions_sql(eve, events, next_day), root / "sessions" / f"{monday}.parquet")

    def _flat(self, day: str, root: Path) -> str | None:
        """A day's events, written once; None when no file holds that day."""
        paths = [file.path for file in self.files if day in file.days]
        target = root / "days" / f"{day}.parquet"
        if paths and not target.is_file():
            self._write_events(day, paths, target)
        return f"(select * from read_parquet({quote_text(str(target))}))" if paths else None

    def _write_events(self, day: str, paths: Sequence[Path], target: Path) -> None:
        files = files_sql(paths, is_parquet=_is_parquet(paths[0]))
        query = events_sql(self.connection, files, day=day, key_events=self.key_events, found=self._found)
        self._written(query, target)

    def _written(self, query: str, target: Path) -> str:
        """Write a query's rows as Parquet; returns them as a relation."""
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.connection.execute(f"copy ({query}) to {quote_text(str(target))} (format parquet)")
        except duckdb.Error as error:
            # DuckDB repeats cells in its messages.
            raise SourceError(
                "An export of GA4 cannot be unfolded.",
                found=f"{target.stem}: {type(error).__name__}",
                fix="export the table events_YYYYMMDD as it is, as Parquet or newline-delimited JSON",
            ) from None
        return f"read_parquet({quote_text(str(target))})"


def _land(load: Load, root: Path) -> list[Batch]:
    return land_tables(
        load.workspace,
        load.company,
        load.name,
        load.source.tables,
        files=Workspace(root),
        landed_at=load.landed_at,
        pseudonym_key=load.pseudonym_key,
    )


def _export_files(
    load: Load, connection: duckdb.DuckDBPyConnection, options: Any, before: dict[str, Any]
) -> Iterator[ExportFile]:
    found = find_files(load.workspace, FileOptions(files=options.files))
    if len({_is_parquet(path) for path in found}) > 1:
        raise SettingsError(
            "An export of GA4 is either Parquet or JSON.",
            found=f"both, in {options.files}",
            fix="name one kind, such as data/ga4/*.parquet, or make two sources",
        )
    fingerprint = _fingerprint(load)
    for path in found:
        label = label_of(load.workspace, path)
        stamp = f"{path.stat().st_size}-{path.stat().st_mtime_ns}-{fingerprint}"
        known = before.get(label, {})
        same = known.get("stamp") == stamp
        yield ExportFile(path, stamp, tuple(known["days"]) if same else _days_of(connection, path, label))


def _days_of(connection: duckdb.DuckDBPyConnection, path: Path, label: str) -> tuple[str, ...]:
    files = files_sql([path], is_parquet=_is_parquet(path))
    try:
        connection.execute(f"describe select event_params[1].value.string_value from {files}")
        rows = connection.execute(
            f"select distinct cast(event_date as varchar) as day from {files} order by day"
        ).fetchall()
        return tuple(datetime.strptime(row[0], "%Y%m%d").strftime("%Y%m%d") for row in rows)  # noqa: DTZ007 a day
    except (duckdb.Error, ValueError, TypeError) as error:
        raise SourceError(
            "A file is not an export of GA4's events.",
            found=f"{label}: {type(error).__name__} on event_date and event_params",
            fix="export the table events_YYYYMMDD from BigQuery as it is, or correct `files`",
        ) from None


def _due_weeks(load: Load, files: Sequence[ExportFile], before: dict[str, Any]) -> list[date]:
    """Mondays of the weeks to read: those of new and changed files, and of the days beside them.

    Raises:
        SourceError: of a week to read, days that landed before are in no file any more.
    """
    there = {day for file in files for day in file.days}
    known = {one["stamp"] for one in before.values()}
    due = {day for file in files if file.stamp not in known for day in file.days}
    due |= {_shifted(day, by) for day in due for by in (-1, 1)}
    if load.since:
        due = {day for day in there if load.since <= _date(day) <= (load.through or date.max)}
    first = load.source.since or date.min
    weeks = sorted({_monday(day) for day in due & there if _date(day) >= first})
    gone = sorted({day for one in before.values() for day in one["days"]} - there)
    lost = [day for day in gone if _monday(day) in weeks and _date(day) >= first]
    if lost:
        raise SourceError(
            "Files of a week that must be read again are gone.",
            found=f"no events of {', '.join(f'{_date(day)}' for day in lost[:7])} in the files any more",
            fix="put the exported files of those days back, or set `since` to the Monday after them",
        )
    return weeks


def _fingerprint(load: Load) -> str:
    """What else decides the rows: a change of it reads every file again."""
    mappings = [mapping_hash_of(table) for table in load.source.tables]
    return digest_of([mappings, load.source.options, f"{load.source.since}"])[:16]


def _state_path(load: Load) -> Path:
    return load.workspace.state / "sources" / f"{load.name}.export.json"


def _read_state(load: Load) -> dict[str, Any]:
    try:
        known: dict[str, Any] = json.loads(_state_path(load).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        # Without it everything is read again, and lands as the same batches.
        return {}
    return known


def _write_state(load: Load, files: Sequence[ExportFile], before: dict[str, Any]) -> None:
    known = before | {
        label_of(load.workspace, file.path): {"stamp": file.stamp, "days": file.days} for file in files
    }
    write_whole(_state_path(load), json.dumps(known, indent=2, sort_keys=True) + "\n")


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() == ".parquet"


def _date(day: str) -> date:
    return date(int(day[:4]), int(day[4:6]), int(day[6:]))


def _export_day(day: date) -> str:
    return day.strftime("%Y%m%d")


def _monday(day: str) -> date:
    return _date(day) - timedelta(days=_date(day).weekday())


def _shifted(day: str, days: int) -> str:
    return _export_day(_date(day) + timedelta(days=days))
