"""What leads must satisfy before they are counted."""

from datetime import datetime

from countersign.core.landed import CRM_LEADS, STAGES
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between, never, one_of, usually_given
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of crm_leads; leads created from `latest` (UTC) on lie in the future."""
    return Suite(
        CRM_LEADS,
        (
            *batch_rules(CRM_LEADS),
            one_of("stage", STAGES, f"The stage is none of {', '.join(STAGES)}."),
            *dated_between("created_at", "The lead", latest=latest),
            never(
                "_id_is_blank",
                "lead_id_is_not_blank",
                "The lead's id is empty text, so two leads could be taken for one.",
            ),
            usually_given("created_at", "Many leads have no date and are missing from weekly figures."),
            usually_given("lead_source", "Many leads have no source."),
            usually_given("channel", "Many leads have no channel and are shown as Unassigned."),
            usually_given("stage", "Many leads have no stage, so the funnel counts too few."),
            never(
                "_campaign_without_platform",
                "campaign_has_platform",
                "Some leads name a campaign but no ad platform, so their cost cannot be found.",
                is_warning=True,
            ),
        ),
        derived={
            "_id_is_blank": "coalesce(trim(lead_id) = '', false)",
            "_campaign_without_platform": "campaign_id is not null and platform is null",
        },
    )
