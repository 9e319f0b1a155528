"""What prose asserts is held against its figures: direction, cause, rank, units, evidence, omissions."""

import pytest

from countersign.core.contracts import Action, Finding, Prose
from countersign.reports.assertions import find_false_claims
from countersign.reports.omissions import find_omissions
from tests.reports.sample_draft import sample_draft


def reasons(text, *, label=None):
    return [
        problem.reason for problem in find_false_claims(sample_draft(extra=(Prose(text=text, label=label),)))
    ]


@pytest.mark.parametrize(
    ("text", "label", "reason"),
    [
        ("Spend fell {{fact:spend.change|size}}.", None, "direction"),
        ("Accepted leads rose by {{fact:accepted.change|size}}.", None, "direction"),
        ("Spend fell from {{fact:spend.prior}} to {{fact:spend}}.", None, "direction"),
        ("Spend rose from {{fact:accepted.prior}} to {{fact:spend}}.", None, "different units"),
        ("Leads cost {{fact:cpal}} because bids rose.", "measured", "cause"),
        ("Thanks to {{name:search}}, {{fact:accepted}} leads were accepted.", None, "cause"),
        ("Cost per accepted lead is the lowest of the weeks shown.", None, "rank"),
        ("Leads are dearest in {{name:search}} ({{fact:search.cpal}}).", None, "rank"),
        ("Leads are cheapest in {{name:social}} ({{fact:social.cpal}}).", None, "rank"),
        ("Leads are dearest in {{name:search}} ({{fact:hours}}).", None, "rank"),
        ("It has risen {{fact:accepted}} weeks in a row.", None, "weeks in a row"),
        ("Sales was strict.", "measured", "cites no figure"),
        ("Bids may be at fault.", "inferred", "cites no figure"),
    ],
)  # fmt: skip
def test_what_the_figures_deny_is_found(text, label, reason):
    assert any(reason in found for found in reasons(text, label=label))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Spend rose {{fact:spend.change|size}}, from {{fact:spend.prior}} to {{fact:spend}}.", "measured"),
        ("Accepted leads fell from {{fact:accepted.prior}} to {{fact:accepted}}.", "measured"),
        ("Leads are dearest in {{name:social}} ({{fact:social.cpal}}).", None),
        ("{{fact:cpal}} a lead is consistent with bids caused by a rival.", "inferred"),
        ("Cost per accepted lead is the highest of the weeks shown.", None),
        ("Cost rose because clicks got dearer, which made {{fact:part.clicks}} of it.", "measured"),
        ("Whether bids rose.", "not_known"),
    ],
)
def test_what_they_carry_passes(text, label):
    assert reasons(text, label=label) == []


def finding(**changes):
    draft = sample_draft()
    fields = {"key": "quality:x", "kind": "quality", "metric": "rejected_leads", "severity": "act",
              "label": "measured", "place": {}, "facts": {"now": draft.bindings["hours"]}}  # fmt: skip
    return Finding(**{**fields, **changes})


def test_a_serious_finding_that_no_sentence_tells_is_missed():
    told = sample_draft().model_copy(update={"findings": (finding(),)})
    assert find_omissions(told) == []

    other = finding(facts={"now": "f-nowhere"})
    untold = told.model_copy(update={"findings": (other,)})
    assert [problem.span for problem in find_omissions(untold)] == ["quality:x"]
    watched = told.model_copy(update={"findings": (other.model_copy(update={"severity": "watch"}),)})
    assert find_omissions(watched) == []


def test_advice_needs_what_speaks_against_it():
    draft = sample_draft(kind="recommendation")
    bare = [
        block.model_copy(update={"against": ""}) if isinstance(block, Action) else block
        for block in draft.blocks
    ]

    found = find_omissions(draft.model_copy(update={"blocks": tuple(bare)}))

    assert {problem.reason for problem in found} == {"a recommendation without the evidence against it"}


def test_a_line_told_twice_takes_the_place_of_another():
    line = Prose(text="Sales rejected {{fact:rejected}} leads.", label="measured")
    found = find_omissions(sample_draft(extra=(line, line)))
    assert [problem.reason for problem in found] == ["the same line stands there twice"]
