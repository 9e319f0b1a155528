"""What sessions must satisfy before they count as visits or conversions."""

from datetime import datetime

from countersign.core.landed import WEB_SESSIONS
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import (
    batch_rules,
    dated_between,
    never,
    not_blank,
    not_negative,
    one_of,
    usually_given,
)
from expectations.suite import Suite

DEVICES = ("desktop", "mobile", "tablet")


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of web_sessions; sessions from `latest` (UTC) on lie in the future."""
    return Suite(
        WEB_SESSIONS,
        (
            *batch_rules(WEB_SESSIONS),
            *dated_between("started_at", "The session", latest=latest),
            not_blank("session_key", "The session's id is empty text, so two visits could be taken for one."),
            not_negative("page_views", "Pages seen are"),
            not_negative("conversions", "Conversions are"),
            one_of("device", DEVICES, "Some devices are not desktop, mobile or tablet.", is_warning=True),
            never(
                "conversions > 0 and page_views = 0",
                "conversion_has_page_view",
                "Some sessions converted without a page being seen; the tag may be broken.",
                is_warning=True,
            ),
            usually_given("visitor_key", "Many sessions cannot be linked to a visitor."),
            usually_given("channel", "Many sessions have no channel and are shown as Unassigned."),
            *privacy_rules(WEB_SESSIONS),
        ),
    )
