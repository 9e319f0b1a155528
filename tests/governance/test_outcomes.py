"""Expectations are locked when proposed, judged once from later snapshots, and counted as a track record."""

from datetime import date, timedelta

import numpy as np
import pytest

from countersign.analytics.response.series import ChannelWeeks
from countersign.core.errors import ApprovalError
from countersign.core.expected import Expectation, Forecast
from countersign.governance import audit, reviews
from countersign.governance.outcomes import (
    in_days_of_data,
    judge_due,
    read_judged,
    read_open,
    say_carried_out,
)
from countersign.governance.track_record import read_track_record

ZONE = "Europe/Berlin"
FIRST = date(2025, 1, 13)  # 60 weeks before the day on which the tests propose
EXPECTATION = Expectation(
    key="budget",
    metric="accepted_leads",
    channels=("Paid search", "Paid social"),
    spend_before={"Paid search": 1000.0, "Paid social": 1000.0},
    spend_after={"Paid search": 1300.0, "Paid social": 700.0},
    no_change=Forecast(expected=100, low=95, high=105),
    effect=Forecast(expected=20, low=14, high=26),
    made_on=date(2026, 3, 9),
    settle_weeks=2,
    judged_weeks=4,
    judge_on=date(2026, 5, 18),
)


def weeks_later(count, *, accepted, moved):
    weeks = 60 + count
    spend = np.tile([1000.0, 1000.0], (weeks, 1))
    spend[60:] += moved * np.array([300.0, -300.0])
    taken = np.full((weeks, 2), 50.0)
    taken[60:] = accepted / 2
    full = np.full((weeks, 2), 100.0)
    return ChannelWeeks(
        starts=tuple(FIRST + timedelta(weeks=week) for week in range(weeks)),
        channels=EXPECTATION.channels, spend=spend, leads=full, accepted=taken, decided=full,
        demand=np.zeros(weeks), visits=np.zeros(weeks),
    )  # fmt: skip


@pytest.fixture
def recommend(office, desk):
    """Propose a recommendation; each has its own words, so that each is a proposal of its own."""

    def _recommend(word="first", *, at=None, expectations=(EXPECTATION,)):
        draft = desk.make_draft(f"Each lead cost {{{{fact:cost}}}}, says the {word}.", agent="recommendation")
        period = draft.period.model_copy(update={"end": draft.period.end + timedelta(days=len(word))})
        draft = draft.model_copy(
            update={"kind": "recommendation", "expectations": expectations, "period": period}
        )
        return office.propose(draft, category="report", at=at or desk.NOW)

    return _recommend


@pytest.fixture
def approve(office, desk):
    def _approve(proposal):
        office.decide(proposal, "ines")
        assert office.state(proposal) == "approved"

    return _approve


def _judge(office, desk, weeks, *, snapshot="s-later"):
    at = desk.NOW + timedelta(weeks=9)
    return judge_due(office.ledger, weeks, snapshot_id=snapshot, time_zone=ZONE, at=at)


def test_the_digest_covers_what_was_expected(office, recommend):
    one = recommend()
    bolder = EXPECTATION.model_copy(update={"effect": Forecast(expected=40, low=30, high=50)})
    assert recommend(expectations=(bolder,)).digest != one.digest


def test_a_verdict_is_recorded_once_and_stays_whatever_later_snapshots_say(office, desk, recommend, approve):
    approve(recommend())
    held = _judge(office, desk, weeks_later(8, accepted=120, moved=1.0))
    assert [one.judgement.outcome for one in held] == ["held"]
    assert _judge(office, desk, weeks_later(9, accepted=60, moved=1.0), snapshot="s-other") == []
    assert [one.snapshot_id for one in read_judged(office.ledger)] == ["s-later"]
    assert read_open(office.ledger, time_zone=ZONE) == []


def test_nothing_is_recorded_while_it_is_too_early_or_nobody_decided(office, desk, recommend, approve):
    recommend("undecided")
    approve(recommend("approved"))
    assert _judge(office, desk, weeks_later(3, accepted=120, moved=1.0)) == []
    assert _judge(office, desk, weeks_later(8, accepted=120, moved=1.0))[0].judgement.outcome == "held"
    assert [one.standing for one in read_open(office.ledger, time_zone=ZONE)] == ["waiting"]


def test_rejected_and_expired_ones_are_judged_against_no_change_and_count(office, desk, recommend):
    rejected, expired = recommend("rejected"), recommend("expired draft")
    office.decide(rejected, "ines", "reject", reason="not now")
    reviews.expire_due(office.ledger, at=desk.NOW + timedelta(days=40))
    assert office.state(expired) == "expired"
    found = _judge(office, desk, weeks_later(20, accepted=100, moved=0.0))
    assert [(one.judgement.standing, one.judgement.outcome) for one in found] == [("declined", "held")] * 2
    record = read_track_record(office.ledger, agent="recommendation", time_zone=ZONE)
    assert (len(record.judged), record.share_inside, record.changed) == (2, 1.0, ())


