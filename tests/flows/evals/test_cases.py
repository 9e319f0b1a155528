"""Every shipped agent passes its eval cases on the demo company, and the records say so; slow: it builds."""

import shutil

import pytest

from agents.eval_cases import PASSED
from agents.registry import AGENTS, agent_names, read_cards
from countersign.core.settings import Settings
from countersign.core.workspace import Workspace
from flows.evals import cases


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cases")


@pytest.fixture(scope="module")
def missed(demo_folder):
    """What the shipped agents miss."""
    return cases.try_cases(demo_folder, Settings())


@pytest.mark.slow
def test_the_shipped_agents_pass_their_cases(missed):
    assert missed == {name: [] for name in agent_names()}


@pytest.mark.slow
def test_what_passed_is_recorded_and_what_missed_loses_its_record(missed, demo_folder, tmp_path, monkeypatch):
    shutil.copytree(AGENTS, tmp_path / "agents", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(cases, "AGENTS", tmp_path / "agents")
    cards = read_cards(Workspace(demo_folder))
    failing, *rest = missed

    cases.record_passes({**missed, failing: ["the change: it does not tell 'rose'"]}, cards)

    assert not (tmp_path / "agents" / failing / PASSED).exists()
    for name in rest:
        written = (tmp_path / "agents" / name / PASSED).read_text()
        assert written == (AGENTS / name / PASSED).read_text()
