"""What a company says about its leads in config/lead_stages.yaml: stages, hand-offs, qualification.

The canonical names stay those of `core.landed.STAGES`. Without the file every change of stage is allowed,
no hand-off has a limit and no rule is written: the CRM's word stands alone.
"""

from collections import Counter
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from countersign.core.landed import LEAD_EVENT_TYPES, STAGES

StageName = Literal["lead", "mql", "sales_accepted", "sql", "opportunity", "customer", "disqualified"]
# What a lead did: events that the CRM knows, and what the website saw of the lead's browser.
ACTIVITIES = (*LEAD_EVENT_TYPES, "web_session", "web_conversion")
# `qualification_rule` of a lead that the CRM moved although no written rule had fired.
STATED_BY_CRM = "Stated by the CRM"

# Names and values travel into SQL as literals: quotes are escaped there, what engines read differently
# (backslashes, line ends) is refused here.
Words = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\\\x00-\x1f]+$")]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(_Said):
    """One stage that the company uses.

    `next` are the stages that may follow it; None allows any. `hand_off_hours` is how long a lead may
    stay before somebody has moved it on, in hours; None sets no limit.
    """

    label: Words
    next: tuple[StageName, ...] | None = None
    hand_off_hours: float | None = Field(None, gt=0)


class Activity(_Said):
    """`at_least` times the same activity within `within_days` days, whenever those days were."""

    activity: str
    at_least: int = Field(1, ge=1, le=1000)
    within_days: int = Field(ge=1, le=3650)

    @field_validator("activity")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in ACTIVITIES:
            raise ValueError(f"{name!r} is not one of {', '.join(ACTIVITIES)}")
        return name


class Conditions(_Said):
    """What a lead must be and have done; all that is said must hold."""

    activities: tuple[Activity, ...] = ()
    segment_in: tuple[Words, ...] = ()
    country_in: tuple[Words, ...] = ()
    channel_in: tuple[Words, ...] = ()
    employees_at_least: int | None = Field(None, ge=1)
    is_event_lead: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Conditions":
        if not self.model_dump(exclude_defaults=True):
            raise ValueError("a rule without a condition would qualify every lead")
        return self


class QualificationRule(_Said):
    """A written rule: its name, the sentence people agreed on, and when it fires."""

    name: Words
    says: Words
    qualifies_for: Literal["mql", "sales_accepted", "sql"] = "mql"
    when: Conditions


class LeadStages(_Said):
    """config/lead_stages.yaml. No `stages` means that all are used, in any order."""

    stages: dict[StageName, Stage] = {}
    qualification_rules: tuple[QualificationRule, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> "LeadStages":
        if self.stages and "lead" not in self.stages:
            raise ValueError("stages lacks 'lead', the stage in which every lead begins")
        for name, stage in self.stages.items():
            unused = [then for then in stage.next or () if then not in self.stages]
            if unused:
                raise ValueError(f"{name} leads to {', '.join(unused)}, which is not listed under stages")
        names = Counter(rule.name for rule in self.qualification_rules)
        twice = [name for name, times in names.items() if times > 1]
        if twice or STATED_BY_CRM in names:
            raise ValueError(
                f"qualification_rules need names of their own, not {[*twice, STATED_BY_CRM][0]!r}"
            )
        for rule in self.qualification_rules:
            if self.stages and rule.qualifies_for not in self.stages:
                raise ValueError(
                    f"rule {rule.name!r} qualifies for {rule.qualifies_for}, which is not listed"
                )
        return self

    def unused(self) -> tuple[str, ...]:
        """Canonical stages that this company does not use."""
        return tuple(name for name in STAGES if self.stages and name not in self.stages)

    def forbidden_after(self, stage: str) -> tuple[str, ...]:
        """Used stages that may not follow `stage`; a stage may always be stated again."""
        said = self.stages.get(stage)  # type: ignore[call-overload]
        if said is None or said.next is None:
            return ()
        return tuple(name for name in self.stages if name != stage and name not in said.next)

    def label(self, stage: str) -> str:
        """What the company calls a stage; the canonical name where it says nothing."""
        said = self.stages.get(stage)  # type: ignore[call-overload]
        return said.label if said else stage

    def dbt_vars(self) -> dict[str, Any]:
        """What the models read, as plain values: labels and limits by stage, and the rules in order."""
        return {
            "stage_labels": {name: stage.label for name, stage in self.stages.items()},
            "hand_off_hours": {
                name: stage.hand_off_hours for name, stage in self.stages.items() if stage.hand_off_hours
            },
            "qualification_rules": [rule.model_dump(mode="json") for rule in self.qualification_rules],
        }


LEAD_STAGES_FIX = "docs/leads.md shows every key; without the file all stages are used, in any order"
