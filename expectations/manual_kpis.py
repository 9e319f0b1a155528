"""What figures that people enter must satisfy before they stand beside measured ones."""

from datetime import datetime

from countersign.core.landed import MANUAL_KPIS
from countersign.core.workspace import Company
from expectations.privacy import privacy_rules
from expectations.rules import at_most, batch_rules, dated_between, in_order, never, not_blank
from expectations.suite import Suite

SMALL_SAMPLE = 30


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of manual_kpis; periods that begin from `latest` (UTC) on lie in the future."""
    return Suite(
        MANUAL_KPIS,
        (
            *batch_rules(MANUAL_KPIS),
            not_blank("kpi", "The figure has no name."),
            not_blank("measured_by", "Nobody said where the figure comes from."),
            never(
                "unit not in ('share', 'count', 'score') and not regexp_full_match(unit, '[A-Z]{3}')",
                "unit_is_known",
                "The unit is not share, count, score or a currency such as EUR.",
            ),
            never(
                "unit = 'share' and value not between 0 and 1",
                "share_is_between_0_and_1",
                "The share is not between 0 and 1; a percentage may not have been divided by 100.",
            ),
            never("unit = 'count' and value < 0", "count_is_not_negative", "The count is below zero."),
            never(
                f"regexp_full_match(unit, '[A-Z]{{3}}') and unit <> '{company.reporting_currency}'",
                "money_is_in_the_reporting_currency",
                f"The amount is in another currency than {company.reporting_currency}.",
            ),
            *dated_between("period_start", "The period", latest=latest, is_day=True),
            at_most("period_start", "period_end", "The period ends before it begins."),
            never("sample_size < 1", "sample_is_not_empty", "The survey asked nobody."),
            never(
                f"sample_size < {SMALL_SAMPLE}",
                "sample_is_large_enough",
                f"Some figures come from fewer than {SMALL_SAMPLE} people and may be chance.",
                is_warning=True,
            ),
            never(
                "unit = 'share' and sample_size is null",
                "share_has_sample_size",
                "Some shares do not say how many people were asked.",
                is_warning=True,
            ),
            in_order(
                "period_start",
                "entered_on",
                "Some figures were entered before their period began; they may be targets.",
            ),
            *privacy_rules(MANUAL_KPIS),
        ),
    )
