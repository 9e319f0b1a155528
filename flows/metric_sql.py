"""SQL of every metric, compiled by MetricFlow from the semantic models: each metric has one definition."""

import json
from pathlib import Path
from typing import Any

from countersign.core.errors import QualityError
from countersign.core.hashing import sha256_hex
from countersign.core.telemetry import switch_telemetry_off
from countersign.core.workspace import Workspace
from flows.dbt_build import target_dir

_WEEK = ("metric_time__week", "cast(metric_time__week as date) as week_start", "week_start")
_CHANNEL = ("channel", "channel", "channel")

# Key of the SQL, and per grouping: MetricFlow's name, our output column, what to order by.
GROUPINGS = {
    "by_week": (_WEEK,),
    "by_channel_week": (_WEEK, _CHANNEL),
    "by_channel": (_CHANNEL,),
}


def explain_metrics(workspace: Workspace) -> dict[str, str]:
    """One statement per key of GROUPINGS: the grouping columns, then one column per metric.

    The SQL names tables as `warehouse.marts.TABLE` and so runs on the warehouse and on a snapshot alike.
    Compiled once per semantic manifest and kept in state/dbt/metric_sql.json.

    Raises:
        QualityError: the marts were never built here, or a metric cannot be compiled.
    """
    manifest = read_semantic_manifest(workspace)
    # This file shapes the SQL too: a new release must not serve what an old one compiled.
    made_from = sha256_hex(manifest.encode() + Path(__file__).read_bytes())
    cache = workspace.state / "dbt" / "metric_sql.json"
    kept = _read_cache(cache)
    if kept.get("made_from") == made_from:
        return dict(kept["sql"])
    sql = _compile(manifest)
    cache.write_text(json.dumps({"made_from": made_from, "sql": sql}, indent=1), encoding="utf-8")
    return sql


def read_semantic_manifest(workspace: Workspace) -> str:
    """The semantic manifest, as dbt wrote it when it parsed the project.

    Raises:
        QualityError: the marts were never built in this workspace.
    """
    path = target_dir(workspace) / "semantic_manifest.json"
    if not path.is_file():
        raise QualityError(
            "There are no metrics yet.",
            found=f"no file at {path}",
            fix="build the marts first (`countersign run weekly`)",
        )
    return path.read_text(encoding="utf-8")


def _read_cache(cache: Path) -> dict[str, Any]:
    try:
        kept = json.loads(cache.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and isinstance(kept.get("sql"), dict) else {}


def _compile(manifest: str) -> dict[str, str]:
    switch_telemetry_off()
    from metricflow.engine.metricflow_engine import MetricFlowEngine
    from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    parsed = parse_manifest_from_dbt_generated_manifest(manifest)
    engine = MetricFlowEngine(SemanticManifestLookup(parsed), _no_connection())
    metrics = json.loads(manifest)["metrics"]
    return {key: _statement(engine, metrics, key=key) for key in GROUPINGS}


def _statement(engine: Any, metrics: list[dict[str, Any]], *, key: str) -> str:
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    groupings = GROUPINGS[key]
    request = MetricFlowQueryRequest.create(
        metric_names=[metric["name"] for metric in metrics],
        group_by_names=[asked for asked, _, _ in groupings],
    )
    lines = engine.explain(request).sql_statement.sql.strip().rstrip(";").splitlines()
    # MetricFlow's remarks on its own plan are longer than the SQL that people read as evidence.
    inner = "\n".join(f"  {line}" for line in lines if line.strip() and not line.lstrip().startswith("--"))
    columns = ",\n  ".join([*(column for _, column, _ in groupings), *map(_column, metrics)])
    order = ", ".join(ordered for _, _, ordered in groupings)
    return f"SELECT\n  {columns}\nFROM (\n{inner}\n) AS metrics\nORDER BY {order}"


def _column(metric: dict[str, Any]) -> str:
    # MetricFlow divides as DOUBLE; money leaves as the marts' own decimals, so that it recomputes exactly.
    name = metric["name"]
    if metric["type"] == "ratio" and metric["config"]["meta"]["unit"] == "currency":
        return f"CAST({name} AS DECIMAL(18, 6)) AS {name}"
    return str(name)


def _no_connection() -> Any:
    # Explaining needs the dialect only; anything that would run SQL is a mistake and says so.
    from metricflow.protocols.sql_client import SqlEngine
    from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

    class DialectOnly:
        """MetricFlow's SQL client without a database behind it."""

        sql_engine_type = SqlEngine.DUCKDB
        sql_plan_renderer = DuckDbSqlPlanRenderer()

        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"explaining metrics must not call {name}")

    return DialectOnly()
