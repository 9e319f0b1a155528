"""Keep figures in data/manual/kpis.csv, whole or not at all, and say how that file is mapped."""

import csv
import fcntl
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from countersign.core.errors import SettingsError, SourceError
from countersign.core.whole_file import write_whole
from countersign.core.workspace import Workspace
from countersign.sources.files.drafting.draft import Draft, write_draft
from countersign.sources.files.finding import find_files
from countersign.sources.files.sources_file import Source, read_sources
from countersign.sources.manual.figures import Figure

FILE = "data/manual/kpis.csv"
NAME = "manual_kpis"
HEADER = (
    "kpi", "segment", "period_start", "period_end", "value", "unit", "sample_size", "measured_by",
    "entered_at", "entered_by",
)  # fmt: skip
# The entry that docs/sources/manual_kpis.md explains.
ENTRY = f"""\
  {NAME}:
    description: Figures that people measure and enter by hand.
    origin: entered with `countersign data record-kpi`
    tables:
      - table: manual_kpis
        files: {FILE}
        columns:
          kpi: kpi
          segment: {{column: segment, default: ""}}
          period_start: period_start
          period_end: period_end
          value: value
          unit: unit
          sample_size: sample_size
          measured_by: measured_by
          entered_on: entered_at
"""


def record_figure(workspace: Workspace, figure: Figure, *, replace: bool = False) -> Path:
    """Add a checked figure to the file; two people who enter at once both find theirs in it.

    Args:
        workspace: whose file it is.
        figure: what was measured.
        replace: take the place of a figure of the same KPI, segment and period.

    Raises:
        SettingsError: there is such a figure with another value, and `replace` is not said.
        SourceError: the file has another header.
    """
    path = workspace.root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.parent):
        header, rows = _read(path)
        same = [row for row in rows if _key(row) == figure.key]
        if same and _said(same[0]) == _said(figure.cells()):
            return path
        if same and not replace:
            kept = same[0]
            raise SettingsError(
                "This figure is in the file with another value.",
                found=f"{kept['kpi']} from {kept['period_start']}: {kept['value']} {kept['unit']}",
                fix="add --replace to correct it; the next load then restates it",
            )
        others = [row for row in rows if row not in same]
        _write(path, header, [*others, figure.cells()])
    return path


def mapped_by(workspace: Workspace) -> str | None:
    """The source that lands the file, or None while nothing maps it."""
    file = (workspace.root / FILE).resolve()
    for name, source in _sources(workspace).items():
        for table in source.tables:
            if table.table == "manual_kpis" and not source.connector and not source.adopted:
                try:
                    found = find_files(workspace, table)
                except (SourceError, SettingsError):
                    continue
                if file in found:
                    return name
    return None


def map_file(workspace: Workspace) -> None:
    """Add the mapping of the file to config/sources.yaml, leaving every line that is there as it is.

    Raises:
        SettingsError: a source of that name is there already, or the file cannot take another.
    """
    write_draft(workspace, Draft(NAME, "manual_kpis", ENTRY))


def _sources(workspace: Workspace) -> Mapping[str, Source]:
    return read_sources(workspace) if (workspace.config / "sources.yaml").is_file() else {}


def _read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    if not path.is_file() or not path.stat().st_size:
        return list(HEADER), []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    header = rows[0]
    absent = [name for name in HEADER if name not in header]
    ragged = [number for number, row in enumerate(rows[1:], start=2) if row and len(row) != len(header)]
    if absent or ragged or len(set(header)) < len(header):
        raise SourceError(
            "The file of figures is not as it was made.",
            found=f"{FILE}: " + (f"no column {', '.join(absent)}" if absent else f"line {ragged or 1}"),
            fix="put its header back, or move the file away: a new one is begun",
        )
    return header, [dict(zip(header, row, strict=True)) for row in rows[1:] if row]


def _key(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["kpi"], row["segment"], row["period_start"]


def _said(row: Mapping[str, str]) -> list[str]:
    """What a figure says, whoever entered it when."""
    return [row[name] for name in HEADER if not name.startswith("entered_")]


def _write(path: Path, header: list[str], rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time; a dead process keeps nobody waiting."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
