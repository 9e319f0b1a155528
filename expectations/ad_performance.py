"""What ad rows must satisfy before anyone reads spend, clicks or conversions from them."""

from datetime import datetime

from countersign.core.landed import AD_PERFORMANCE
from countersign.core.workspace import Company
from expectations.rules import (
    at_most,
    batch_rules,
    dated_between,
    in_reporting_currency,
    never,
    not_negative,
    usually_given,
)
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of ad_performance; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        AD_PERFORMANCE,
        (
            *batch_rules(AD_PERFORMANCE),
            in_reporting_currency(company),
            not_negative("spend", "Spend is"),
            not_negative("impressions", "Impressions are"),
            not_negative("clicks", "Clicks are"),
            not_negative("platform_conversions", "Conversions are"),
            not_negative("platform_conversion_value", "The conversions' value is"),
            at_most("clicks", "impressions", "There are more clicks than impressions."),
            *dated_between("account_day", "The ad row", latest=latest, is_day=True),
            usually_given("channel", "Many ad rows have no channel and are shown as Unassigned."),
            usually_given("campaign_name", "Many campaigns have no name and are shown by their id."),
            never(
                "_spend_unseen",
                "spend_has_impressions",
                "Some rows spent money although no ad was shown; the export may lack impressions.",
                is_warning=True,
            ),
        ),
        derived={"_spend_unseen": "coalesce(spend > 0 and impressions = 0, false)"},
    )
