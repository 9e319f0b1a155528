"""What opportunities must satisfy before they count as pipeline or revenue."""

from datetime import datetime

from countersign.core.landed import CRM_OPPORTUNITIES
from countersign.core.workspace import Company
from expectations.rules import (
    at_most,
    batch_rules,
    dated_between,
    in_order,
    iso_currency,
    never,
    not_blank,
    not_negative,
    usually_given,
)
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of crm_opportunities; what happens from `latest` (UTC) on lies in the future."""
    return Suite(
        CRM_OPPORTUNITIES,
        (
            *batch_rules(CRM_OPPORTUNITIES),
            not_blank("opportunity_id", "The deal's id is empty text, so two deals could be taken for one."),
            iso_currency("currency", "The amount"),
            never(
                "amount is not null and currency is null",
                "amount_has_currency",
                "The amount has no currency.",
            ),
            not_negative("amount", "The amount is"),
            *dated_between("created_at", "The opportunity", latest=latest),
            *dated_between("closed_at", "The close of the opportunity", latest=latest),
            at_most("created_at", "closed_at", "The opportunity was closed before it was opened."),
            in_order("created_at", "updated_at", "Some opportunities were changed before they were opened."),
            usually_given("lead_id", "Many opportunities cannot be linked to a lead."),
            never(
                "coalesce(is_won, false) and closed_at is null",
                "won_has_close_date",
                "Some won opportunities have no close date and are missing from weekly revenue.",
                is_warning=True,
            ),
            never(
                "coalesce(is_won, false) and amount is null",
                "won_has_amount",
                "Some won opportunities have no amount, so revenue is too low.",
                is_warning=True,
            ),
        ),
    )
