"""What sales verdicts must satisfy before they count as accepted or rejected leads."""

from datetime import datetime

from countersign.core.landed import SALES_FEEDBACK
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between, never, one_of
from expectations.suite import Suite

VERDICTS = ("accepted", "rejected")


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of sales_feedback; verdicts from `latest` (UTC) on lie in the future."""
    return Suite(
        SALES_FEEDBACK,
        (
            *batch_rules(SALES_FEEDBACK),
            one_of("verdict", VERDICTS, "The verdict is neither accepted nor rejected."),
            *dated_between("decided_at", "The verdict", latest=latest),
            never(
                "_unexplained",
                "rejection_has_reason",
                "Some rejections give no reason, so nobody can learn from them.",
                is_warning=True,
            ),
        ),
        derived={"_unexplained": "coalesce(verdict = 'rejected' and coalesce(trim(reason), '') = '', false)"},
    )
