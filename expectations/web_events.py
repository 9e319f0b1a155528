"""What raw web events must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import WEB_EVENTS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of web_events; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        WEB_EVENTS,
        (*batch_rules(WEB_EVENTS), *dated_between("occurred_at", "The event", latest=latest)),
    )
