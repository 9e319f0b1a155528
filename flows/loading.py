"""Land, check and promote sources without dbt and drafts: what `countersign data load` does."""

from collections.abc import Sequence

from countersign.core.contracts import Batch
from countersign.core.lock import pipeline_lock
from flows.landing import Backfill, land_sources
from flows.pipeline import RunContext, validate
from flows.run_log import RunLog
from flows.source_warnings import read_source_warnings


def load_sources(run: RunContext, names: Sequence[str], *, backfill: Backfill | None = None) -> list[Batch]:
    """Load sources into raw, under the pipeline's lock; reports see it after the next run.

    Args:
        run: workspace, company, settings and the instant that the checks of time compare with.
        names: sources of config/sources.yaml.
        backfill: days to read again from connectors, whatever has landed.

    Returns:
        The batches that went through the gate now; files that were loaded before give none.

    Raises:
        LockedError: another pipeline runs in this workspace.
        SourceError: a file is missing or cannot be read; nothing of any source was promoted then.
        SettingsError: a source or its mapping is not usable.
    """
    with pipeline_lock(run.workspace, purpose="loading data"):
        log = RunLog(run.workspace, kind="load", as_of=run.as_of)
        try:
            landed = log.step("ingest", lambda: _land(run, names, backfill))
            loaded = log.step("validate", lambda: validate(run, landed))
        except Exception as error:
            log.end("failed", error=str(error)[:2000])
            raise
        except KeyboardInterrupt:
            log.end("stopped", error="Somebody stopped it; the next load or run repairs what was begun.")
            raise
        log.end("done", sources=list(names), warnings=read_source_warnings(run.workspace))
        return loaded


def _land(run: RunContext, names: Sequence[str], backfill: Backfill | None) -> list[Batch]:
    return land_sources(
        run.workspace, run.company, run.settings, until=run.as_of, names=names, backfill=backfill
    )
