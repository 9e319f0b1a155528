"""What marketing and technology agreed to answer for together, from config/scorecard.yaml.

config/scorecard.yaml::

    window_weeks: 4
    kpis:
      - metric: cost_per_accepted_lead
        direction: down
        target: 420
        marketing: {owner: ines, goal: cost_per_accepted_lead, priority: 1}
        technology: {owner: viktor, goal: cost_per_accepted_lead, priority: 2}
"""

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agents.goals import Goal
from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace, first_problem

FILE = "config/scorecard.yaml"
Function = Literal["marketing", "technology"]
FUNCTIONS: tuple[Function, ...] = ("marketing", "technology")


class _Agreed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Side(_Agreed):
    """Who answers for a KPI in one function, which goal it serves there, and how it ranks (1 comes first)."""

    owner: str = Field(min_length=1)
    goal: str = Field(min_length=1)
    priority: int | None = Field(None, ge=1)


class SharedKpi(_Agreed):
    """One KPI with a co-owner in each function.

    Args:
        metric: a metric of docs/metrics.md.
        direction: which way it is to go.
        target: where it is to get, in the metric's unit (a rate is 0 to 1); None when none was agreed.
        key: what tells it from others, where one metric stands there twice; default is the metric.
        name: as people read it; default is the metric's own.
    """

    metric: str = Field(min_length=1)
    direction: Literal["up", "down"]
    target: Decimal | None = None
    marketing: Side
    technology: Side
    key: str = ""
    name: str = Field("", max_length=80)

    @property
    def id(self) -> str:
        """Its key, or else its metric."""
        return self.key or self.metric

    @property
    def sides(self) -> dict[Function, Side]:
        """Both co-owners, marketing first."""
        return {"marketing": self.marketing, "technology": self.technology}

    @model_validator(mode="after")
    def _has_two_owners(self) -> "SharedKpi":
        if self.marketing.owner == self.technology.owner:
            raise ValueError(f"{self.marketing.owner} answers for both sides; co-owned means two people")
        return self


class Agreement(_Agreed):
    """config/scorecard.yaml: the KPIs, and how many weeks each figure is of."""

    window_weeks: int = Field(4, ge=1, le=26)
    kpis: tuple[SharedKpi, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _keys_are_unique(self) -> "Agreement":
        ids = [kpi.id for kpi in self.kpis]
        if repeated := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"{repeated[0]} stands there twice; give one of them a key of its own")
        return self


def read_agreement(workspace: Workspace) -> Agreement:
    """The company's agreement.

    Raises:
        SettingsError: there is no config/scorecard.yaml, or a field does not fit.
    """
    try:
        return Agreement.model_validate(workspace.read_config("scorecard") or {})
    except ValidationError as error:
        raise unfit(
            first_problem(error),
            "give each KPI a metric, a direction (up or down), and an owner and a goal for marketing and for"
            " technology",
        ) from error


def check_agreement(
    agreement: Agreement, *, units: Mapping[str, str], people: Mapping[str, str], goals: Mapping[str, Goal]
) -> None:
    """Refuse what names something that does not exist.

    Args:
        units: of every metric that a week can be read of, by name.
        people: names of active people by id.
        goals: of config/goals.yaml by key, active or not: one that is not is shown as a conflict.

    Raises:
        SettingsError: an unknown metric, person or goal, or a rate outside 0 to 1.
    """
    for kpi in agreement.kpis:
        if kpi.metric not in units:
            meant = get_close_matches(kpi.metric, units, n=2, cutoff=0.6)
            hint = f"did you mean {' or '.join(meant)}? " if meant else ""
            raise unfit(
                f"{kpi.id}: no metric {kpi.metric!r} that is kept by week in total",
                f"{hint}`countersign metrics list` names every metric",
            )
        if units[kpi.metric] == "rate" and kpi.target is not None and not 0 <= kpi.target <= 1:
            raise unfit(f"{kpi.id}: a target of {kpi.target} for a rate", "write 35% as 0.35")
        for function, side in kpi.sides.items():
            if side.owner not in people:
                raise unfit(
                    f"{kpi.id}, {function}: nobody active has the id {side.owner!r}",
                    "name somebody of config/people.yaml (`countersign people list`)",
                )
            if side.goal not in goals:
                raise unfit(
                    f"{kpi.id}, {function}: no goal {side.goal!r}",
                    f"use one of config/goals.yaml: {', '.join(goals)}",
                )


def unfit(found: str, fix: str) -> SettingsError:
    """What every refusal of this file says."""
    return SettingsError(f"{FILE} does not fit.", found=found, fix=fix)
