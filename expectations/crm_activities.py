"""What sales activities must satisfy before they count as follow-up."""

from datetime import datetime

from countersign.core.landed import CRM_ACTIVITIES
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between, not_blank, one_of, usually_given
from expectations.suite import Suite

ACTIVITY_TYPES = ("call", "email", "meeting")


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of crm_activities; activities from `latest` (UTC) on lie in the future."""
    return Suite(
        CRM_ACTIVITIES,
        (
            *batch_rules(CRM_ACTIVITIES),
            not_blank("activity_id", "The activity's id is empty text, so two could be taken for one."),
            *dated_between("occurred_at", "The activity", latest=latest),
            one_of(
                "activity_type",
                ACTIVITY_TYPES,
                "Some activities are not a call, an e-mail or a meeting.",
                is_warning=True,
            ),
            usually_given("lead_id", "Many activities cannot be linked to a lead."),
            usually_given("owner_id", "Many activities do not say who acted."),
        ),
    )
