"""The recommendation agent moves money with an interval, proposes a test instead, and shows its record."""

import re
from datetime import timedelta

import pytest

from agents.recommendation.agent import write_recommendation
from countersign.analytics.explain import recompute
from countersign.core.contracts import Action, Finding, Fitted, Heading, Prose, Recorded
from countersign.core.track_record import TrackRecord
from countersign.reports.grounding import find_ungrounded
from countersign.reports.html import render_html
from countersign.reports.outline import read_strings
from countersign.reports.tokens import Filler
from tests.agents.budget_company import CHANNELS, budget_books
from tests.agents.conftest import books

# A small channel whose leads cost so little that the next ones are cheap even by the low end of its curve.
CHEAP = (2000, 80)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """Three paid channels whose leads follow half their spend's logarithm, or demand alone; opened once."""
    opened = {}

    def build(*, follows_demand=False, bend=0.5, search=CHANNELS["Paid search"]):
        kind = (follows_demand, bend, search)
        if kind not in opened:
            root = tmp_path_factory.mktemp("budget")
            made = budget_books({**CHANNELS, "Paid search": search}, follows_demand=follows_demand, bend=bend)
            opened[kind] = books.open_snapshot(root, made)
        return opened[kind]

    yield build
    for each in opened.values():
        each.connection.close()


def _write(opened, card, made_up, *, record=None, analysis=None):
    shown = card("recommendation").model_copy(update={"record": record})
    draft = write_recommendation(
        analysis or opened.analyse(), opened.snapshot, card=shown, company=made_up.COMPANY, ask=None
    )
    assert find_ungrounded(draft) == []
    return draft, Filler(draft).plain


def test_a_move_of_money_says_from_where_to_where_with_an_interval_and_what_judges_it(company, card, made_up):
    draft, read = _write(company(), card, made_up)
    action = next(block for block in draft.blocks if isinstance(block, Action) and block.choice == "scale")
    title, effect = read(action.title), read(action.effect)
    assert title.startswith("Move €")
    assert title.endswith("to Paid search")
    assert "more accepted leads a week" in effect
    assert action.effect_label == "inferred"
    assert action.undo
    assert action.against
    expectation = next(one for one in draft.expectations if one.key == "budget")
    assert sum(expectation.spend_after.values()) == pytest.approx(sum(expectation.spend_before.values()))
    assert expectation.spend_after["Paid search"] > expectation.spend_before["Paid search"]
    assert expectation.effect.low < expectation.effect.expected < expectation.effect.high
    assert action.judge_on - expectation.made_on >= timedelta(weeks=6)
    assert "more accepted leads a week" in render_html(draft, company="Acme")
    lede = next(read(block.text) for block in draft.blocks if isinstance(block, Prose))
    assert "not a forecast" not in lede
    assert not any(block.choice == "stop" for block in draft.blocks if isinstance(block, Action))


def test_every_figure_of_the_advice_is_fitted_again_from_the_snapshot(company, card, made_up):
    opened = company()
    draft, _ = _write(opened, card, made_up)
    by_id = {fact.id: fact for fact in draft.facts}
    fitted = [fact for fact in draft.facts if isinstance(fact.definition, Fitted)]
    assert len(fitted) >= 6
    for fact in fitted:
        assert recompute(fact, by_id, connection=opened.connection).matches
    changed = fitted[0].model_copy(update={"value": float(fitted[0].value) * 1.01 + 1})
    assert not recompute(changed, by_id, connection=opened.connection).matches


def test_spend_that_follows_demand_earns_a_test_and_no_move(company, card, made_up):
    draft, read = _write(company(follows_demand=True), card, made_up)
    actions = [block for block in draft.blocks if isinstance(block, Action)]
    assert not any(read(action.title).startswith("Move") for action in actions)
    tests = [action for action in actions if "before moving money" in read(action.title)]
    assert tests
    assert "spend moves with demand" in read(tests[0].why)
    assert re.search(
        r"For \d+ weeks, spend 50.0% less in Paid s\w+ in some of them, drawn by lot, and as much as now",
        read(tests[0].why),
    )
    assert re.match(r"It would notice a loss of [\d.]+% of the leads there, or more", read(tests[0].effect))
    assert "is mended" not in read(tests[0].why)
    assert sum(action.choice == "test" for action in actions) == 1
    assert all(one.key != "budget" for one in draft.expectations)
    assert any(one.channels == ("Paid social",) and one.effect is None for one in draft.expectations)


