"""What search terms must satisfy before impressions, clicks and positions are read from them."""

from datetime import datetime

from countersign.core.landed import SEARCH_TERMS
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import (
    at_most,
    batch_rules,
    counts,
    dated_between,
    never,
    not_blank,
    one_of,
    usually_given,
)
from expectations.suite import Suite
from expectations.web_sessions import DEVICES


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of search_terms; days from `latest` (UTC) on lie in the future."""
    return Suite(
        SEARCH_TERMS,
        (
            *batch_rules(SEARCH_TERMS),
            not_blank("site", "The row does not say which website was found."),
            *dated_between("search_day", "The search", latest=latest, is_day=True),
            *counts("impressions", "clicks"),
            at_most("clicks", "impressions", "There are more clicks than impressions."),
            never("position < 1", "position_is_at_least_1", "The position is before the first."),
            never(
                "impressions > 0 and position is null",
                "impressions_have_position",
                "Some rows were shown in the results at no position.",
                is_warning=True,
            ),
            one_of(
                "device", ("", *DEVICES), "Some devices are not desktop, mobile or tablet.", is_warning=True
            ),
            usually_given("search_time_zone", "Many rows do not say in which time zone their day was cut."),
            *privacy_rules(SEARCH_TERMS),
        ),
    )
