"""Checks between sources: what did not pass is said once, with every source that takes part."""

from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace
from expectations.warehouse_tables import create_raw_tables
from flows.source_warnings import read_source_warnings


def test_what_did_not_pass_is_said_once(tmp_path):
    workspace = Workspace(tmp_path)
    with open_warehouse(workspace) as warehouse:
        create_raw_tables(warehouse)
        for source, passed in (("ads", False), ("web", False), ("crm", True)):
            warehouse.execute(
                "insert into quality.source_checks values (?, ?, ?, ?, ?, ?, ?, ?)",
                ["2026-11-16", "clicks_arrive", "Paid search", source, "t", "warning", passed, "few visits"],
            )

    assert read_source_warnings(workspace) == ["ads, web: few visits"]


def test_a_workspace_that_never_loaded_has_none(tmp_path):
    assert read_source_warnings(Workspace(tmp_path)) == []
    assert not (tmp_path / "state").exists()
