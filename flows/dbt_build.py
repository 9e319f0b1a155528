"""Build the marts: dbt in this process, quiet, with the parsed project reused between builds."""

import gc
import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from countersign.core.attribution_rules import read_attribution_rules
from countersign.core.channels import read_channels
from countersign.core.errors import LockedError, PipelineError, QualityError
from countersign.core.event_marks import read_events
from countersign.core.journey import journey_vars
from countersign.core.telemetry import switch_telemetry_off
from countersign.core.warehouse import open_warehouse, read_rows
from countersign.core.workspace import Company, Workspace, shipped
from flows.incremental import note_green_build, plan_build

_FAILED = ("error", "fail", "runtime error")
_ROWS_SHOWN = 5
_MOST_MEMORY_MIB = 8 * 1024


@dataclass(frozen=True)
class NodeResult:
    """What became of one model or test: `kind` is dbt's resource type, `message` is dbt's own."""

    name: str
    kind: str
    status: str
    seconds: float
    message: str
    sql_file: str = ""
    shows_rows: bool = False
    fix: str = ""


@dataclass(frozen=True)
class BuildResult:
    """A green build: every node that ran, in the order in which they ended."""

    nodes: tuple[NodeResult, ...]
    seconds: float

    @property
    def warned(self) -> tuple[NodeResult, ...]:
        """Tests that found something and are allowed to."""
        return tuple(node for node in self.nodes if node.status == "warn")


def project_dir() -> Path:
    """The dbt project that we ship; nothing is ever written into it."""
    return shipped("dbt_project")


def target_dir(workspace: Workspace) -> Path:
    """Where dbt writes its artifacts."""
    return workspace.state / "dbt" / "target"


