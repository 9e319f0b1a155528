"""What social posts must satisfy before anyone reads them."""

from datetime import datetime

from countersign.core.landed import SOCIAL_POSTS
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between
from expectations.suite import Suite


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of social_posts; rows dated from `latest` (UTC) on lie in the future."""
    return Suite(
        SOCIAL_POSTS,
        (*batch_rules(SOCIAL_POSTS), *dated_between("published_at", "The post", latest=latest)),
    )
