"""What e-mail campaigns must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import EMAIL_CAMPAIGNS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of email_campaigns; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        EMAIL_CAMPAIGNS,
        (*batch_rules(EMAIL_CAMPAIGNS), *dated_between("sent_at", "The e-mail", latest=latest)),
    )
