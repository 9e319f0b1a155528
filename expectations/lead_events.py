"""What lead events must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import LEAD_EVENTS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of lead_events; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        LEAD_EVENTS,
        (*batch_rules(LEAD_EVENTS), *dated_between("occurred_at", "The event", latest=latest)),
    )
