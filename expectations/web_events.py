"""What raw web events must satisfy before sessions and conversions are made of them."""

from datetime import datetime

from countersign.core.landed import WEB_EVENTS
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import batch_rules, dated_between, never, not_blank, one_of, usually_given
from expectations.suite import Suite
from expectations.web_sessions import DEVICES


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of web_events; events from `latest` (UTC) on lie in the future."""
    return Suite(
        WEB_EVENTS,
        (
            *batch_rules(WEB_EVENTS),
            not_blank("event_name", "The event has no name, so nobody can tell what happened."),
            *dated_between("occurred_at", "The event", latest=latest),
            never(
                "value is not null and currency is null",
                "value_has_currency",
                "The event's value has no currency.",
            ),
            never(
                "regexp_matches(referrer_host, '[/?@ ]')",
                "referrer_is_a_host",
                "The referrer is a whole address instead of a host, and may hold personal data.",
            ),
            never(
                f"value is not null and currency <> '{company.reporting_currency}'",
                "value_is_in_the_reporting_currency",
                f"Some values are not in {company.reporting_currency}, so do not add them up.",
                is_warning=True,
            ),
            never(
                "value < 0",
                "value_is_not_negative",
                "Some values are below zero; refunds may have been sent as events.",
                is_warning=True,
            ),
            never(
                "event_name = 'page_view' and page is null",
                "page_view_has_page",
                "Some page views do not say which page was seen.",
                is_warning=True,
            ),
            one_of("device", DEVICES, "Some devices are not desktop, mobile or tablet.", is_warning=True),
            usually_given("visitor_key", "Many events cannot be linked to a visitor."),
            usually_given("session_key", "Many events belong to no session."),
            *privacy_rules(WEB_EVENTS),
        ),
    )
