"""What ad rows must satisfy before anyone reads spend, clicks or conversions from them."""

from datetime import datetime

from countersign.core.landed import AD_PERFORMANCE
from countersign.core.workspace import Company
from expectations.rules import (
    at_most,
    batch_rules,
    dated_between,
    iso_currency,
    never,
    not_negative,
    usually_given,
)
from expectations.suite import Suite

# No auction we know of sells a click at this price; spend in micros is a million times too dear.
DEAREST_CLICK = 1000


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of ad_performance; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        AD_PERFORMANCE,
        (
            *batch_rules(AD_PERFORMANCE),
            iso_currency("currency", "The amount"),
            not_negative("spend", "Spend is"),
            not_negative("impressions", "Impressions are"),
            not_negative("clicks", "Clicks are"),
            not_negative("platform_conversions", "Conversions are"),
            not_negative("platform_conversion_value", "The conversions' value is"),
            at_most("clicks", "impressions", "There are more clicks than impressions."),
            *dated_between("account_day", "The ad row", latest=latest, is_day=True),
            never(
                f"clicks > 0 and spend > {DEAREST_CLICK} * clicks",
                "click_price_is_plausible",
                f"Some clicks cost more than {DEAREST_CLICK:,} each; the spend may be in cents or micros.",
                is_warning=True,
            ),
            usually_given(
                "account_time_zone", "Many ad rows do not say in which time zone their day was cut."
            ),
            usually_given("channel", "Many ad rows have no channel and are shown as Unassigned."),
            usually_given("campaign_name", "Many campaigns have no name and are shown by their id."),
            never(
                "spend > 0 and impressions = 0",
                "spend_has_impressions",
                "Some rows spent money although no ad was shown; the export may lack impressions.",
                is_warning=True,
            ),
        ),
    )
