"""What a model may not say about facts: a wrong direction, place, metric or range, a cause, filler."""

import pytest

from agents.rules import Meaning, find_rule_breaks

MEANINGS = {
    "cost_change": Meaning(metric="cost_per_lead", sign=1, in_range=False),
    "leads_change": Meaning(metric="leads", sign=-1, in_range=True),
    "social_cost": Meaning(metric="cost_per_lead", sign=1, place="Paid social"),
}
NAMES = {"a": "Paid social", "b": "Paid search"}


def breaks(text, label=None):
    return find_rule_breaks(text, meanings=MEANINGS, names=NAMES, label=label)


@pytest.mark.parametrize(
    "text",
    [
        "Cost per lead rose {{fact:cost_change|size}} while leads fell {{fact:leads_change|size}}.",
        "Leads were down {{fact:leads_change|size}}, inside their expected range.",
        "Cost per lead in {{name:a}} rose to {{fact:social_cost}}.",
    ],
)
def test_what_the_facts_carry_may_be_said(text):
    assert breaks(text) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Cost per lead fell {{fact:cost_change|size}}.", "went the other way"),
        ("Leads rose {{fact:leads_change|size}}.", "went the other way"),
        ("Leads collapsed.", "without the change"),
        ("Leads: {{fact:cost_change}}.", "the clause speaks of leads"),
        ("In {{name:b}} it was {{fact:social_cost}}.", "does not belong to"),
        ("Cost per lead, {{fact:cost_change}}, stayed within its normal range.", "inside its range"),
        ("All of it stayed in its expected range.", "without the figure"),
        ("It rose {{fact:cost_change}} because bids went up.", "states a cause"),
        ("A strong week for {{name:a}}.", "no fact carries"),
        ("Actionable insights.", "filler"),
    ],
)
def test_what_they_do_not_carry_is_refused(text, why):
    assert any(why in problem for problem in breaks(text))


def test_a_cause_needs_the_inferred_label_and_its_words():
    hedged = "Cost per lead rose {{fact:cost_change}}; this is consistent with bids that caused it"

    assert breaks(hedged, label="inferred") == []
    assert breaks(hedged, label="measured") != []
