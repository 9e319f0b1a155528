"""What stage changes must satisfy before they move a lead through the funnel."""

from datetime import datetime

from countersign.core.landed import CRM_STAGE_CHANGES, STAGES
from countersign.core.lead_stages import LeadStages
from countersign.core.warehouse import quote_text
from countersign.core.workspace import Company
from expectations.gx import gxe
from expectations.rules import batch_rules, dated_between, never, not_blank, one_of, usually_given
from expectations.suite import Rule, Suite

_CHANGE_RULE = "stage_change_is_allowed"


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of crm_stage_changes; changes from `latest` (UTC) on lie in the future."""
    return Suite(
        CRM_STAGE_CHANGES,
        (
            *batch_rules(CRM_STAGE_CHANGES),
            not_blank("lead_id", "The change does not say which lead moved."),
            one_of("stage", STAGES, f"The stage is none of {', '.join(STAGES)}."),
            *dated_between("changed_at", "The stage change", latest=latest),
            _allowed(company.lead_stages),
            one_of("from_stage", STAGES, "Some stages that leads left are not known.", is_warning=True),
            never(
                "stage = from_stage",
                "stage_differs_from_the_one_left",
                "Some changes enter the stage they leave.",
                is_warning=True,
            ),
            usually_given("source_time_zone", "Many changes do not say in which time zone they were."),
        ),
    )


def _allowed(stages: LeadStages) -> Rule:
    # A forbidden change is the CRM's habit, not a broken file: many of them do not condemn the batch.
    unused = _among("stage", stages.unused())
    pairs = [
        f"(from_stage = {quote_text(name)} and {_among('stage', stages.forbidden_after(name))})"
        for name in stages.stages
        if stages.forbidden_after(name)
    ]
    from_label, to_label = (_labelled(stages, column) for column in ("from_stage", "stage"))
    return Rule(
        _CHANGE_RULE,
        gxe.ExpectColumnValuesToBeInSet(column=f"_{_CHANGE_RULE}", value_set=[False]),
        "Some changes go where config/lead_stages.yaml allows none.",
        is_suspicious=False,
        derived=f"coalesce({' or '.join([unused, *pairs])}, false)",
        row_reason=(
            f"case when {unused} then 'The company does not use the stage ' || stage || '.'"
            f" else 'A lead may not go from ' || {from_label} || ' to ' || {to_label}"
            " || ': config/lead_stages.yaml does not allow it.' end"
        ),
    )


def _labelled(stages: LeadStages, column: str) -> str:
    cases = " ".join(
        f"when {quote_text(name)} then {quote_text(f'{name} ({stages.label(name)})')}" for name in STAGES
    )
    return f"case {column} {cases} end"


def _among(column: str, stages: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(map(quote_text, stages))})" if stages else "false"
