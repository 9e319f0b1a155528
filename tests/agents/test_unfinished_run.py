"""One agent cannot draft: what the others wrote still waits for people, and every look at the run says so."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from agents.registry import AGENTS
from countersign.cli.app import app
from countersign.core.errors import AgentError
from countersign.core.settings import Settings
from countersign.core.workspace import Workspace, shipped
from countersign.governance.ledger import open_ledger
from countersign.governance.reviews import list_proposals, read_material
from flows.pipeline import PLAIN_STEPS, RunContext, run_pipeline
from flows.run_log import read_runs
from flows.unfinished import UnfinishedRunError, read_missing

WEEKLY = {"reporting", "recommendation", "leadership_summary"}


@pytest.fixture
def acme(eventful_made, made_up, tmp_path, monkeypatch):
    """The eventful company's weekly run, from its snapshot on: agents, checks and ledger are real."""
    root = tmp_path / "acme"
    opened = made_up.open_snapshot(root, eventful_made)
    opened.connection.close()
    shutil.copytree(shipped("config"), root / "config")
    company = {"name": "Acme", "reporting_currency": "EUR", "time_zone": "UTC"}
    (root / "config" / "company.yaml").write_text(yaml.safe_dump(company))
    (root / "config" / "agents.yaml").write_text(yaml.safe_dump(_narrowed(opened.snapshot)))
    monkeypatch.setenv("COUNTERSIGN_TOKEN_FILE", str(tmp_path / "token"))
    workspace, settings = Workspace(root), Settings(token_file=tmp_path / "token")
    given = replace(
        PLAIN_STEPS,
        ingest=lambda _run: [],
        validate=lambda _run, _batches: [],
        transform=lambda _run: {},
        snapshot=lambda _run, _sql: opened.snapshot,
    )

    class Acme:
        @staticmethod
        def run():
            return run_pipeline(RunContext(workspace, made_up.COMPANY, settings, made_up.AS_OF), steps=given)

        @staticmethod
        def told(agent):
            ledger = open_ledger(workspace, settings)
            (found,) = [one for one in list_proposals(ledger, states=("pending",)) if one.agent == agent]
            return read_material(ledger, found.id).markdown.decode()

        @staticmethod
        def pending():
            ledger = open_ledger(workspace, settings)
            return {one.agent for one in list_proposals(ledger, states=("pending",))}

        @staticmethod
        def says(*command):
            return CliRunner().invoke(app, [*command, "--workspace", str(root)]).output

    Acme.workspace = workspace
    return Acme


def _narrowed(snapshot):
    """config/agents.yaml for a company that has only some of the marts."""
    held = {name: set(table.columns) for name, table in snapshot.tables.items()}
    cards = {path.parent.name: yaml.safe_load(path.read_text()) for path in AGENTS.glob("*/card.yaml")}
    return {
        agent: {
            "grants": {
                table: [column for column in columns if column in held[table]]
                for table, columns in card["grants"].items()
                if table in held
            }
        }
        for agent, card in cards.items()
        if card.get("rhythm") != "daily"
    }


@pytest.fixture
def break_down(monkeypatch):
    """Makes an agent refuse its own draft, as a bug in its wording would."""

    def breaks(agent):
        def write(*_given, **_more):
            raise AgentError(
                "The offline wording is not grounded.", found="lede: a cause without proof", fix="report it"
            )

        monkeypatch.setattr(import_module(f"agents.{agent}.agent"), "write", write)

    return breaks


def test_a_whole_run_is_done_and_nobody_is_missing(acme):
    result = acme.run()

    assert {one.agent for one in result.proposals} == acme.pending() == WEEKLY
    assert read_runs(acme.workspace)[0]["state"] == "done"
    assert read_missing(acme.workspace) == []


