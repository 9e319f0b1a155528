"""`countersign data quarantine`: readable, machine-readable, and nobody releases without signing in."""

import json

import pytest
from typer.testing import CliRunner

from countersign.cli.quarantine import app
from countersign.core.errors import ApprovalError
from countersign.core.warehouse import open_warehouse
from expectations.promotion import promote_batch


@pytest.fixture
def quarantined(land, good_rows, gate, workspace, as_of):
    rows = good_rows("crm_leads", 10)
    rows[3]["stage"] = "nurture"
    result = gate(land("crm_leads", rows))
    with open_warehouse(workspace) as connection:
        return promote_batch(connection, workspace, result, at=as_of)


def run(workspace, *arguments):
    return CliRunner().invoke(app, [*arguments, "--workspace", str(workspace.root)])


def test_list_says_how_many_rows_and_why(quarantined, workspace):
    shown = run(workspace, "list")

    assert shown.exit_code == 0, shown.output
    assert f"{quarantined.id}  crm_leads from crm" in shown.output
    assert "1 row set aside, 10 landed" in shown.output
    assert "stage_is_known: The stage is none of" in shown.output


def test_list_gives_json(quarantined, workspace):
    [batch] = json.loads(run(workspace, "list", "--json").output)

    assert (batch["batch_id"], batch["rows_quarantined"]) == (quarantined.id, 1)


def test_list_of_a_new_workspace_creates_no_warehouse(workspace):
    assert "Nothing is set aside." in run(workspace, "list").output
    assert not workspace.warehouse.exists()


def test_show_gives_the_row_as_it_landed(quarantined, workspace):
    [row] = json.loads(run(workspace, "show", quarantined.id, "--json").output)

    assert (row["row_number"], row["row"]["stage"]) == (4, "nurture")
    assert "stage=nurture" in run(workspace, "show", quarantined.id).output


def test_nobody_releases_without_signing_in(quarantined, workspace, monkeypatch, tmp_path):
    monkeypatch.setenv("COUNTERSIGN_TOKEN_FILE", str(tmp_path / "no_token"))

    done = run(workspace, "release", quarantined.id, "--reason", "looks right")

    assert isinstance(done.exception, ApprovalError)
    with open_warehouse(workspace) as connection:
        assert connection.execute("select count(*) from raw.crm_leads").fetchone() == (9,)
