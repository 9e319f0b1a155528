"""What leads must satisfy before they are counted."""

from datetime import datetime

from countersign.core.landed import CONSENTS, CRM_LEADS, STAGES
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import batch_rules, dated_between, in_order, never, not_blank, one_of, usually_given
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of crm_leads; leads created from `latest` (UTC) on lie in the future."""
    return Suite(
        CRM_LEADS,
        (
            *batch_rules(CRM_LEADS),
            one_of("stage", STAGES, f"The stage is none of {', '.join(STAGES)}."),
            *dated_between("created_at", "The lead", latest=latest),
            not_blank("lead_id", "The lead's id is empty text, so two leads could be taken for one."),
            one_of(
                "consent",
                CONSENTS,
                "Some consents are not granted, denied or unknown; take none of them as granted.",
                is_warning=True,
            ),
            never(
                "consent = 'granted' and consent_at is null",
                "granted_consent_is_dated",
                "Some leads agreed to marketing on no known day, so the consent cannot be shown.",
                is_warning=True,
            ),
            in_order("created_at", "updated_at", "Some leads were changed before they were created."),
            usually_given("created_at", "Many leads have no date and are missing from weekly figures."),
            usually_given("lead_source", "Many leads have no source."),
            usually_given("channel", "Many leads have no channel and are shown as Unassigned."),
            usually_given("stage", "Many leads have no stage, so the funnel counts too few."),
            never(
                "campaign_id is not null and platform is null",
                "campaign_has_platform",
                "Some leads name a campaign but no ad platform, so their cost cannot be found.",
                is_warning=True,
            ),
            *privacy_rules(CRM_LEADS),
        ),
    )
