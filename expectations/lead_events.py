"""What the things that leads did must satisfy before they count as engagement."""

from datetime import datetime

from countersign.core.landed import LEAD_EVENT_TYPES, LEAD_EVENTS
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import batch_rules, dated_between, never, not_blank, one_of
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of lead_events; events from `latest` (UTC) on lie in the future."""
    return Suite(
        LEAD_EVENTS,
        (
            *batch_rules(LEAD_EVENTS),
            not_blank("event_id", "The event's id is empty text, so two events could be taken for one."),
            one_of("event_type", LEAD_EVENT_TYPES, f"The event is none of {', '.join(LEAD_EVENT_TYPES)}."),
            *dated_between("occurred_at", "The event", latest=latest),
            never(
                "lead_id is null and email_key is null and visitor_key is null",
                "event_has_someone",
                "Some events name nobody, so they count for no lead.",
                is_warning=True,
            ),
            never(
                "event_type <> 'page_view' and asset_id is null and asset_name is null",
                "event_has_asset",
                "Some events do not say which form, file, e-mail or event they were about.",
                is_warning=True,
            ),
            never(
                "event_type = 'page_view' and page is null",
                "page_view_has_page",
                "Some page views do not say which page was seen.",
                is_warning=True,
            ),
            *privacy_rules(LEAD_EVENTS),
        ),
    )
