"""init, status, doctor and the root command: what a newcomer meets first."""

import json
import shlex
import sys
from datetime import UTC, date, datetime

import pytest
import yaml
from typer.testing import CliRunner

from countersign import __version__
from countersign.cli.app import app, main
from countersign.cli.context import print_json
from countersign.core.errors import SettingsError
from countersign.core.snapshot import write_snapshot
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace, shipped
from countersign.sources.files.sources_file import read_sources

runner = CliRunner()


def invoke(*arguments: object):
    return runner.invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def fresh(tmp_path):
    assert invoke("init", tmp_path / "company").exit_code == 0
    return tmp_path / "company"


def test_init_copies_every_commented_config_and_says_what_is_next(tmp_path):
    said = invoke("init", tmp_path / "company")
    copied = {path.name for path in (tmp_path / "company" / "config").glob("*.yaml")}
    assert copied == {path.name for path in shipped("config").glob("*.yaml")}
    assert (tmp_path / "company" / "data").is_dir()
    assert "countersign data check" in said.output


def test_init_says_the_next_command_so_that_a_shell_takes_it(tmp_path):
    said = invoke("init", tmp_path / 'Ines\'s "büro"').output
    command = said[said.index("countersign data check") :].strip()
    assert shlex.split(command)[-1] == str(tmp_path / 'Ines\'s "büro"')


def test_a_new_workspace_is_the_newcomers_own(tmp_path):
    root = tmp_path / "company"
    invoke("init", root, "--name", "Möller's: 1", "--currency", "CHF", "--time-zone", "Europe/Zurich")
    company = Workspace(root).company()
    assert (company.name, company.reporting_currency, company.time_zone) == (
        "Möller's: 1",
        "CHF",
        "Europe/Zurich",
    )
    assert read_sources(Workspace(root)) == {}, "the demo's sources are examples, not this company's"

    (root / "data" / "leads.csv").write_text("id,email,created\n1,a@example.com,2026-03-24 10:00:00\n")
    invoke("data", "draft-mapping", root / "data" / "leads.csv", "--write", "crm", "--workspace", root)
    assert list(read_sources(Workspace(root))) == ["crm"]


def test_a_currency_that_is_none_leaves_no_company_behind(tmp_path):
    with pytest.raises(SettingsError, match="reporting_currency"):
        invoke("init", tmp_path / "company", "--currency", "euros")
    assert not (tmp_path / "company" / "config" / "company.yaml").exists()


def test_the_examples_are_the_shipped_sources_when_uncommented(fresh):
    lines = (fresh / "config" / "sources.yaml").read_text().splitlines()
    examples = [line[1:] for line in lines[lines.index("#") + 1 : -1]]
    assert yaml.safe_load("sources:\n" + "\n".join(examples)) == yaml.safe_load(
        (shipped("config") / "sources.yaml").read_text()
    )


def test_init_overwrites_nothing(fresh):
    ours = "name: ours\nreporting_currency: USD\ntime_zone: UTC\n"
    (fresh / "config" / "company.yaml").write_text(ours)
    said = invoke("init", fresh)
    assert (fresh / "config" / "company.yaml").read_text() == ours
    assert "company.yaml" in said.output


def test_status_of_a_new_workspace_says_that_nothing_ran(fresh):
    said = json.loads(invoke("status", "--workspace", fresh, "--json").output)
    assert said["runs"] == []
    assert said["snapshot"] is None
    assert said["pending"] == []
    assert "No run yet" in invoke("status", "--workspace", fresh).output


def test_status_tells_the_newest_data_of_a_source_from_how_far_it_is_complete(fresh):
    workspace = Workspace(fresh)
    with open_warehouse(workspace) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.data_trust as select * from (values"
            " ('crm', 'crm_leads', date '2026-11-15'), ('crm', 'sales_feedback', date '2026-11-13'),"
            " ('newsletter', 'email_events', date '2026-11-14')) as t(source, landed_table, data_through)"
        )
        write_snapshot(
            connection, workspace, workspace.company(), tables=["data_trust"], as_of=datetime.now(UTC),
            metric_sql={}, data_through={"crm": date(2026, 11, 13), "newsletter": None}, quality={},
            code_version="0", dbt_version="0",
        )  # fmt: skip

    rows = {
        line.split()[1]: line
        for line in invoke("status", "--workspace", fresh).output.splitlines()
        if "│" in line
    }
    assert "2026-11-15" in rows["crm"]
    assert "2026-11-13" in rows["crm"]
    assert "2026-11-14" in rows["newsletter"]
    assert "no daily table" in rows["newsletter"]


def test_doctor_finds_a_config_that_cannot_be_read(fresh):
    (fresh / "config" / "brand.yaml").write_text("a: [1\n")
    said = invoke("doctor", "--workspace", fresh, "--json")
    assert said.exit_code == 1
    unfit = {finding["what"]: finding for finding in json.loads(said.output) if not finding["is_fit"]}
    assert "config/brand.yaml" in unfit
    assert unfit["config/brand.yaml"]["fix"]


def test_a_directory_that_is_no_workspace_says_how_to_make_one(tmp_path):
    with pytest.raises(SettingsError, match="countersign init"):
        invoke("status", "--workspace", tmp_path)


def test_an_as_of_that_is_no_instant_is_refused(fresh):
    with pytest.raises(SettingsError, match="2026-11-16"):
        invoke("run", "weekly", "--workspace", fresh, "--as-of", "next Monday")


def test_the_version_is_printed():
    assert invoke("--version").output.strip() == __version__


def test_status_shows_names_as_they_are_written_not_as_markup(fresh):
    company = (fresh / "config" / "company.yaml").read_text()
    (fresh / "config" / "company.yaml").write_text(
        company.replace('name: "company"', 'name: "Shop [/b] & [red]Söhne"')
    )
    assert "Shop [/b] & [red]Söhne" in invoke("status", "--workspace", fresh).output


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(sys, "argv", ["countersign", "init", str(tmp_path / "file" / "company")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "found: Not a directory" in said
    assert "Traceback" not in said


def test_an_instant_is_said_alike_in_every_json(capsys):
    print_json({"at": datetime(2026, 11, 22, 12, tzinfo=UTC)})
    assert json.loads(capsys.readouterr().out) == {"at": "2026-11-22T12:00:00Z"}
