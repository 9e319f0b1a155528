"""The loop of the demo company: approve, let four weeks go by, and learn whether the agent was right."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from countersign.core.contracts import Recorded
from countersign.governance.outcomes import read_judged
from countersign.sources.demo import write_demo
from flows.demo_weeks import write_next_weeks
from tests.end_to_end.line import Line, wrong_facts

pytestmark = pytest.mark.slow

DEAD = "Meta | Trial kit retargeting"


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    """A weekly run, everything approved, four more weeks in which that is carried out, and a run on these."""
    root = tmp_path_factory.mktemp("loop") / "northbeam"
    demo = write_demo(root)
    line = Line(root)
    first = line.run(line.midnight(demo.until))
    line.approve(first)
    later = write_next_weeks(root, line.settings, weeks=4)
    second = line.run(line.midnight(later.until))
    return SimpleNamespace(line=line, demo=demo, first=first, later=later, second=second)


def test_the_pause_was_locked_with_what_it_is_judged_by(loop):
    expectations = loop.line.draft(loop.first, "recommendation").expectations
    pause = next(one for one in expectations if DEAD in one.spend_after)

    assert pause.spend_after == {DEAD: 0.0}
    assert 1000 < pause.spend_before[DEAD] < 2000
    assert pause.channels == ("Paid social",)
    assert pause.judge_on == loop.demo.until + timedelta(weeks=4)


def test_what_was_approved_is_carried_out_from_the_first_new_day(loop):
    (change,) = loop.later.budgets

    assert (change.campaign_id, change.factor, change.start) == ("22003", 0.0, loop.demo.until)
    spend = dict(
        loop.line.ask(f"""
            select account_day >= date '{loop.demo.until}', sum(spend)::double
            from raw.ad_performance where campaign_id = '22003' group by 1
        """)
    )
    assert spend.keys() == {False}
    assert spend[False] > 0


def test_the_verdict_stands_in_the_ledger(loop):
    (pause,) = [one for one in read_judged(loop.line.ledger) if DEAD in one.key]

    assert pause.judgement.standing == "approved"
    assert pause.judgement.share_moved == pytest.approx(1.0, abs=0.05)
    assert pause.judgement.outcome in ("held", "did_not_hold")
    assert pause.judgement.observed is not None
    assert pause.snapshot_id == loop.second.snapshot.id


def test_the_track_record_stands_beside_the_next_recommendation(loop):
    draft = loop.line.draft(loop.second, "recommendation")
    (verdict,) = [one for one in read_judged(loop.line.ledger) if DEAD in one.key]
    recorded = [fact for fact in draft.facts if isinstance(fact.definition, Recorded)]

    assert verdict.entry in {entry for fact in recorded for entry in fact.definition.entries}
    text = loop.line.markdown(loop.second, "recommendation")
    assert "How earlier proposals came out" in text
    assert "earlier expectation was judged: it" in text
    assert wrong_facts(loop.line, draft) == []


def test_leadership_reads_what_was_judged_and_what_was_not(loop):
    text = loop.line.markdown(loop.second, "leadership_summary")

    assert "It was approved. What was judged so far was carried out and" in text
    assert "the rest has no verdict yet." in text


def test_without_room_for_a_move_the_draft_names_the_test_that_would_tell(loop):
    text = loop.line.markdown(loop.second, "recommendation")

    assert "Whether to move money between channels." in text
    assert re.search(r"A test would tell: for \d+\S* weeks, spend 50\.0%\S* less", text)


def test_the_paused_campaign_is_not_proposed_again(loop):
    actions = [
        block for block in loop.line.draft(loop.second, "recommendation").blocks if block.kind == "action"
    ]

    assert not [action for action in actions if "Pause" in action.title]
