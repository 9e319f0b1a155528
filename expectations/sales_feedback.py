"""What sales verdicts must satisfy before they count as accepted or rejected leads."""

from datetime import datetime

from countersign.core.landed import SALES_FEEDBACK
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import batch_rules, dated_between, never, not_blank, one_of
from expectations.suite import Suite

VERDICTS = ("accepted", "rejected")


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of sales_feedback; verdicts from `latest` (UTC) on lie in the future."""
    return Suite(
        SALES_FEEDBACK,
        (
            *batch_rules(SALES_FEEDBACK),
            not_blank("lead_id", "The verdict does not say which lead it is about."),
            one_of("verdict", VERDICTS, "The verdict is neither accepted nor rejected."),
            *dated_between("decided_at", "The verdict", latest=latest),
            never(
                "verdict = 'rejected' and coalesce(trim(reason), '') = ''",
                "rejection_has_reason",
                "Some rejections give no reason, so nobody can learn from them.",
                is_warning=True,
            ),
            *privacy_rules(SALES_FEEDBACK),
        ),
    )
