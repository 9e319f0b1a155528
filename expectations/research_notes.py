"""What research notes must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import RESEARCH_NOTES
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of research_notes; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        RESEARCH_NOTES,
        (*batch_rules(RESEARCH_NOTES), *dated_between("captured_at", "The note", latest=latest)),
    )