def build_marts(
    workspace: Workspace, company: Company, *, as_of: datetime, only: Sequence[str] = ()
) -> BuildResult:
    """Build every model and run every data test on the warehouse as it was before `as_of`.

    Tables that grow by days get the days that changed since the last green build; flows/incremental.py says
    when they are built from nothing. Nothing else in this process may hold the warehouse open meanwhile;
    afterwards nothing of dbt does.

    Args:
        workspace: holds state/warehouse.duckdb with the raw and quality tables.
        company: reporting currency, zone and promises, handed to dbt as vars.
        as_of: exclusive instant with a time zone; rows at or after it are ignored.
        only: dbt selectors of what to build; all of it when empty.

    Raises:
        QualityError: a model or a test failed; the error names it and the rows.
        LockedError: another program has the warehouse open.
    """
    started = time.perf_counter()
    arguments = ["build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
    # Cautious: only tests all of whose tables are built.
    arguments += ["--select", *only, "--indirect-selection", "cautious"] if only else []
    variables = build_vars(company, as_of=as_of, workspace=workspace)
    project = " ".join([project_digest(), *sorted(only)])
    plan = plan_build(workspace, company, variables, project=project, as_of=as_of)
    arguments += ["--full-refresh"] if plan.is_full else []
    results = run_dbt(workspace, arguments, variables={**variables, "changed_days": plan.changed_days})
    nodes = tuple(_node_result(result) for result in results)
    _refuse_failures(nodes, workspace)
    note_green_build(workspace, plan, tables=_growing_tables(results))
    return BuildResult(nodes=nodes, seconds=time.perf_counter() - started)


def build_vars(company: Company, *, as_of: datetime, workspace: Workspace | None = None) -> dict[str, object]:
    """The company's settings and the run's `as_of` as dbt vars.

    Args:
        company: what config/company.yaml says.
        as_of: exclusive instant with a time zone.
        workspace: whose other config files count; without one the project's own defaults do.
    """
    if as_of.tzinfo is None:
        raise ValueError("as_of needs a time zone")
    return {
        "reporting_currency": company.reporting_currency,
        "time_zone": company.time_zone,
        "follow_up_promise_hours": company.follow_up_promise_hours,
        "customer_maturity_days": company.customer_maturity_days,
        "acceptance_maturity_days": company.acceptance_maturity_days,
        "fresh_within_days": company.fresh_within_days,
        "fx_carry_days": company.fx_carry_days,
        "session_timeout_minutes": company.session_timeout_minutes,
        "reconciliation_tolerance": company.reconciliation_tolerance,
        **company.wasted_spend.dbt_vars(),
        **company.lead_stages.dbt_vars(),
        **journey_vars(company.journey),
        "as_of": as_of.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        **({} if workspace is None else read_channels(workspace).dbt_vars()),
        **({} if workspace is None else read_attribution_rules(workspace).dbt_vars()),
        **({} if workspace is None else read_events(workspace).dbt_vars()),
    }


def run_dbt(workspace: Workspace, arguments: list[str], *, variables: Mapping[str, object]) -> list[Any]:
    """Run one dbt command on the warehouse and give dbt's own node results.

    Raises:
        QualityError: dbt could not run at all.
        LockedError: another program has the warehouse open.
    """
    told = yaml.safe_dump(dict(variables))
    with _dbt(workspace) as profiles:
        from dbt.cli.main import dbtRunner

        (profiles / "vars.yml").write_text(told, encoding="utf-8")
        # dbt's own account of a run, 2 MB of JSON, takes a second to write and nobody reads it.
        outcome = dbtRunner(manifest=_manifest(workspace, profiles)).invoke(
            [*arguments, "--vars", told, "--no-write-json", *_places(workspace, profiles)]
        )
    if outcome.exception is not None:
        raise _explain(outcome.exception, workspace) from outcome.exception
    return list(getattr(outcome.result, "results", ()))


def parse_project(workspace: Workspace) -> None:
    """Leave the parsed project and its semantic manifest in the workspace, without a warehouse.

    Raises:
        QualityError: the project does not parse.
    """
    with _dbt(workspace) as profiles:
        _manifest(workspace, profiles)


@contextmanager
def _dbt(workspace: Workspace) -> Iterator[Path]:
    switch_telemetry_off()
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    from flows.dbt_events import hear_events

    try:
        with hear_events():
            yield _write_profile(workspace)
    finally:
        # dbt keeps its adapter, and with it a handle, for the life of the process.
        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager.env().close()
        DuckDBConnectionManager.close_all_connections()
        reset_adapters()


def _places(workspace: Workspace, profiles: Path) -> list[str]:
    return [
        "--project-dir", str(project_dir()), "--profiles-dir", str(profiles),
        "--target-path", str(target_dir(workspace)), "--log-path", str(workspace.logs / "dbt"),
        "--quiet", "--no-use-colors", "--no-print", "--no-version-check", "--no-static-parser",
        "--log-level", "none", "--log-level-file", "info", "--no-send-anonymous-usage-stats",
    ]  # fmt: skip


def _write_profile(workspace: Workspace) -> Path:
    folder = workspace.state / "dbt"
    folder.mkdir(parents=True, exist_ok=True)
    output = {
        "type": "duckdb",
        "path": str(workspace.warehouse),
        "schema": "marts",
        "threads": 2,
        # Closed after the command, by _dbt: closing after each node reads the file anew for the next.
        "keep_open": True,
        "settings": {"memory_limit": f"{_build_memory_mib()}MiB"},
    }
    profile = {"countersign": {"target": "warehouse", "outputs": {"warehouse": output}}}
    text = yaml.safe_dump(profile, sort_keys=False)
    path = folder / "profiles.yml"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    return folder


def _build_memory_mib() -> int:
    # DuckDB alone would take four fifths of the machine, on which the server and agents run too. What
    # does not fit goes to warehouse.duckdb.tmp.
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return min(machine // 2, _MOST_MEMORY_MIB)


# ---------------------------------------------------------------- the parsed project, reused


def _manifest(workspace: Workspace, profiles: Path) -> Any:
    # dbt parses anew whenever a var changes, and `as_of` always does; vars matter only when SQL is
    # compiled, so we parse once per project and hand the manifest over.
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    target, digest = target_dir(workspace), project_digest()
    stamp = target / "parsed_for.txt"
    is_kept = all((target / name).is_file() for name in _PARSED_FILES)
    if not (is_kept and stamp.is_file() and stamp.read_text(encoding="utf-8") == digest):
        stamp.unlink(missing_ok=True)
        if digest in _PARSED:
            target.mkdir(parents=True, exist_ok=True)
            for name, content in _PARSED[digest].items():
                (target / name).write_bytes(content)
        else:
            _parse(workspace, profiles)
            _PARSED[digest] = {name: (target / name).read_bytes() for name in _PARSED_FILES}
        stamp.write_text(digest, encoding="utf-8")
    content = (target / _PARSED_FILES[0]).read_bytes()
    with _collecting_nothing():
        return Manifest.from_msgpack(content, decoder=extended_mashumuro_decoder)


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    # Reading a parsed project makes objects that all stay; looking for garbage among them takes longer.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


# What a parse leaves in the target folder that later steps read. Nothing in it depends on the workspace.
_PARSED_FILES = ("partial_parse.msgpack", "semantic_manifest.json")

# By project digest: a process that serves several workspaces parses once.
_PARSED: dict[str, dict[str, bytes]] = {}


def _parse(workspace: Workspace, profiles: Path) -> None:
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner().invoke(["parse", *_places(workspace, profiles)])
    if not outcome.success:
        raise _explain(outcome.exception, workspace) from outcome.exception


def project_digest() -> str:
    """SHA-256 over the dbt project's files and the versions that parse them."""
    digest = hashlib.sha256()
    for package in ("dbt-core", "dbt-duckdb", "dbt-metricflow"):
        digest.update(f"{package} {_version(package)}\n".encode())
    for path in sorted(project_dir().rglob("*")):
        if path.is_file() and path.suffix in {".sql", ".yml", ".md"}:
            digest.update(f"{path.relative_to(project_dir()).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@lru_cache
def _version(package: str) -> str:
    return version(package)


# ---------------------------------------------------------------- results a person can act on


def _node_result(result: Any) -> NodeResult:
    meta = getattr(getattr(result.node, "config", None), "meta", None) or {}
    return NodeResult(
        name=result.node.name,
        kind=str(result.node.resource_type),
        status=str(result.status),
        seconds=result.execution_time,
        message=str(result.message or "").strip(),
        sql_file=str(getattr(result.node, "compiled_path", None) or ""),
        shows_rows=bool(meta.get("shows_rows")),
        fix=str(meta.get("fix") or ""),
    )


def _growing_tables(results: Sequence[Any]) -> list[str]:
    nodes = [result.node for result in results if str(result.node.resource_type) == "model"]
    return [f"{node.schema}.{node.alias}" for node in nodes if node.config.materialized == "incremental"]


def _refuse_failures(nodes: tuple[NodeResult, ...], workspace: Workspace) -> None:
    failed = [node for node in nodes if node.status in _FAILED]
    if not failed:
        return
    first = failed[0]
    others = f"; {len(failed) - 1} more failed" if len(failed) > 1 else ""
    said = " ".join(first.message.split())[:400]
    if first.shows_rows and first.status == "fail":
        said = f"{said}: {_rows_said(first, workspace)}"
    fix = first.fix or (
        f"run {first.sql_file or 'its SQL'} on state/warehouse.duckdb to see the rows it objects to; "
        "no snapshot is taken of these marts"
        if first.kind == "test" and first.status == "fail"
        else "correct the model, or the raw rows it names"
    )
    raise QualityError(
        f"The {first.kind} {first.name} failed while the marts were built.",
        found=f"{said}{others}",
        fix=f"{fix}; {workspace.logs / 'dbt' / 'dbt.log'} tells the whole run",
    )


def _rows_said(test: NodeResult, workspace: Workspace) -> str:
    # Only for tests whose rows hold no person and no customer: they say so with `meta: {shows_rows: true}`.
    sql = Path(test.sql_file).read_text(encoding="utf-8")
    with open_warehouse(workspace) as connection:
        rows = read_rows(connection, f"select * from ({sql}) order by all limit {_ROWS_SHOWN}")
    return "; ".join(", ".join(f"{name} {value}" for name, value in row.items()) for row in rows)


def _explain(error: BaseException | None, workspace: Workspace) -> PipelineError:
    said = " ".join(str(error or "dbt gave no result").split())[:400]
    if "lock" in said.lower() or "different configuration" in said:
        return LockedError(
            "The warehouse is open elsewhere, so the marts cannot be built.",
            found=said,
            fix="close the other program (a SQL client, another run), then run this again",
        )
    return QualityError(
        "dbt could not build the marts.", found=said, fix=f"read {workspace.logs / 'dbt' / 'dbt.log'}"
    )
