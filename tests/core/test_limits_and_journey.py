"""Limits of spend and the stages of the journey in config/company.yaml, and what is refused there."""

import pytest

from countersign.core.errors import SettingsError
from countersign.core.journey import journey_vars
from countersign.core.workspace import Workspace, shipped

COMPANY = "name: Tiny Company\nreporting_currency: EUR\ntime_zone: Europe/Berlin\n"


@pytest.fixture
def company(tmp_path):
    def write(more: str):
        workspace = Workspace(tmp_path)
        workspace.config.mkdir(exist_ok=True)
        (workspace.config / "company.yaml").write_text(COMPANY + more, encoding="utf-8")
        return workspace.company()

    return write


def test_limits_that_are_left_out_have_their_defaults(company):
    said = company("wasted_spend: {weeks: 6}\n")
    assert said.wasted_spend.dbt_vars() == {
        "wasted_spend_weeks": 6, "wasted_spend_acceptance_below": 0.2,
        "wasted_spend_least_decided_leads": 10, "wasted_spend_cost_multiple": 3.0,
    }  # fmt: skip
    assert (said.reconciliation_tolerance, said.journey) == (0.2, ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wasted_spend: {week: 4}\n", "wasted_spend.week"),
        ("wasted_spend: {cost_multiple: 1}\n", "wasted_spend.cost_multiple"),
        ("reconciliation_tolerance: 20\n", "reconciliation_tolerance"),
        ("journey: [{stage: purchase, texts: [/buy]}]\n", "journey.0.stage"),
        ("journey: [{stage: decision, texts: []}]\n", "journey.0.texts"),
    ],
)
def test_a_limit_that_does_not_fit_is_named(company, text, said):
    with pytest.raises(SettingsError, match=said):
        company(text)


def test_a_percent_sign_is_a_letter_and_a_star_stands_for_anything(company):
    rules = company("journey: [{stage: decision, texts: [' 50%_OFF* ']}]\n").journey
    assert journey_vars(rules) == {"journey_rules": [["decision", "50!%!_off%"]]}


def test_the_config_that_we_ship_says_every_stage_and_limit():
    said = Workspace(shipped("config").parent).company()
    assert {rule.stage for rule in said.journey} == {"awareness", "consideration", "decision", "use"}
    assert said.wasted_spend.weeks == 4
