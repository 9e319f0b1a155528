"""`countersign privacy`: who may, what is asked, and what is printed."""

import json
import shutil
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from countersign.cli.app import app
from countersign.core.errors import ApprovalError
from countersign.core.settings import Settings
from countersign.core.workspace import shipped
from countersign.governance import people
from countersign.governance.ledger import open_ledger
from countersign.sources.files import land_source
from tests.sources.files.mapped import leads

MAIL = "anna.canary@canary.example"


@pytest.fixture
def office(workspace, tmp_path, monkeypatch):
    """A workspace that has landed one contact; `office(person)` signs somebody in."""
    import yaml

    shutil.copyfile(shipped("config") / "people.yaml", workspace.config / "people.yaml")
    workspace.data.mkdir()
    (workspace.data / "leads.csv").write_text(f"id,mail\nL1,{MAIL}\n", encoding="utf-8")
    table = leads(columns={"email_key": "mail"})
    content = {"sources": {"crm": {"description": "Contacts.", "tables": [table]}}}
    (workspace.config / "sources.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    land_source(workspace, workspace.company(), "crm", landed_at=datetime(2026, 3, 1, tzinfo=UTC))
    monkeypatch.setenv("COUNTERSIGN_WORKSPACE", str(workspace.root))
    monkeypatch.setenv("COUNTERSIGN_TOKEN_FILE", str(tmp_path / "token"))

    def sign_in(person: str):
        settings = Settings(token_file=tmp_path / "token")
        ledger, now = open_ledger(workspace, settings), datetime.now(UTC)
        made = {one.person.id: one.password for one in people.create_demo_people(ledger, workspace, at=now)}
        people.sign_in(ledger, workspace, settings, person=person, password=made[person], at=now)
        return workspace

    return sign_in


def call(*arguments: str, given: str | None = None):
    """One command, as a person types it."""
    return CliRunner().invoke(app, ["privacy", *arguments], input=given)


def test_an_engineer_forgets_and_reads_what_is_kept(office):
    office("jonas")
    done = call("forget", MAIL, "--yes")

    assert done.exit_code == 0, done.output
    assert "Kept, and why:" in done.output
    assert MAIL not in done.output
    assert "jonas" in done.output


def test_without_yes_it_says_what_it_found_and_asks(office):
    workspace = office("jonas")
    (rows,) = workspace.landing.rglob("rows.parquet")
    before = rows.read_bytes()
    done = call("forget", MAIL, given="n\n")

    assert "1 leads" in done.output
    assert done.exit_code == 1
    assert rows.read_bytes() == before


def test_json_without_yes_changes_nothing(office):
    office("jonas")
    done = call("forget", MAIL, "--json")

    assert json.loads(done.output)["done"] is False


def test_others_may_not(office):
    office("ines")
    done = call("forget", MAIL, "--yes")

    assert isinstance(done.exception, ApprovalError)
    assert isinstance(call("rotate-key").exception, ApprovalError)


def test_a_rotation_says_how_many_keys_there_are(office):
    office("jonas")

    assert json.loads(call("rotate-key", "--json").output)["keys"] == 2
    assert json.loads(call("rotate-key", "--json").output)["keys"] == 3


def test_a_purge_says_what_it_deleted(office):
    office("jonas")

    assert json.loads(call("purge", "--as-of", "2030-01-01", "--json").output)["raw_values"] == 1


def test_the_measure_is_printed_by_kind():
    found = json.loads(call("measure", "--json").output)

    assert found["sentences"] >= 300
    assert found["kinds"]["name"]["recall"] > 0.9
