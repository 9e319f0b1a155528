"""What support tickets must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import SUPPORT_TICKETS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of support_tickets; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        SUPPORT_TICKETS,
        (*batch_rules(SUPPORT_TICKETS), *dated_between("created_at", "The ticket", latest=latest)),
    )
