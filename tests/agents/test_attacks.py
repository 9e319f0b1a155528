"""A thousand hostile answers, hundreds of honest ones: nothing false becomes pending, little true is lost."""

import json
from pathlib import Path

import pytest

from agents.attacks.ground import read_ground
from agents.attacks.outputs import make_outputs
from agents.attacks.trial import let_through
from agents.recommendation.agent import prepare as prepare_recommendation
from agents.reporting.agent import prepare as prepare_report
from agents.reporting.agent import write_report
from agents.runtime import build_ask
from countersign.cli.attack import table_of
from countersign.core.workspace import Workspace
from countersign.governance.policy import read_policy
from countersign.reports.tokens import fill_plain
from flows.attacking import attack_agents, is_pending

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def policy():
    """The shipped policy."""
    return read_policy(Workspace(ROOT))


AGENTS = ("reporting", "recommendation", "leadership_summary", "performance")


@pytest.fixture
def attacked(eventful, broken, card, policy):
    """What became of the answers at companies in which something happened, whose findings are all told."""
    return attack_agents(
        eventful.analyse(), eventful.snapshot, cards={name: card(name) for name in AGENTS}, policy=policy,
        company="Acme", seed=7, per_family=20, honest=170, daily=(broken.analysis, broken.snapshot),
    )  # fmt: skip


def test_nothing_false_reaches_pending_and_little_that_is_true_is_refused(attacked, tell_at_the_end):
    tell_at_the_end("false answers by family", table_of(attacked))

    assert attacked.escaped == {}
    assert attacked.outputs >= 1000
    assert len(attacked.tried) >= 40
    assert {agent: tried > 200 for agent, tried in attacked.hostile_by_agent.items()} == dict.fromkeys(
        attacked.hostile_by_agent, True
    )
    assert set(attacked.hostile_by_agent) == set(attacked.honest_by_agent) == set(AGENTS)
    assert attacked.honest >= 500
    assert attacked.honest_refused < 0.01, attacked.refused[:5]


@pytest.mark.parametrize("prepare", [prepare_report, prepare_recommendation])
def test_the_plain_words_pass_every_check(eventful, card, policy, prepare):
    name = "reporting" if prepare is prepare_report else "recommendation"
    desk = prepare(eventful.analyse(), eventful.snapshot, card=card(name))

    assert list(desk.find_problems(desk.offline)) == []
    assert is_pending(desk.plain, policy, company="Acme")


def test_one_answer_of_each_family_goes_the_whole_way_over_http(eventful, card, made_up, scripted, script):
    reporting = card("reporting")
    analysis = eventful.analyse()
    ground = read_ground(prepare_report(analysis, eventful.snapshot, card=reporting), analysis)
    plain = fill_plain(ground.desk.plain.title, ground.desk.plain)
    first = {output.family: output for output in make_outputs(ground, seed=3, per_family=1)}
    for output in list(first.values())[::3]:
        scripted.requests.clear()
        scripted.answers = [script.says(output.content)]
        ask = build_ask(scripted.settings, reporting)

        draft = write_report(analysis, eventful.snapshot, card=reporting, company=made_up.COMPANY, ask=ask)

        assert "The offline writer took over" in draft.model_call.fallback, output
        assert (draft.blocks, fill_plain(draft.title, draft)) == (ground.desk.plain.blocks, plain)


def test_the_same_seed_makes_the_same_answers(eventful, card):
    analysis = eventful.analyse()
    ground = read_ground(prepare_report(analysis, eventful.snapshot, card=card("reporting")), analysis)
    once, again = (list(make_outputs(ground, seed=5, per_family=2)) for _ in range(2))

    assert once == again
    assert once != list(make_outputs(ground, seed=6, per_family=2))


def test_a_true_paraphrase_is_used(eventful, card):
    analysis = eventful.analyse()
    ground = read_ground(prepare_report(analysis, eventful.snapshot, card=card("reporting")), analysis)
    said = "Cost per lead climbed from {{fact:cost_per_lead_prior}} to {{fact:cost_per_lead_now}}"
    told = type(ground.desk.offline).model_validate({**ground.desk.offline.model_dump(), "title": said})

    draft = let_through(ground, _output(told))

    assert draft is not None
    assert draft.title == said


def _output(wording):
    from agents.attacks.outputs import Output

    return Output("honest", json.dumps(wording.model_dump()))
