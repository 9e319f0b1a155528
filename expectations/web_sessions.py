"""What sessions must satisfy before they count as visits or conversions."""

from datetime import datetime

from countersign.core.landed import WEB_SESSIONS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between, never, not_negative, one_of, usually_given
from expectations.suite import Suite

DEVICES = ("desktop", "mobile", "tablet")


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of web_sessions; sessions from `latest` (UTC) on lie in the future."""
    return Suite(
        WEB_SESSIONS,
        (
            *batch_rules(WEB_SESSIONS),
            *dated_between("started_at", "The session", latest=latest),
            not_negative("page_views", "Pages seen are"),
            not_negative("conversions", "Conversions are"),
            one_of("device", DEVICES, "Some devices are not desktop, mobile or tablet.", is_warning=True),
            usually_given("visitor_key", "Many sessions cannot be linked to a visitor."),
            usually_given("channel", "Many sessions have no channel and are shown as Unassigned."),
            never(
                "_page_has_query",
                "landing_page_has_no_query_string",
                "Some landing pages carry a query string, which may hold personal data.",
            ),
        ),
        derived={"_page_has_query": "coalesce(contains(landing_page, '?'), false)"},
    )
