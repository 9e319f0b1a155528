"""What e-mail events must satisfy before they count as opens, clicks and replies."""

from datetime import datetime

from countersign.core.landed import EMAIL_EVENT_TYPES, EMAIL_EVENTS
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import batch_rules, dated_between, never, not_blank, one_of, usually_given
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of email_events; events from `latest` (UTC) on lie in the future."""
    return Suite(
        EMAIL_EVENTS,
        (
            *batch_rules(EMAIL_EVENTS),
            not_blank("event_id", "The event's id is empty text, so two events could be taken for one."),
            not_blank("platform", "The event does not say which platform sent the message."),
            one_of("event_type", EMAIL_EVENT_TYPES, f"The event is none of {', '.join(EMAIL_EVENT_TYPES)}."),
            *dated_between("occurred_at", "The event", latest=latest),
            never(
                "event_type = 'clicked' and page is null",
                "click_has_page",
                "Some clicks do not say which page was opened.",
                is_warning=True,
            ),
            usually_given("email_campaign_id", "Many events cannot be linked to a campaign."),
            usually_given("email_key", "Many events cannot be linked to a person's record."),
            *privacy_rules(EMAIL_EVENTS),
        ),
    )