def test_the_drafts_of_the_others_wait_when_one_agent_cannot_draft(acme, break_down):
    break_down("recommendation")

    with pytest.raises(
        UnfinishedRunError, match="recommendation could not draft: The offline wording"
    ) as error:
        acme.run()

    assert {one.agent for one in error.value.result.proposals} == WEEKLY - {"recommendation"}
    assert acme.pending() == WEEKLY - {"recommendation"}
    page = acme.told("leadership_summary").replace("\\", "")
    assert "The agent that recommends could not write" in page
    assert "What we propose, and who decides" not in page


def test_without_its_report_the_summary_is_made_from_the_recommendations_and_says_so(acme, break_down):
    break_down("reporting")

    with pytest.raises(UnfinishedRunError, match="reporting could not draft"):
        acme.run()

    assert acme.pending() == WEEKLY - {"reporting"}
    page = acme.told("leadership_summary").replace("\\", "")
    assert "Its agent could not write it" in page
    assert "What we propose, and who decides" in page


def test_a_summary_of_nothing_is_not_written(acme, break_down):
    break_down("reporting")
    break_down("recommendation")

    with pytest.raises(UnfinishedRunError) as error:
        acme.run()

    assert acme.pending() == set()
    assert {one.agent for one in error.value.result.undrafted} == WEEKLY


def test_a_grant_of_what_the_snapshot_does_not_hold_costs_its_own_agent_alone(acme):
    path = acme.workspace.root / "config" / "agents.yaml"
    changed = yaml.safe_load(path.read_text())
    changed.pop("recommendation")
    path.write_text(yaml.safe_dump(changed))

    with pytest.raises(UnfinishedRunError, match="recommendation could not draft:"):
        acme.run()

    assert acme.pending() == WEEKLY - {"recommendation"}


def test_a_query_that_the_database_refuses_costs_its_own_agent_alone_and_quotes_no_row(acme, monkeypatch):
    def write(*_given, **_more):
        duckdb.connect().execute("select cast('jane@example.com' as integer)").fetchall()

    monkeypatch.setattr(import_module("agents.recommendation.agent"), "write", write)

    with pytest.raises(UnfinishedRunError, match=r"refused what it asked \(ConversionException\)") as error:
        acme.run()

    assert "jane" not in str(error.value)
    assert acme.pending() == WEEKLY - {"recommendation"}


def test_the_record_the_status_and_the_list_name_who_failed_and_why(acme, break_down):
    break_down("recommendation")
    with pytest.raises(UnfinishedRunError):
        acme.run()

    run = json.loads(max((acme.workspace.state / "runs").glob("*.json")).read_text())
    assert run["state"] == "partial"
    assert [one["agent"] for one in run["undrafted"]] == ["recommendation"]
    assert len(run["proposals"]) == 2
    said = "recommendation could not draft: The offline wording is not grounded"
    assert said in " ".join(acme.says("status").split())
    assert said in acme.says("review", "list")


def test_the_next_whole_run_proposes_what_was_missing_and_a_summary_that_knows_it(
    acme, break_down, monkeypatch
):
    break_down("recommendation")
    with pytest.raises(UnfinishedRunError):
        acme.run()
    report = acme.told("reporting")
    monkeypatch.undo()

    acme.run()

    assert acme.pending() == WEEKLY
    assert acme.told("reporting") == report
    assert "could not write" not in acme.told("leadership_summary")
    assert read_missing(acme.workspace) == []


@pytest.mark.slow
@pytest.mark.server
@pytest.mark.xdist_group("server")
def test_the_command_shows_what_waits_and_then_fails_with_the_agents_name(acme):
    script = Path(__file__).with_name("partial_run.py")
    ended = subprocess.run(
        [sys.executable, str(script), str(acme.workspace.root), "recommendation"],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip

    assert ended.returncode == 1, ended.stderr
    assert ended.stdout.count("pending") == 2
    assert "UnfinishedRunError: The run ended without every draft." in ended.stderr
    assert "recommendation could not draft: The offline wording is not grounded" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert acme.pending() == WEEKLY - {"recommendation"}
