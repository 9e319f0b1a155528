"""What search terms must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import SEARCH_TERMS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of search_terms; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        SEARCH_TERMS,
        (*batch_rules(SEARCH_TERMS), *dated_between("search_day", "The search", latest=latest, is_day=True)),
    )
