"""A draft that was made from others: where those stand, and no approval on what people turned down."""

import pytest

from countersign.core.contracts import FedBy
from countersign.core.errors import ApprovalError
from countersign.core.hashing import digest_of
from countersign.governance import reviews
from countersign.governance.inputs import read_inputs


@pytest.fixture
def connected(office, desk):
    """A report, and a summary that was made from it: both pending."""
    report = desk.make_draft()
    fed = FedBy(agent=report.agent, agent_version=report.agent_version, digest=digest_of(report))
    summary = desk.make_draft("It cost {{fact:cost}}.", agent="summary").model_copy(update={"fed_by": (fed,)})
    return office.propose(report), office.propose(summary), summary


def standing(office, draft):
    """Where the inputs of a draft stand."""
    with office.ledger.read() as connection:
        return [(one.proposal_id, one.state, one.was_edited) for one in read_inputs(connection, draft)]


def test_the_digest_leads_to_the_proposal_and_its_state(office, desk, connected):
    report, summary, draft = connected

    assert standing(office, draft) == [(report.id, "pending", False)]
    revised = reviews.edit(
        office.ledger, office.workspace, proposal_id=report.id, digest=report.digest,
        person=office.sign_in("mara"), changes={"blocks[0].text": "What one pays"}, render=desk.render,
        at=desk.NOW,
    )  # fmt: skip
    assert standing(office, draft) == [(report.id, "pending", True)]
    office.decide(revised)
    assert standing(office, draft) == [(report.id, "approved", True)]
    office.decide(summary)
    assert office.state(summary) == "approved"


@pytest.mark.parametrize("verdict", ["reject", "send_back"])
def test_what_was_made_from_a_draft_that_was_turned_down_cannot_be_approved(office, connected, verdict):
    report, summary, _ = connected
    office.decide(report, verdict=verdict, reason="The week is wrong.")

    with pytest.raises(ApprovalError, match="has been turned down"):
        office.decide(summary)
    assert office.state(summary) == "pending"


def test_an_input_that_was_never_put_forward_is_said_to_be_so(office, desk):
    lost = FedBy(agent="reporting", agent_version="1", digest="0" * 64)

    assert standing(office, desk.make_draft().model_copy(update={"fed_by": (lost,)})) == [("", "", False)]
