"""What figures that people enter must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import MANUAL_KPIS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of manual_kpis; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        MANUAL_KPIS,
        (*batch_rules(MANUAL_KPIS), *dated_between("period_start", "The figure", latest=latest, is_day=True)),
    )