def test_a_superseded_draft_is_not_counted_beside_the_one_that_replaced_it(office, desk, recommend):
    older = recommend()
    newer = recommend(expectations=(EXPECTATION.model_copy(update={"settle_weeks": 3}),))
    assert office.state(older) == "superseded"
    office.decide(newer, "ines", "reject", reason="not now")
    found = _judge(office, desk, weeks_later(10, accepted=100, moved=0.0))
    assert [one.proposal_id for one in found] == [newer.id]


def test_a_persons_word_is_recorded_with_their_name_and_outweighs_spend(office, desk, recommend, approve):
    proposal = recommend()
    approve(proposal)
    said = {"proposal_id": proposal.id, "person": office.sign_in("mara"), "at": desk.NOW}
    say_carried_out(office.ledger, was_done=True, why="Changed on Monday", **said)
    assert office.entries("carried_out_said")[0].person == "mara"
    found = _judge(office, desk, weeks_later(8, accepted=120, moved=0.0))
    assert found[0].judgement.outcome == "held"
    with pytest.raises(ApprovalError, match="judged already"):
        say_carried_out(office.ledger, was_done=False, why="It was not", **said)


def test_a_word_needs_an_approval_a_reason_and_a_session(office, desk, recommend, approve):
    proposal = recommend()
    said = {"proposal_id": proposal.id, "was_done": True, "at": desk.NOW}
    with pytest.raises(ApprovalError, match="Only what was approved"):
        say_carried_out(office.ledger, why="I did", person=office.sign_in("mara"), **said)
    approve(proposal)
    with pytest.raises(ApprovalError, match="needs a reason"):
        say_carried_out(office.ledger, why=" ", person=office.sign_in("mara"), **said)
    late = {**said, "at": desk.NOW + timedelta(days=3)}
    with pytest.raises(ApprovalError):
        say_carried_out(office.ledger, why="I did", person=office.sign_in("mara"), **late)


def test_the_chain_stays_clean_and_a_word_without_a_session_is_found(office, desk, recommend, approve):
    proposal = recommend()
    approve(proposal)
    say_carried_out(
        office.ledger, proposal_id=proposal.id, was_done=True, why="Done",
        person=office.sign_in("mara"), at=desk.NOW,
    )  # fmt: skip
    _judge(office, desk, weeks_later(8, accepted=120, moved=1.0))
    assert audit.verify(office.ledger, office.workspace).problems == ()
    with office.ledger.write() as writing:
        forged = {"proposal_id": proposal.id, "was_done": True, "authenticated_by": "session:none"}
        writing.append("carried_out_said", person="mara", at=desk.NOW, fields=forged)
    problems = audit.verify(office.ledger, office.workspace).problems
    assert any("mara had not proved who they are" in problem for problem in problems)


def test_a_record_counts_verdicts_by_entry_and_by_whether_intervals_held(office, desk, recommend, approve):
    for word in ("early", "middle", "evening"):
        approve(recommend(word))
    rejected = recommend("rejected draft")
    office.decide(rejected, "ines", "reject", reason="no")
    _judge(office, desk, weeks_later(8, accepted=120, moved=1.0))
    record = read_track_record(office.ledger, agent="recommendation", time_zone=ZONE)
    assert {outcome: len(entries) for outcome, entries in record.entries.items()} == {
        "held": 3,
        "cannot_tell": 1,
    }
    assert record.share_inside == 1.0
    assert len(record.changed) == 3
    hashes = {entry.hash for entry in office.entries("judged")}
    assert set(record.judged) == hashes
    assert read_track_record(office.ledger, agent="reporting", time_zone=ZONE).judged == ()


@pytest.mark.parametrize(
    ("proposed", "decided", "counts_as"),
    [
        (date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 12)),
        (date(2026, 3, 15), date(2026, 3, 18), date(2026, 3, 18)),
        (date(2026, 5, 4), date(2026, 5, 6), date(2026, 3, 11)),
        (date(2025, 7, 1), date(2025, 7, 1), date(2026, 3, 9)),
    ],
    ids=["same day", "within the week", "data of the past", "data of a time to come"],
)
def test_a_decision_counts_in_the_calendar_of_the_data_it_was_made_on(proposed, decided, counts_as):
    assert in_days_of_data(decided, proposed_on=proposed, expectation=EXPECTATION) == counts_as
