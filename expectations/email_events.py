"""What e-mail events must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import EMAIL_EVENTS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of email_events; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        EMAIL_EVENTS,
        (*batch_rules(EMAIL_EVENTS), *dated_between("occurred_at", "The event", latest=latest)),
    )
