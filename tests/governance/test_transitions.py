"""The transition table: every pair of state and event does what the table says, and nothing else."""

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countersign.core.contracts import ProposalState
from countersign.core.errors import ApprovalError
from countersign.governance import audit
from countersign.governance.proposals import row_of, seen_of
from countersign.governance.transitions import (
    EVENTS_OF_KIND,
    TRANSITIONS,
    Event,
    Seen,
    apply_transition,
    next_state,
)

STATES, EVENTS = get_args(ProposalState), get_args(Event)
OVER = {"rejected", "sent_back", "expired", "stale", "superseded", "published"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_every_pair_of_state_and_event_follows_the_table(state, event):
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) == TRANSITIONS[state, event]
        return
    with pytest.raises(ApprovalError):
        next_state(state, event)


def test_only_a_persons_approval_approves():
    assert {pair for pair, to in TRANSITIONS.items() if to == "approved"} == {("pending", "approve")}
    assert [kind for kind, events in EVENTS_OF_KIND.items() if "approve" in events] == ["decided"]


def test_only_what_was_approved_is_published():
    assert {state for (state, _), to in TRANSITIONS.items() if to == "published"} == {
        "approved",
        "publish_failed",
    }


def test_what_is_over_stays_over():
    assert not {state for state, _ in TRANSITIONS} & OVER


def test_every_event_has_one_kind_of_entry():
    carried = [event for events in EVENTS_OF_KIND.values() for event in events]
    assert sorted(carried) == sorted(EVENTS)


@pytest.mark.parametrize("wrong", ["state", "revision", "digest"])
def test_compare_and_set_needs_all_three(office, desk, wrong):
    proposal = office.propose()
    seen = {"state": "pending", "revision": 1, "digest": proposal.digest}
    seen[wrong] = {"state": "blocked", "revision": 2, "digest": "0" * 64}[wrong]
    before = len(office.entries())
    with pytest.raises(ApprovalError, match="changed while you looked"), office.ledger.write() as writing:
        apply_transition(
            writing,
            Seen(proposal.id, **seen),
            event="expire",
            kind="expired",
            person="countersign",
            at=desk.NOW,
        )
    assert office.state(proposal) == "pending"
    assert len(office.entries()) == before


SIMPLE = {"pass": "checked", "block": "checked", "expire": "expired", "supersede": "superseded",
          "fail_to_publish": "publish_failed"}  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(st.sampled_from(sorted(SIMPLE)), max_size=6), number=st.integers(0, 10**9))
def test_any_walk_stays_in_the_table_and_audits_clean(office, desk, events, number):
    proposal = office.propose(desk.make_draft(agent=f"agent-{number}"))
    state = office.state(proposal)
    for event in events:
        with office.ledger.write() as writing:
            seen = seen_of(row_of(writing.connection, proposal.id))
            is_legal = (state, event) in TRANSITIONS
            try:
                apply_transition(
                    writing, seen, event=event, kind=SIMPLE[event], person="countersign", at=desk.NOW
                )
            except ApprovalError:
                assert not is_legal
            else:
                assert is_legal
                state = TRANSITIONS[state, event]
    assert office.state(proposal) == state
    assert audit.verify(office.ledger, office.workspace).is_clean
