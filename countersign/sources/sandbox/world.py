"""What the sandbox tells: the demo company's simulated world, as tables to query."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from countersign.core.warehouse import read_rows
from countersign.sources.demo.simulate import World, simulated
from countersign.sources.demo.truth import read_written_world

Json = dict[str, Any]


class SandboxWorld:
    """The simulated world behind every vendor; one query at a time.

    Its tables are the simulator's (`ad_days`, `lead_cards`, `lead_stages`, `activities`, ...); times
    are naive in Europe/Berlin, the company's zone. `world.until` is the end of what is known.
    """

    def __init__(self, world: World, connection: duckdb.DuckDBPyConnection) -> None:
        self.world = world
        self._connection = connection
        self._lock = threading.Lock()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Json]:
        """The rows of a query as dicts."""
        with self._lock:
            return read_rows(self._connection, sql, list(parameters))

    @property
    def now(self) -> datetime:
        """The sandbox's present: the end of the simulated history, naive in the company's zone."""
        return datetime.combine(self.world.until, datetime.min.time())


@contextmanager
def demo_world(root: Path) -> Iterator[SandboxWorld]:
    """The world of the demo company in a workspace, as its truth.json says.

    Raises:
        SourceError: the workspace holds no demo company.
    """
    with world_of(read_written_world(root)) as world:
        yield world


@contextmanager
def world_of(world: World) -> Iterator[SandboxWorld]:
    """A simulated world, for tests of any seed and size."""
    with simulated(world) as connection:
        yield SandboxWorld(world, connection)