def test_a_test_waits_where_something_is_broken_in_its_channel(company, card, made_up):
    opened = company(follows_demand=True)
    analysis = opened.analyse()
    place = analysis.budget.test.channel
    broken = Finding(
        key="drop_off:campaign:a", kind="drop_off", metric="leads_per_click", place={"channel": place},
        facts={"now": analysis.kpis[0].now}, severity="act", label="measured",
    )  # fmt: skip
    analysis = analysis.model_copy(update={"findings": (*analysis.findings, broken)})

    draft, read = _write(opened, card, made_up, analysis=analysis)

    text = "\n".join(read(spot.text) for spot in read_strings(draft))
    assert f"Start it once what is under way in {place} is mended" in text


def _without_move(opened):
    """The same analysis where no move between channels is sure enough."""
    analysis = opened.analyse()
    doubtful = {"moves": (), "expectation": None, "abstained": "what a move would bring is too uncertain"}
    return analysis.model_copy(update={"budget": analysis.budget.model_copy(update=doubtful)})


def test_a_cheap_channel_with_room_is_to_be_scaled_within_what_it_has_spent(company, card, made_up):
    opened = company(search=CHEAP)
    draft, read = _write(opened, card, made_up, analysis=_without_move(opened))
    (action,) = [block for block in draft.blocks if isinstance(block, Action) and block.choice == "scale"]
    (expectation,) = [one for one in draft.expectations if one.key == action.key]
    spent = opened.connection.execute(
        "select max(spend_reporting) from marts.channel_week where channel = 'Paid search'"
    ).fetchone()[0]

    assert read(action.title).startswith("Raise the budget of Paid search by €")
    assert "which it has spent before" in read(action.why)
    assert "At the low end each of them costs €" in read(action.effect)
    assert expectation.spend_before["Paid search"] < expectation.spend_after["Paid search"] <= float(spent)
    assert expectation.spend_after["Paid search"] <= 1.3 * expectation.spend_before["Paid search"] + 1e-6
    assert 0 < expectation.effect.low < expectation.effect.expected < expectation.effect.high
    assert not any(
        block.choice == "test" and "Paid search" in read(block.title)
        for block in draft.blocks
        if isinstance(block, Action)
    )
    by_id = {fact.id: fact for fact in draft.facts}
    fitted = [
        fact for fact in draft.facts if "raise" in getattr(fact.definition, "arguments", {}).get("figure", "")
    ]
    assert len(fitted) >= 5
    assert all(recompute(fact, by_id, connection=opened.connection).matches for fact in fitted)


@pytest.mark.parametrize("case", [{"bend": 0.0}, {"follows_demand": True}], ids=["flat curve", "demand"])
def test_where_the_curve_does_not_support_it_a_cheap_channel_is_only_tested(company, card, made_up, case):
    opened = company(search=CHEAP, **case)
    draft, _ = _write(opened, card, made_up, analysis=_without_move(opened))
    choices = [block.choice for block in draft.blocks if isinstance(block, Action)]

    assert any(finding.kind == "opportunity" for finding in opened.analyse().findings)
    assert "scale" not in choices
    assert "test" in choices


def test_the_next_recommendation_carries_the_record_of_the_earlier_ones(company, card, made_up):
    record = TrackRecord(
        agent="recommendation",
        entries={"held": ("a" * 64, "b" * 64), "did_not_hold": ("c" * 64,)},
        inside=("a" * 64, "b" * 64),
        outside=("c" * 64,),
        changed=("a" * 64,),
        waiting=1,
    )
    draft, read = _write(company(), card, made_up, record=record)
    headings = [block.text for block in draft.blocks if isinstance(block, Heading)]
    assert "How earlier proposals came out" in headings
    told = " ".join(read(block.text) for block in draft.blocks if isinstance(block, Prose))
    assert "3 earlier expectations were judged: 2 came out as expected and 1 did not" in told
    assert "2 of 3 figures lay inside the interval that was given beforehand" in told
    assert "What was not approved, or left as it is, is held against its forecast for weeks in" in told
    counted = [fact for fact in draft.facts if isinstance(fact.definition, Recorded)]
    assert all(fact.value == len(fact.definition.entries) for fact in counted)


def test_without_a_verdict_nothing_is_said_of_a_record(company, card, made_up):
    nothing = TrackRecord(agent="recommendation", entries={}, inside=(), outside=(), changed=(), waiting=2)
    draft, _ = _write(company(), card, made_up, record=nothing)
    assert all("earlier proposals" not in getattr(block, "text", "") for block in draft.blocks)


def test_a_short_record_gets_no_advice(open_books, made_up, card):
    draft, _ = _write(open_books(made_up.steady_company()), card, made_up)
    assert not any(isinstance(fact.definition, Fitted) for fact in draft.facts)
