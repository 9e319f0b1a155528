"""What days of web traffic must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import WEB_TRAFFIC_DAYS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of web_traffic_days; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        WEB_TRAFFIC_DAYS,
        (
            *batch_rules(WEB_TRAFFIC_DAYS),
            *dated_between("traffic_day", "The traffic", latest=latest, is_day=True),
        ),
    )
