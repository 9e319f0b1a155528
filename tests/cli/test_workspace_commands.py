"""init, status, doctor and the root command: what a newcomer meets first."""

import json

import pytest
from typer.testing import CliRunner

from countersign import __version__
from countersign.cli.app import app
from countersign.core.errors import SettingsError
from countersign.core.workspace import shipped

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


def test_init_overwrites_nothing(fresh):
    (fresh / "config" / "company.yaml").write_text("name: ours\n")
    said = invoke("init", fresh)
    assert (fresh / "config" / "company.yaml").read_text() == "name: ours\n"
    assert "company.yaml" in said.output


def test_status_of_a_new_workspace_says_that_nothing_ran(fresh):
    said = json.loads(invoke("status", "--workspace", fresh, "--json").output)
    assert said["runs"] == []
    assert said["snapshot"] is None
    assert said["pending"] == []
    assert "No run yet" in invoke("status", "--workspace", fresh).output


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
