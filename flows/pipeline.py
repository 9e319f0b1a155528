"""The pipeline in plain Python, step by step; Prefect flows wrap these steps, tests and bench call them.

ingest -> validate -> transform -> snapshot -> draft -> propose; a daily run asks the agents whose card says
daily, a weekly run the others. An agent that cannot draft does not keep the others' drafts from people; the
run then ends as partial and not as done. Every step can be run again: what was
landed, promoted or proposed before is found and left as it is, so the next run repairs a killed one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from countersign import __version__
from countersign.core.contracts import Batch, Category, Draft, Proposal, Quality, Snapshot
from countersign.core.errors import AgentError, SnapshotError
from countersign.core.granted import read_granted
from countersign.core.lock import pipeline_lock
from countersign.core.settings import Settings
from countersign.core.snapshot import write_snapshot
from countersign.core.warehouse import open_warehouse, read_rows
from countersign.core.workspace import Company, Workspace
from flows.run_log import RunLog, StepHook, no_hook
from flows.source_warnings import read_source_warnings
from flows.unfinished import PARTIAL, Undrafted, UnfinishedRunError, note_undrafted

if TYPE_CHECKING:
    from agents.registry import AgentCard

RunKind = Literal["weekly", "daily"]


@dataclass(frozen=True)
class RunContext:
    """What every step of one run needs."""

    workspace: Workspace
    company: Company
    settings: Settings
    as_of: datetime
    kind: RunKind = "weekly"


@dataclass(frozen=True)
class RunResult:
    """What a run came to."""

    batches: tuple[Batch, ...]
    snapshot: Snapshot
    proposals: tuple[Proposal, ...]
    undrafted: tuple[Undrafted, ...] = ()


@dataclass(frozen=True)
class Drafted:
    """One agent's draft and the category its card gives it."""

    agent: str
    category: Category
    draft: Draft


@dataclass(frozen=True)
class Drafting:
    """What the agents of a run wrote, and who of them could not."""

    drafted: tuple[Drafted, ...]
    undrafted: tuple[Undrafted, ...]


def ingest(run: RunContext) -> list[Batch]:
    """Land every source as Parquet batches; what was landed before gives the batch it gave then.

    Raises:
        SourceError: a mapped file is missing or cannot be read, or a vendor refuses.
    """
    from flows.landing import land_sources

    return land_sources(run.workspace, run.company, run.settings, until=run.as_of)


def validate(run: RunContext, batches: list[Batch]) -> list[Batch]:
    """Check each new batch and promote what passed; landed = promoted + quarantined.

    Afterwards deleted and merged records leave raw, and the sources are compared with each other.

    Raises:
        QualityError: the gate itself failed, or rows went missing.
    """
    from countersign.sources.files.sources_file import read_sources
    from expectations.across_sources import check_across_sources
    from expectations.gate import check_batch
    from expectations.history import read_history
    from expectations.promotion import create_raw_tables, promote_batch
    from expectations.removals import apply_removals

    new = [batch for batch in batches if batch.state == "landed"]
    with open_warehouse(run.workspace) as warehouse:
        create_raw_tables(warehouse)
        history = read_history(warehouse, run.workspace, run.company, new)
    results = [
        check_batch(run.workspace, run.company, batch, as_of=run.as_of, history=history[batch.id])
        for batch in new
    ]
    with open_warehouse(run.workspace) as warehouse:
        gated_at = datetime.now(UTC)
        promoted = [promote_batch(warehouse, run.workspace, result, at=gated_at) for result in results]
        apply_removals(warehouse, time_zone=run.company.time_zone, at=gated_at)
        promises = {
            name: source.refresh_promise_days
            for name, source in read_sources(run.workspace).items()
            if source.refresh_promise_days is not None
        }
        check_across_sources(warehouse, run.company, as_of=run.as_of, promises=promises)
    return promoted


