"""What removals must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import CRM_REMOVALS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of crm_removals; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        CRM_REMOVALS,
        (*batch_rules(CRM_REMOVALS), *dated_between("removed_at", "The removal", latest=latest)),
    )
