"""Land sources one by one: each with its secrets, and with a sandbox where one stands in for the vendor."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr

from countersign.core.contracts import Batch
from countersign.core.settings import Settings
from countersign.core.workspace import Company, Workspace
from countersign.sources.files.sources_file import Source, find_source, read_sources

if TYPE_CHECKING:
    from countersign.sources.connecting.landing import Load
    from countersign.sources.connecting.sampling import StreamPlan
    from countersign.sources.files import MappingReport


@dataclass(frozen=True)
class Backfill:
    """Days to read again, both included; None leaves that end open."""

    since: date | None = None
    through: date | None = None
    accept_drift: bool = False


def land_sources(
    workspace: Workspace,
    company: Company,
    settings: Settings,
    *,
    until: datetime,
    names: Sequence[str] | None = None,
    backfill: Backfill | None = None,
) -> list[Batch]:
    """Land what is new of each source.

    Args:
        workspace: where config/sources.yaml and state/ are.
        company: its reporting zone cuts the batches' windows.
        settings: the pseudonym key and the secrets of sources.
        until: exclusive instant; vendors are asked for nothing later.
        names: sources to land; all of them when None.
        backfill: days to read again from connectors.

    Raises:
        SourceError: a file is missing or cannot be read, or a vendor refuses.
        SettingsError: a source, its options or its secrets are not usable.
    """
    # Imported here: connectors bring an HTTP stack that a workspace of files never needs.
    from countersign.sources.loading import land
    from countersign.sources.personal.masking_again import mask_again
    from countersign.sources.personal.protection import read_protection
    from countersign.sources.personal.retention import purge_overdue

    with _loads(workspace, company, settings, until=until, names=names, backfill=backfill) as loads:
        # Lists of people first: notes of other sources are masked by their names.
        ordered = sorted(loads, key=lambda load: not any(table.person_names for table in load.source.tables))
        landed = [batch for load in ordered for batch in land(load)]
    mask_again(workspace, read_protection(workspace, settings.pseudonym_key))
    purge_overdue(workspace, at=datetime.now(UTC))
    return landed


def sample_sources(
    workspace: Workspace,
    company: Company,
    settings: Settings,
    *,
    until: datetime,
    names: Sequence[str],
    backfill: Backfill | None = None,
) -> "dict[str, list[StreamPlan]]":
    """What a load of connectors would ask for, with one page of each stream; nothing is landed.

    Raises:
        SourceError: a vendor refuses or cannot be reached.
        SettingsError: a source is no connector's, or its options or secrets are not usable.
    """
    from countersign.sources.connecting.sampling import sample_connector

    with _loads(workspace, company, settings, until=until, names=names, backfill=backfill) as loads:
        return {load.name: sample_connector(load) for load in loads}


def check_adopted_sources(
    workspace: Workspace, company: Company, settings: Settings, *, until: datetime, names: Sequence[str]
) -> "list[MappingReport]":
    """What a load of adopted tables would land; nothing is landed.

    Raises:
        SourceError: a store cannot be read, or a table that is needed is not there.
        SettingsError: a source or its connection is not known.
    """
    from countersign.sources.adopted.checking import check_adopted

    with _loads(workspace, company, settings, until=until, names=names, backfill=None) as loads:
        return [report for load in loads for report in check_adopted(load)]


@contextmanager
def _loads(
    workspace: Workspace,
    company: Company,
    settings: Settings,
    *,
    until: datetime,
    names: Sequence[str] | None,
    backfill: Backfill | None,
) -> "Iterator[list[Load]]":
    from countersign.sources.connecting.landing import Load

    sources = read_sources(workspace)
    chosen = {name: find_source(sources, name) for name in (sources if names is None else names)}
    again = backfill or Backfill()
    landed_at = datetime.now(UTC)
    with _sandbox_for(workspace, chosen) as addresses:
        yield [
            Load(
                workspace=workspace,
                company=company,
                name=name,
                source=source,
                landed_at=landed_at,
                until=until,
                secrets=_secrets(name, source, settings),
                pseudonym_key=settings.pseudonym_key,
                since=again.since,
                through=again.through,
                accept_drift=again.accept_drift,
                base_url=addresses.get(name),
            )
            for name, source in chosen.items()
        ]


@contextmanager
def _sandbox_for(workspace: Workspace, sources: Mapping[str, Source]) -> Iterator[dict[str, str]]:
    """Addresses of the sandbox by source, for those that say `sandbox: true`; it runs meanwhile."""
    wanted = {name: source.connector or "" for name, source in sources.items() if source.sandbox}
    if not wanted:
        yield {}
        return
    from countersign.sources.sandbox.server import running_sandbox
    from countersign.sources.sandbox.world import demo_world

    with demo_world(workspace.root) as world, running_sandbox(world) as address:
        yield {name: f"{address}/{connector}" for name, connector in wanted.items()}


def _secrets(name: str, source: Source, settings: Settings) -> Mapping[str, SecretStr]:
    if not source.connector:
        return settings.source_secrets
    if source.sandbox:
        from countersign.sources.sandbox.tokens import sandbox_secrets

        return sandbox_secrets(name, source.connector)
    from flows.secret_blocks import with_blocks

    return with_blocks(name, source.connector, settings)
