"""`countersign data load` of a connector: the days that are asked for, looked at first or landed."""

import pytest
import yaml
from typer.testing import CliRunner

from countersign.cli.app import app
from countersign.sources.demo import write_demo


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    root = tmp_path_factory.mktemp("loading") / "demo"
    write_demo(root, weeks=6, scale=0.05, via="connectors")
    path = root / "config" / "sources.yaml"
    kept = yaml.safe_load(path.read_text())["sources"]["google_ads"]
    path.write_text(yaml.safe_dump({"sources": {"google_ads": kept}}))
    return root


def _load(company, *arguments):
    place = ["--workspace", str(company), "--as-of", "2026-11-16"]
    return CliRunner().invoke(app, ["data", "load", "google_ads", *arguments, *place])


def test_a_dry_run_asks_for_the_days_that_are_named_and_lands_nothing(company):
    done = _load(company, "--dry-run", "--since", "2026-10-05", "--until", "2026-10-11")

    assert done.exit_code == 0, done.output
    assert "would ask for 2026-10-05 to 2026-10-11\n" in done.output
    assert not list((company / "state").glob("landing/*/*/*"))


def test_a_dry_run_asks_for_nothing_after_the_instant_it_is_made_for(company):
    done = _load(company, "--dry-run")

    assert "2026-11-09 to 2026-11-15" in done.output
    assert "2026-11-16 to" not in done.output


def test_days_the_wrong_way_round_are_refused_in_a_dry_run_too(company):
    done = _load(company, "--dry-run", "--since", "2026-10-12", "--until", "2026-10-05")

    assert "--until lies before --since" in str(done.exception)
