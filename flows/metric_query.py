"""Metrics read from the newest snapshot: MetricFlow compiles, values are bound, nothing is written."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from countersign.core.contracts import Snapshot
from countersign.core.errors import QualityError, SnapshotError
from countersign.core.hashing import sha256_hex
from countersign.core.snapshot import latest_snapshot, open_granted
from countersign.core.warehouse import quote_text
from countersign.core.whole_file import write_whole
from countersign.core.workspace import Workspace
from flows import metric_sql
from flows.metric_catalogue import SPLITS, Grain, Mart, read_catalogue
from flows.metric_request import MetricQuery, Resolved, resolve_query
from flows.metric_sql import Grouping, compile_statement, open_engine, read_semantic_manifest, reading_of

# Name of the column that holds the first day of each period, by grain.
PERIOD_COLUMNS: Mapping[Grain, str] = {"day": "report_day", "week": "week_start", "month": "month_start"}

# These shape the SQL, too: a new release must not serve what an old one compiled.
_SHAPING = (Path(__file__), Path(metric_sql.__file__))

_PARAMETER = re.compile(r"\$(since|until|where_\d+)\b")


@dataclass(frozen=True)
class Answer:
    """Rows of a query, the snapshot they were read from, and the SQL with its values written in."""

    resolved: Resolved
    snapshot: Snapshot
    rows: list[dict[str, Any]]
    sql: str


def read_manifest(workspace: Workspace) -> str:
    """The semantic manifest of the marts built here; before the first build, that of the project."""
    from flows.dbt_build import parse_project

    try:
        return read_semantic_manifest(workspace)
    except QualityError:
        parse_project(workspace)
        return read_semantic_manifest(workspace)


def newest_snapshot(workspace: Workspace) -> Snapshot:
    """The newest snapshot.

    Raises:
        SnapshotError: nothing was ever run here.
    """
    snapshot = latest_snapshot(workspace)
    if snapshot is None:
        raise SnapshotError(
            "There is no snapshot to read metrics from.",
            found=f"no run in {workspace.root}",
            fix="`countersign run weekly` builds the marts and takes one",
        )
    return snapshot


def answer_query(workspace: Workspace, query: MetricQuery) -> Answer:
    """Read metrics from the newest snapshot.

    Raises:
        SettingsError: the query cannot be answered; the error says what can.
        SnapshotError: there is no snapshot, or it is older than the metric.
    """
    snapshot = newest_snapshot(workspace)
    manifest = read_manifest(workspace)
    resolved = resolve_query(read_catalogue(manifest), query)
    sql, values = compile_query(workspace, manifest, resolved), _values(query)
    rows = _read(workspace, snapshot, _marts(resolved), sql=sql, values=values)
    return Answer(resolved, snapshot, rows, write_values_in(sql, values))


def compile_query(workspace: Workspace, manifest: str, resolved: Resolved) -> str:
    """The SQL of a query with `$` parameters, kept in state/dbt by manifest and request."""
    # Values are parameters, so that the same question of another week is compiled already.
    query, names = resolved.query, [entry.name for entry in resolved.entries]
    request = repr((query.metrics, names, resolved.keys, query.grain, _conditions(resolved)))
    made_from = sha256_hex(manifest.encode() + b"".join(path.read_bytes() for path in _SHAPING))
    cache = workspace.state / "dbt" / "metric_queries.json"
    kept = _read_kept(cache, made_from)
    if request not in kept:
        kept[request] = _compile(manifest, resolved)
        write_whole(cache, json.dumps({"made_from": made_from, "sql": kept}, indent=1))
    return kept[request]


def write_values_in(sql: str, values: Mapping[str, object]) -> str:
    """SQL with its parameters as literals, for people to read and run."""

    def literal(found: re.Match[str]) -> str:
        value = values[found[1]]
        return f"date '{value}'" if isinstance(value, date) else quote_text(str(value))

    return _PARAMETER.sub(literal, sql)


def _compile(manifest: str, resolved: Resolved) -> str:
    query = resolved.query
    types = {metric["name"]: metric for metric in json.loads(manifest)["metrics"]}
    readings = [
        reading_of(types[entry.name], name=asked)
        for asked, entry in zip(query.metrics, resolved.entries, strict=True)
    ]
    groupings = [Grouping(name, name, name) for name in resolved.keys]
    if query.grain is not None:
        column = PERIOD_COLUMNS[query.grain]
        asked = f"metric_time__{query.grain}"
        groupings.insert(0, Grouping(asked, f"cast({asked} as date) as {column}", column))
    return compile_statement(
        open_engine(manifest), readings, groupings=groupings, where=_conditions(resolved)
    )


def _conditions(resolved: Resolved) -> list[str]:
    query = resolved.query
    time = f"{{{{ TimeDimension('metric_time', '{resolved.window_grain}') }}}}"
    conditions = [f"cast({time} as date) >= $since"] if query.since else []
    conditions += [f"cast({time} as date) < $until"] if query.until else []
    for name in dict.fromkeys(name for name, _ in query.where):
        marks = ", ".join(f"$where_{place}" for place, (other, _) in enumerate(query.where) if other == name)
        entity = SPLITS.get(name, (name,))[-1]
        conditions.append(f"cast({{{{ Entity('{entity}') }}}} as varchar) in ({marks})")
    return conditions


def _values(query: MetricQuery) -> dict[str, object]:
    window = {"since": query.since, "until": query.until}
    values: dict[str, object] = {name: day for name, day in window.items() if day is not None}
    return values | {f"where_{place}": value for place, (_, value) in enumerate(query.where)}


def _marts(resolved: Resolved) -> list[Mart]:
    return list({mart.name: mart for entry in resolved.entries for mart in entry.marts}.values())


def _read(
    workspace: Workspace,
    snapshot: Snapshot,
    marts: Sequence[Mart],
    *,
    sql: str,
    values: Mapping[str, object],
) -> list[dict[str, Any]]:
    missing = [mart.name for mart in marts if mart.name not in snapshot.tables]
    if missing:
        raise _too_old(snapshot, f"it holds no {', '.join(missing)}")
    # Whoever asks owns the workspace, so whole tables; the connection still reaches nothing else.
    grants = {mart.name: list(snapshot.tables[mart.name].columns) for mart in marts}
    with closing(open_granted(workspace, snapshot, grants=grants)) as connection:
        try:
            cursor = connection.execute(sql, dict(values))
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            raise _too_old(snapshot, str(error).splitlines()[0][:200]) from error
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _too_old(snapshot: Snapshot, found: str) -> SnapshotError:
    return SnapshotError(
        "The newest snapshot does not hold what this metric is read from.",
        found=f"{snapshot.id}: {found}",
        fix="`countersign run weekly` takes a snapshot of today's marts",
    )


def _read_kept(cache: Path, made_from: str) -> dict[str, str]:
    try:
        kept = json.loads(cache.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    is_ours = isinstance(kept, dict) and kept.get("made_from") == made_from
    return dict(kept["sql"]) if is_ours else {}
