"""What stage changes must satisfy before they move a lead through the funnel."""

from datetime import datetime

from countersign.core.landed import CRM_STAGE_CHANGES, STAGES
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between, never, not_blank, one_of, usually_given
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of crm_stage_changes; changes from `latest` (UTC) on lie in the future."""
    return Suite(
        CRM_STAGE_CHANGES,
        (
            *batch_rules(CRM_STAGE_CHANGES),
            not_blank("lead_id", "The change does not say which lead moved."),
            one_of("stage", STAGES, f"The stage is none of {', '.join(STAGES)}."),
            *dated_between("changed_at", "The stage change", latest=latest),
            one_of("from_stage", STAGES, "Some stages that leads left are not known.", is_warning=True),
            never(
                "stage = from_stage",
                "stage_differs_from_the_one_left",
                "Some changes enter the stage they leave.",
                is_warning=True,
            ),
            usually_given("source_time_zone", "Many changes do not say in which time zone they were."),
        ),
    )
