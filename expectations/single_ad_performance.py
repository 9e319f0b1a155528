"""What single ads must satisfy before one of them is called behind its ad group, or its text repeated."""

from datetime import datetime

from countersign.core.landed import SINGLE_AD_PERFORMANCE
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import (
    at_most,
    batch_rules,
    dated_between,
    iso_currency,
    not_blank,
    not_negative,
)
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of single_ad_performance; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        SINGLE_AD_PERFORMANCE,
        (
            *batch_rules(SINGLE_AD_PERFORMANCE),
            not_blank("ad_id", "The ad's id is empty text, so two ads could be taken for one."),
            iso_currency("currency", "The amount"),
            not_negative("spend", "Spend is"),
            not_negative("impressions", "Impressions are"),
            not_negative("clicks", "Clicks are"),
            not_negative("platform_conversions", "Conversions are"),
            at_most("clicks", "impressions", "There are more clicks than impressions."),
            *dated_between("account_day", "The ad", latest=latest, is_day=True),
            *privacy_rules(SINGLE_AD_PERFORMANCE),
        ),
    )
