"""Load a vendor's connector from the sandbox over real HTTP, and read back what landed."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from pydantic import SecretStr

from countersign.core.contracts import Batch
from countersign.core.landed import landed_table
from countersign.core.warehouse import quote_text, read_rows
from countersign.core.workspace import Workspace
from countersign.sources.connecting.landing import Load, land_connector
from countersign.sources.connecting.registry import find_connector
from countersign.sources.demo.simulate import World
from countersign.sources.files.landing import batch_directory, land_tables
from countersign.sources.files.sources_file import Source, parse_sources
from countersign.sources.sandbox.faults import Fault, Faults
from countersign.sources.sandbox.server import running_sandbox
from countersign.sources.sandbox.tokens import sandbox_secrets
from countersign.sources.sandbox.world import SandboxWorld, world_of

BERLIN = ZoneInfo("Europe/Berlin")
# One key for all tests, so that pseudonyms of two loads can be compared.
KEY = SecretStr("a key that only tests use, of enough length")


def small_world(
    *, weeks: int = 7, scale: float = 0.05, seed: int = 7, known_weeks: int | None = None
) -> World:
    """A few weeks of the demo company that end on 16 November 2026.

    With `known_weeks` the same world is known only for so many weeks: its later weeks are news.
    """
    anchor = date(2026, 11, 16)
    first_day = anchor - timedelta(weeks=weeks)
    until = first_day + timedelta(weeks=known_weeks or weeks)
    return World(seed=seed, scale=scale, first_day=first_day, anchor=anchor, until=until)


def source_of(
    connector: str, *, name: str | None = None, since: date | None = None, **said: object
) -> Source:
    """A source as config/sources.yaml would say it; `said` are more keys, such as options or columns."""
    entry = {
        "description": f"{connector} in the sandbox.",
        "connector": connector,
        "sandbox": True,
        "since": since or date(2026, 9, 28),
        **said,
    }
    return parse_sources({"sources": {name or connector: entry}})[name or connector]


@contextmanager
def sandbox_at(
    connector: str, world: World | SandboxWorld, *faults: Fault, late_s: float = 12.0
) -> Iterator[str]:
    """The base_url of one vendor in the sandbox; only that vendor runs."""
    if isinstance(world, World):
        with world_of(world) as known, sandbox_at(connector, known, *faults, late_s=late_s) as address:
            yield address
        return
    with running_sandbox(world, Faults(faults), late_s=late_s, vendors=(connector,)) as address:
        yield f"{address}/{connector}"


def load_of(
    workspace: Workspace,
    source: Source,
    *,
    base_url: str,
    until: datetime,
    name: str | None = None,
    **said: object,
) -> Load:
    """One load; `said` are further fields of Load, such as since, landed_at or after_step."""
    connector = source.connector or ""
    fields = {
        "landed_at": until,
        "secrets": sandbox_secrets(name or connector, connector),
        "pseudonym_key": KEY,
        **said,
    }
    return Load(
        workspace=workspace,
        company=workspace.company(),
        name=name or connector,
        source=source,
        base_url=base_url,
        until=until,
        **fields,
    )


def load_from_sandbox(
    workspace: Workspace,
    connector: str,
    world: World | SandboxWorld,
    *,
    faults: Sequence[Fault] = (),
    until: datetime | None = None,
    source: Source | None = None,
    late_s: float = 12.0,
    **said: object,
) -> list[Batch]:
    """Run a connector against the sandbox once, up to the world's end unless `until` is given."""
    with sandbox_at(connector, world, *faults, late_s=late_s) as address:
        load = load_of(
            workspace,
            source or source_of(connector),
            base_url=address,
            until=until or end_of(world),
            **said,
        )
        return land_connector(load)


def end_of(world: World | SandboxWorld) -> datetime:
    """The end of what a world knows, as an instant."""
    day = world.until if isinstance(world, World) else world.world.until
    return datetime.combine(day, datetime.min.time(), tzinfo=BERLIN).astimezone(UTC)


def landed_rows(workspace: Workspace, table: str, *, source: str | None = None) -> list[dict]:
    """The rows that would be in raw: of each key the newest, canonical columns and `_bad`, ordered by key.

    Rows that an earlier version of a file held and its newest version does not are gone, as in raw.
    """
    batches = landed_batches(workspace, table, source=source)
    if not batches:
        return []
    newest = {(batch.source, batch.file): batch for batch in batches}
    reads = " union all ".join(
        f"select *, {at} as _version from read_parquet({quote_text(str(_rows_file(workspace, batch)))})"
        for at, batch in enumerate(batches)
        if newest[batch.source, batch.file] is batch
    )
    shape = landed_table(table)
    key = ", ".join(shape.key)
    names = ", ".join([*(column.name for column in shape.columns), "_bad"])
    with duckdb.connect(":memory:") as connection:
        return read_rows(
            connection,
            f"select {names} from ({reads}) qualify row_number() over "
            f"(partition by {key} order by _version desc, _row desc) = 1 order by {key}",
            [],
        )


def landed_batches(workspace: Workspace, table: str, *, source: str | None = None) -> list[Batch]:
    """Every batch of a table, oldest first."""
    found = [
        Batch.model_validate_json(path.read_bytes())
        for path in workspace.landing.glob(f"{source or '*'}/{table}/*/batch.json")
    ]
    return sorted(found, key=lambda batch: (batch.landed_at, batch.file))


def snapshot_of(workspace: Workspace) -> dict[str, list[dict]]:
    """All landed tables with their rows: what a disturbed load is compared with."""
    tables = sorted({path.name for path in workspace.landing.glob("*/*")})
    return {table: landed_rows(workspace, table) for table in tables}


def airbyte_records(test_data: Path, vendor: str) -> dict[str, list[dict]]:
    """Records that Airbyte's connector read from real accounts of a vendor, by stream."""
    path = test_data / "airbyte_expected_records" / f"{vendor}.jsonl"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the test data: set COUNTERSIGN_TEST_DATA to its folder")
    streams: dict[str, list[dict]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        streams.setdefault(record["stream"], []).append(record["data"])
    return streams


def land_records(
    workspace: Workspace, connector: str, parts: Mapping[str, Sequence[dict]], *, source: Source | None = None
) -> list[Batch]:
    """Land records as if the vendor had sent them, through the connector's own mapping."""
    place = Workspace(workspace.root / "recorded")
    for part, records in parts.items():
        folder = place.root / part
        folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / "recorded.jsonl").write_text(lines, encoding="utf-8")
    find_connector(connector)
    tables = [
        table for table in (source or source_of(connector)).tables if table.files.partition("/")[0] in parts
    ]
    return land_tables(
        workspace,
        workspace.company(),
        connector,
        tables,
        files=place,
        landed_at=datetime(2026, 11, 16, 6, tzinfo=UTC),
        pseudonym_key=KEY,
        absent_is_null=True,
    )


def files_with(root: Path, text: str) -> list[str]:
    """Every file below a folder whose bytes, unpacked when gzipped, hold a text: where a canary may hide."""
    found = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        if text.encode() in content:
            found.append(path.relative_to(root).as_posix())
    return found


def _rows_file(workspace: Workspace, batch: Batch) -> Path:
    return batch_directory(workspace, batch) / "rows.parquet"
