"""What days of web traffic must satisfy before sessions are read from them."""

from datetime import datetime

from countersign.core.landed import WEB_TRAFFIC_DAYS
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import (
    at_most,
    batch_rules,
    counts,
    dated_between,
    never,
    not_blank,
    one_of,
    usually_given,
)
from expectations.suite import Suite
from expectations.web_sessions import DEVICES


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of web_traffic_days; days from `latest` (UTC) on lie in the future."""
    return Suite(
        WEB_TRAFFIC_DAYS,
        (
            *batch_rules(WEB_TRAFFIC_DAYS),
            not_blank("property_id", "The row does not say which website it is about."),
            *dated_between("traffic_day", "The traffic", latest=latest, is_day=True),
            *counts("sessions", "engaged_sessions", "users", "page_views", "conversions"),
            at_most(
                "engaged_sessions",
                "sessions",
                "Some rows count more engaged sessions than sessions; the vendor estimates both.",
                is_warning=True,
            ),
            never(
                "sessions > 0 and page_views = 0",
                "sessions_have_page_views",
                "Some rows have sessions in which no page was seen; the tag may be broken.",
                is_warning=True,
            ),
            one_of(
                "device", ("", *DEVICES), "Some devices are not desktop, mobile or tablet.", is_warning=True
            ),
            usually_given("property_time_zone", "Many rows do not say in which time zone their day was cut."),
            usually_given("channel", "Many rows have no channel and are shown as Unassigned."),
            *privacy_rules(WEB_TRAFFIC_DAYS),
        ),
    )
