"""Companies whose marts were built once for all tests of this folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from countersign.core.warehouse import open_warehouse, read_rows
from countersign.core.workspace import Workspace
from flows.dbt_build import build_marts
from tests.dbt_project.raw_rows import AS_OF, COMPANY, LEADS_ONLY, TINY, UNDATED_ONLY, Rows, write_raw

Reader = Callable[[str], list[dict[str, Any]]]


def _build(folder: Path, rows: Rows) -> Workspace:
    workspace = Workspace(folder)
    write_raw(workspace, rows)
    build_marts(workspace, COMPANY, as_of=AS_OF)
    return workspace


def reader(workspace: Workspace) -> Reader:
    def read(sql: str) -> list[dict[str, Any]]:
        with open_warehouse(workspace) as connection:
            return read_rows(connection, sql)

    return read


@pytest.fixture(scope="session")
def tiny_workspace(tmp_path_factory) -> Workspace:
    return _build(tmp_path_factory.mktemp("tiny"), TINY)


@pytest.fixture(scope="session")
def tiny(tiny_workspace) -> Reader:
    return reader(tiny_workspace)


@pytest.fixture(scope="session")
def empty(tmp_path_factory) -> Reader:
    return reader(_build(tmp_path_factory.mktemp("empty"), {}))


@pytest.fixture(scope="session")
def leads_only(tmp_path_factory) -> Reader:
    return reader(_build(tmp_path_factory.mktemp("leads_only"), LEADS_ONLY))


@pytest.fixture(scope="session")
def undated_only(tmp_path_factory) -> Reader:
    return reader(_build(tmp_path_factory.mktemp("undated_only"), UNDATED_ONLY))
