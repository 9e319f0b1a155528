"""What support tickets must satisfy before questions and waiting times are read from them."""

from datetime import datetime

from countersign.core.landed import SUPPORT_TICKETS
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import (
    at_most,
    batch_rules,
    dated_between,
    in_order,
    never,
    not_blank,
    not_in_the_future,
    one_of,
    usually_given,
)
from expectations.suite import Suite

STATUSES = ("new", "open", "pending", "solved", "closed", "deleted", "merged")
PRIORITIES = ("low", "normal", "high", "urgent")
CONTACT_CHANNELS = ("email", "web", "chat", "phone", "social")
SATISFACTIONS = ("good", "bad", "offered")
LONGEST_BODY = 2000


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of support_tickets; tickets opened from `latest` (UTC) on lie in the future."""
    return Suite(
        SUPPORT_TICKETS,
        (
            *batch_rules(SUPPORT_TICKETS),
            not_blank("ticket_id", "The ticket's id is empty text, so two tickets could be taken for one."),
            *dated_between("created_at", "The ticket", latest=latest),
            not_in_the_future("solved_at", "The solution of the ticket", latest=latest),
            at_most("created_at", "solved_at", "The ticket was solved before it was opened."),
            at_most("created_at", "first_reply_at", "The ticket was answered before it was opened."),
            in_order("created_at", "updated_at", "Some tickets were changed before they were opened."),
            never(
                "status in ('solved', 'closed') and solved_at is null",
                "solved_ticket_is_dated",
                "Some solved tickets do not say when, so solution times leave them out.",
                is_warning=True,
            ),
            one_of("status", STATUSES, "Some tickets have a status we do not know.", is_warning=True),
            one_of("priority", PRIORITIES, "Some tickets have a priority we do not know.", is_warning=True),
            one_of(
                "contact_channel",
                CONTACT_CHANNELS,
                "Some tickets came in by a way we do not know.",
                is_warning=True,
            ),
            one_of(
                "satisfaction", SATISFACTIONS, "Some ratings are not good, bad or offered.", is_warning=True
            ),
            never(
                f"length(body) > {LONGEST_BODY}",
                "body_is_short",
                f"Some messages are longer than {LONGEST_BODY} characters and should have been cut.",
                is_warning=True,
            ),
            usually_given("status", "Many tickets have no status, so nobody can tell what is open."),
            usually_given("topic", "Most tickets have no topic, so they cannot be grouped.", share=0.5),
            *privacy_rules(SUPPORT_TICKETS),
        ),
    )