def transform(run: RunContext) -> dict[str, str]:
    """Build and test every dbt model, then compile the metrics to SQL; returns that SQL.

    Raises:
        QualityError: a model or a test failed; the marts people read stay as the failed node left
            them, and no snapshot is taken.
    """
    from flows.dbt_build import build_marts
    from flows.metric_sql import explain_metrics

    build_marts(run.workspace, run.company, as_of=run.as_of)
    return explain_metrics(run.workspace)


def take_snapshot(run: RunContext, metric_sql: dict[str, str]) -> Snapshot:
    """Copy every mart into an immutable snapshot with freshness and quality by source."""
    with open_warehouse(run.workspace) as warehouse:
        marts = read_rows(
            warehouse,
            "select table_name from information_schema.tables where table_schema = 'marts'"
            " and table_type = 'BASE TABLE' and table_name not like 'metricflow%' order by 1",
        )
        trust = read_rows(
            warehouse,
            # A table that gets rows only now and then does not say how far its source reaches.
            "select source, case when is_fresh is not null then data_through end as data_through, quality"
            " from marts.data_trust order by source",
        )
        return write_snapshot(
            warehouse,
            run.workspace,
            run.company,
            tables=[row["table_name"] for row in marts],
            as_of=run.as_of,
            metric_sql=metric_sql,
            data_through=_earliest_data_through(trust),
            quality=_worst_quality(trust),
            code_version=__version__,
            dbt_version=version("dbt-core"),
        )


def _earliest_data_through(trust: list[dict[str, Any]]) -> dict[str, date | None]:
    # Complete only as far as its daily table that is furthest behind; the others do not say how far.
    days: dict[str, list[date]] = {row["source"]: [] for row in trust}
    for row in trust:
        if row["data_through"] is not None:
            days[row["source"]].append(row["data_through"])
    return {source: min(known, default=None) for source, known in days.items()}


_WORSE_LATER: tuple[Quality, ...] = ("passed", "not_checked", "warnings", "failed")


def _worst_quality(trust: list[dict[str, Any]]) -> dict[str, Quality]:
    worst: dict[str, Quality] = {}
    for row in trust:
        so_far = worst.get(row["source"], "passed")
        worst[row["source"]] = max(so_far, row["quality"], key=_WORSE_LATER.index)
    return worst


def draft(run: RunContext, taken: Snapshot) -> Drafting:
    """Judge what was expected earlier, then let each agent draft from exactly what its card grants."""
    from agents.registry import read_cards
    from flows.judging import judge_expectations

    judge_expectations(run.workspace, run.company, run.settings, taken=taken, at=datetime.now(UTC))
    cards = read_cards(run.workspace).values()
    return draft_with(run, taken, [card for card in cards if card.rhythm == run.kind])


def draft_with(run: RunContext, taken: Snapshot, cards: Iterable["AgentCard"]) -> Drafting:
    """Let agents draft in the order in which they read each other's drafts (`reads` in their cards).

    One that cannot write even its offline draft, or may not read what it asks for, is noted, and who reads
    its draft is told; the rest go on.
    """
    from agents.call_book import CallBook
    from agents.feeding import Fed
    from agents.registry import write_draft
    from flows.confidential import find_withheld
    from flows.judging import read_record
    from flows.recalling import read_past

    withheld = find_withheld(run.workspace, run.settings, taken)
    drafted: list[Drafted] = []
    undrafted: dict[str, Undrafted] = {}
    fed: dict[str, Fed] = {}
    for listed in cards:
        record = read_record(run.workspace, run.company, run.settings, agent=listed.name)
        inputs = tuple(fed[name] for name in listed.reads if name in fed)
        past = read_past(run.workspace, run.settings, agents=(listed.name, *listed.reads))
        unfed = tuple(name for name in listed.reads if name in undrafted)
        known = {"record": record, "fed": inputs, "unfed": unfed, "memory": past}
        card = listed.model_copy(update=known)
        try:
            with read_granted(run.workspace, taken, grants=card.grants, agent=card.name) as connection:
                found = write_draft(
                    card,
                    connection,
                    snapshot=taken,
                    company=run.company,
                    settings=run.settings,
                    withheld=withheld,
                    book=CallBook(run.workspace),
                )
        except (AgentError, SnapshotError, duckdb.Error) as error:
            undrafted[card.name] = note_undrafted(card.name, error)
            continue
        drafted.append(Drafted(card.name, card.category, found))
        fed[card.name] = Fed(found, approver=card.approver)
    return Drafting(tuple(drafted), tuple(undrafted.values()))


