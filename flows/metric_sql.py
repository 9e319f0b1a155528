"""SQL of every metric, compiled by MetricFlow from the semantic models: each metric has one definition."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countersign.core.errors import QualityError
from countersign.core.hashing import sha256_hex
from countersign.core.telemetry import switch_telemetry_off
from countersign.core.workspace import Workspace
from flows.dbt_build import target_dir

# Metrics that travel in a snapshot's manifest, for the agents' facts: all over channel_day, in the columns'
# order. An agent is granted the columns that these read, and no others.
STORED = (
    "spend", "impressions", "clicks", "sessions", "leads", "mqls", "accepted_leads", "rejected_leads",
    "customers", "opportunities", "pipeline", "revenue", "decided_leads", "cost_per_lead",
    "cost_per_accepted_lead", "cac", "conversion_rate", "sales_acceptance_rate",
)  # fmt: skip


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


@dataclass(frozen=True)
class Grouping:
    """One thing to group by: MetricFlow's name, our output column, and its name."""

    asked: str
    column: str
    name: str


@dataclass(frozen=True)
class Reading:
    """One metric to read: its name and the name of its column; money leaves as the marts' own decimals."""

    metric: str
    name: str
    is_money_ratio: bool = False

    @property
    def column(self) -> str:
        """The output column; MetricFlow divides as DOUBLE, and money must recompute exactly."""
        cast = f"CAST({self.metric} AS DECIMAL(18, 6))" if self.is_money_ratio else self.metric
        return cast if cast == self.name else f"{cast} AS {self.name}"


_WEEK = Grouping("metric_time__week", "cast(metric_time__week as date) as week_start", "week_start")
_CHANNEL = Grouping("channel", "channel", "channel")

# By key of the SQL.
GROUPINGS = {"by_week": (_WEEK,), "by_channel_week": (_WEEK, _CHANNEL), "by_channel": (_CHANNEL,)}


def open_engine(manifest: str) -> Any:
    """MetricFlow over a semantic manifest, for compiling only; it has no database behind it."""
    switch_telemetry_off()
    from metricflow.engine.metricflow_engine import MetricFlowEngine
    from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    parsed = parse_manifest_from_dbt_generated_manifest(manifest)
    return MetricFlowEngine(SemanticManifestLookup(parsed), _no_connection())


def compile_statement(
    engine: Any,
    readings: Sequence[Reading],
    *,
    groupings: Sequence[Grouping],
    where: Sequence[str] = (),
) -> str:
    """One statement: the grouping columns, then one column per metric, in the groupings' order.

    Args:
        engine: as `open_engine` gives it.
        readings: the metrics.
        groupings: what to group by; none gives one row.
        where: conditions in MetricFlow's templates; values belong in parameters such as `$since`.
    """
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    request = MetricFlowQueryRequest.create(
        metric_names=list(dict.fromkeys(reading.metric for reading in readings)),
        group_by_names=[grouping.asked for grouping in groupings],
        where_constraints=list(where) or None,
    )
    lines = engine.explain(request).sql_statement.sql.strip().rstrip(";").splitlines()
    # MetricFlow's remarks on its own plan are longer than the SQL that people read as evidence.
    inner = "\n".join(f"  {line}" for line in lines if line.strip() and not line.lstrip().startswith("--"))
    columns = ",\n  ".join([*(item.column for item in groupings), *(item.column for item in readings)])
    order = ", ".join(grouping.name for grouping in groupings)
    statement = f"SELECT\n  {columns}\nFROM (\n{inner}\n) AS metrics"
    return f"{statement}\nORDER BY {order}" if order else statement


def _compile(manifest: str) -> dict[str, str]:
    engine = open_engine(manifest)
    types = {metric["name"]: metric for metric in json.loads(manifest)["metrics"]}
    readings = [reading_of(types[name]) for name in STORED]
    return {
        key: compile_statement(engine, readings, groupings=groupings) for key, groupings in GROUPINGS.items()
    }


def reading_of(metric: Mapping[str, Any], *, name: str | None = None) -> Reading:
    """How a metric of the manifest is read, in a column of its own name or another."""
    is_money_ratio = metric["type"] == "ratio" and metric["config"]["meta"]["unit"] == "currency"
    return Reading(metric["name"], name or metric["name"], is_money_ratio)


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
