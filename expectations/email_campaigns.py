"""What e-mail campaigns must satisfy before sends, opens and clicks are read from them."""

from datetime import datetime

from countersign.core.landed import EMAIL_CAMPAIGNS
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import at_most, batch_rules, counts, dated_between, never, not_blank, usually_given
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of email_campaigns; campaigns sent from `latest` (UTC) on lie in the future."""
    return Suite(
        EMAIL_CAMPAIGNS,
        (
            *batch_rules(EMAIL_CAMPAIGNS),
            not_blank(
                "email_campaign_id",
                "The campaign's id is empty text, so two campaigns could be taken for one.",
            ),
            *dated_between("sent_at", "The campaign", latest=latest),
            *counts("sends", "deliveries", "opens", "clicks", "replies", "bounces", "unsubscribes"),
            at_most("deliveries", "sends", "More messages were delivered than sent."),
            at_most("bounces", "sends", "More messages bounced than were sent."),
            at_most("clicks", "deliveries", "More people clicked than got the message."),
            at_most(
                "opens",
                "deliveries",
                "Some campaigns were opened by more people than got them; machines may open too.",
                is_warning=True,
            ),
            at_most(
                "unsubscribes",
                "deliveries",
                "Some campaigns lost more people than got them.",
                is_warning=True,
            ),
            never(
                "deliveries + bounces > sends",
                "deliveries_and_bounces_fit_sends",
                "Some campaigns delivered and bounced more messages than were sent.",
                is_warning=True,
            ),
            never(
                "sends > 0 and sent_at is null",
                "sent_campaign_is_dated",
                "Some campaigns were sent on no known day and are missing from weekly figures.",
                is_warning=True,
            ),
            usually_given("campaign_name", "Many campaigns have no name and are shown by their id."),
            usually_given("channel", "Many campaigns have no channel and are shown as Unassigned."),
            *privacy_rules(EMAIL_CAMPAIGNS),
        ),
    )