def propose_drafts(run: RunContext, drafted: Sequence[Drafted]) -> list[Proposal]:
    """Render each draft once, check it, and put it before people as a proposal."""
    from countersign.governance.ledger import open_ledger
    from countersign.governance.policy import read_policy
    from countersign.governance.reviews import propose
    from countersign.reports.html import render_html
    from countersign.reports.markdown import render_markdown

    ledger = open_ledger(run.workspace, run.settings)
    policy = read_policy(run.workspace)
    return [
        propose(
            ledger,
            run.workspace,
            found.draft,
            html=render_html(found.draft, company=run.company.name),
            markdown=render_markdown(found.draft),
            category=found.category,
            policy=policy,
            at=datetime.now(UTC),
        )
        for found in drafted
    ]


@dataclass(frozen=True)
class Steps:
    """The steps by name, so that a flow can run each of them as a task."""

    ingest: Callable[[RunContext], list[Batch]] = ingest
    validate: Callable[[RunContext, list[Batch]], list[Batch]] = validate
    transform: Callable[[RunContext], dict[str, str]] = transform
    snapshot: Callable[[RunContext, dict[str, str]], Snapshot] = take_snapshot
    draft: Callable[[RunContext, Snapshot], Drafting] = draft
    propose: Callable[[RunContext, Sequence[Drafted]], list[Proposal]] = propose_drafts


PLAIN_STEPS = Steps()


def run_pipeline(
    run: RunContext,
    *,
    kind: RunKind = "weekly",
    hook: StepHook = no_hook,
    steps: Steps = PLAIN_STEPS,
) -> RunResult:
    """The whole line, in this process, holding the workspace's lock.

    Args:
        run: what every step needs.
        kind: which agents draft: those whose card says weekly, or daily.
        hook: told each step's name before and after it.
        steps: the steps themselves, plain or as tasks.

    Raises:
        LockedError: another pipeline runs in this workspace.
        UnfinishedRunError: an agent could not draft; what the others wrote is proposed, and in its `result`.
        PipelineError: a step refused; the run's log says which.
    """
    with pipeline_lock(run.workspace, purpose=f"{kind} run"):
        log = RunLog(run.workspace, kind=kind, as_of=run.as_of, hook=hook)
        try:
            result = _run_steps(replace(run, kind=kind), log, steps)
        except Exception as error:
            log.end("failed", error=str(error)[:2000])
            raise
        except KeyboardInterrupt:
            log.end("stopped", error="Somebody stopped it; the next run repairs what was begun.")
            raise
        _end(log, result, warnings=read_source_warnings(run.workspace))
        return result


def _end(log: RunLog, result: RunResult, *, warnings: list[str]) -> None:
    came_to = {
        "snapshot": result.snapshot.id,
        "proposals": [found.id for found in result.proposals],
        "warnings": warnings,
    }
    if not result.undrafted:
        log.end("done", **came_to)
        return
    lost = [asdict(one) for one in result.undrafted]
    log.end(PARTIAL, **came_to, undrafted=lost, error="; ".join(str(one) for one in result.undrafted))
    raise UnfinishedRunError(result)


def _run_steps(run: RunContext, log: RunLog, steps: Steps) -> RunResult:
    landed = log.step("ingest", lambda: steps.ingest(run))
    promoted = log.step("validate", lambda: steps.validate(run, landed))
    metric_sql = log.step("transform", lambda: steps.transform(run))
    taken = log.step("snapshot", lambda: steps.snapshot(run, metric_sql))
    drafting = log.step("draft", lambda: steps.draft(run, taken))
    proposals = log.step("propose", lambda: steps.propose(run, drafting.drafted))
    return RunResult(tuple(promoted), taken, tuple(proposals), drafting.undrafted)
