"""What accounts must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import CRM_ACCOUNTS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of crm_accounts; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        CRM_ACCOUNTS,
        (*batch_rules(CRM_ACCOUNTS), *dated_between("created_at", "The account", latest=latest)),
    )
