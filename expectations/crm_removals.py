"""What removals must satisfy before deleted and merged records are taken out."""

from datetime import datetime

from countersign.core.landed import CRM_REMOVALS
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import batch_rules, dated_between, never, not_blank, one_of
from expectations.suite import Suite

RECORD_TYPES = ("lead", "opportunity", "account", "activity")
REMOVALS = ("deleted", "merged")


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of crm_removals; removals from `latest` (UTC) on lie in the future."""
    return Suite(
        CRM_REMOVALS,
        (
            *batch_rules(CRM_REMOVALS),
            not_blank("record_id", "The removal does not say which record is gone."),
            one_of("record_type", RECORD_TYPES, f"What was removed is none of {', '.join(RECORD_TYPES)}."),
            one_of("removal", REMOVALS, "The record was neither deleted nor merged."),
            never(
                "merged_into = record_id",
                "record_is_not_merged_into_itself",
                "The record would be merged into itself and lost.",
            ),
            *dated_between("removed_at", "The removal", latest=latest),
            never(
                "removal = 'merged' and coalesce(trim(merged_into), '') = ''",
                "merge_names_the_record_that_stays",
                "Some merges do not say which record stays, so what belonged to the lost one loses its link.",
                is_warning=True,
            ),
            never(
                "removal = 'deleted' and merged_into is not null",
                "deletion_names_no_record_that_stays",
                "Some deleted records name one that they were merged into; they are treated as deleted.",
                is_warning=True,
            ),
            *privacy_rules(CRM_REMOVALS),
        ),
    )
