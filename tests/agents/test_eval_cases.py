"""The register refuses an agent that has not passed its eval cases as it stands now."""

import pytest
import yaml

from agents.eval_cases import CASES, PASSED, EvalCase, check_passed, read_cases
from agents.registry import AGENTS, agent_names, read_cards
from countersign.core.errors import SettingsError


def change(path, **changes):
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}))


def test_an_agent_that_passed_is_listed(served, described, write_card):
    assert list(read_cards(served, folder=write_card(), models=described)) == ["scout"]


def test_an_agent_without_a_record_is_refused(served, described, write_card):
    folder = write_card()
    (folder / "scout" / PASSED).unlink()

    with pytest.raises(SettingsError, match="scout: it has not passed its eval cases"):
        read_cards(served, folder=folder, models=described)
    assert list(read_cards(served, folder=folder, models=described, must_have_passed=False)) == ["scout"]


def test_an_agent_of_another_version_is_refused(served, described, write_card):
    folder = write_card()
    change(folder / "scout" / "card.yaml", version="2")

    with pytest.raises(SettingsError, match="passed at version 1; this is 2"):
        read_cards(served, folder=folder, models=described)


def test_an_agent_whose_prompt_changed_after_it_passed_is_refused(served, described, write_card):
    folder = write_card()
    prompt = folder / "scout" / "prompt.md"
    prompt.write_text(prompt.read_text() + "\nBe bold.\n")

    with pytest.raises(SettingsError, match="its prompt or its eval cases changed after they passed"):
        read_cards(served, folder=folder, models=described)


def test_an_agent_whose_cases_were_made_easier_after_it_passed_is_refused(served, described, write_card):
    folder = write_card()
    (folder / "scout" / CASES).write_text(yaml.safe_dump([{"name": "the change", "tells": ["r"]}]))

    with pytest.raises(SettingsError, match="its prompt or its eval cases changed"):
        read_cards(served, folder=folder, models=described)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no case in evals.yaml says what its draft must tell"),
        ("[]", "no case in evals.yaml"),
        ("- {name: nothing, omits: [because]}", "no case in evals.yaml"),
        ("- {name: nothing, tell: [rose]}", "evals.yaml does not fit"),
        ("- just a line", "evals.yaml does not fit"),
        ("5", "evals.yaml does not fit"),
        ("{", "evals.yaml does not fit"),
    ],
)
def test_cases_that_ask_nothing_are_refused(tmp_path, text, says):
    (tmp_path / CASES).write_text(text)

    with pytest.raises(SettingsError, match=says):
        read_cases(tmp_path)


def test_an_agent_without_cases_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="no case"):
        read_cases(tmp_path)


@pytest.mark.parametrize("text", ["", "- a", "{", "version: 1"])
def test_a_record_that_is_none_is_refused(tmp_path, text):
    (tmp_path / CASES).write_text("- {name: one, tells: [rose]}")
    (tmp_path / PASSED).write_text(text)

    with pytest.raises(SettingsError, match="is not a record of eval cases"):
        check_passed(tmp_path, version="1", prompt="Say it.")


def test_a_case_names_what_is_missing_and_what_should_not_be_there():
    case = EvalCase(name="the cost", tells=("cost per lead ROSE", "Paid search"), omits=("because",))

    assert case.find_misses("The cost per lead rose in Paid search.") == []
    assert case.find_misses("It fell because of rain in Paid search.") == [
        "does not tell 'cost per lead ROSE'",
        "tells 'because'",
    ]


@pytest.mark.parametrize("name", agent_names())
def test_each_shipped_agent_has_cases_of_both_sorts(name):
    cases = read_cases(AGENTS / name)

    assert len(cases) >= 5
    assert any(case.omits for case in cases)
