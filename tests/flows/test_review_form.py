"""The form of a paused run: one field for each action, and silence is no choice."""

import json

from countersign.core.contracts import Action
from flows.review_form import ApprovalForm, choices_in, form_for, form_schema
from tests.reports.sample_draft import sample_draft


def fields_of(draft):
    return json.loads(form_schema(draft))["properties"]


def test_each_action_has_a_field_with_every_choice():
    draft = sample_draft()
    actions = [block for block in draft.blocks if isinstance(block, Action)]
    fields = fields_of(draft)

    assert sum(name.startswith("action_") for name in fields) == len(actions) > 1
    assert fields["action_1"]["title"].startswith("Action 1: ")
    assert "{{" not in fields["action_1"]["title"]
    assert fields["action_2"]["enum"] == ["as_proposed", "stop", "fix", "scale", "test", "leave"]
    assert fields["action_2"]["default"] == "as_proposed"


def test_a_draft_without_actions_asks_for_no_choice():
    draft = sample_draft().model_copy(update={"blocks": ()})

    assert fields_of(draft).keys() == ApprovalForm.model_fields.keys()


def test_only_what_differs_from_the_proposal_is_a_choice():
    draft = sample_draft()
    answer = form_for(ApprovalForm, draft)(action_2="leave")

    assert choices_in(answer, draft) == {2: "leave"}
    assert choices_in(ApprovalForm(), draft) == {}
