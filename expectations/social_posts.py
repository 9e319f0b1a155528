"""What posts must satisfy before reach and engagement are read from them."""

from datetime import datetime

from countersign.core.landed import SOCIAL_POSTS
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import batch_rules, counts, dated_between, never, not_blank, one_of, usually_given
from expectations.suite import Suite

PLATFORMS = ("facebook", "instagram", "linkedin")


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of social_posts; posts published from `latest` (UTC) on lie in the future."""
    return Suite(
        SOCIAL_POSTS,
        (
            *batch_rules(SOCIAL_POSTS),
            not_blank("post_id", "The post's id is empty text, so two posts could be taken for one."),
            not_blank("page_id", "The post does not say which page it is on."),
            *dated_between("published_at", "The post", latest=latest),
            *counts("impressions", "reactions", "comments", "shares", "clicks"),
            one_of("platform", PLATFORMS, "Some posts are on a platform we do not know.", is_warning=True),
            never(
                "reactions > impressions",
                "reactions_is_at_most_impressions",
                "Some posts have more reactions than impressions; paid ones may be counted in.",
                is_warning=True,
            ),
            never(
                "not regexp_matches(link, '^https?://')",
                "link_is_a_web_address",
                "Some posts have a link that does not lead to the web.",
                is_warning=True,
            ),
            usually_given("impressions", "Many posts do not say how often they were shown."),
            *privacy_rules(SOCIAL_POSTS),
        ),
    )
