"""The company's goals, from config/goals.yaml: what every agent must serve."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace, first_problem


class Goal(BaseModel):
    """One business goal; an agent names it by `key`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = ""
    metric: str = Field(min_length=1)
    direction: Literal["up", "down"]
    baseline: float | None = None
    target: float | None = None
    owner: str = Field(min_length=1)
    active: bool = True

    @property
    def title(self) -> str:
        """The goal as people read it: its name, or its key in words."""
        return self.name or self.key.replace("_", " ").capitalize()


def read_goals(workspace: Workspace) -> dict[str, Goal]:
    """The goals of config/goals.yaml by key: a list, or a list under `goals`.

    Raises:
        SettingsError: the file is missing, a goal does not fit, or a key repeats.
    """
    found = workspace.read_config("goals")
    listed = found.get("goals") if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise _unfit("the file holds no list of goals")
    goals: dict[str, Goal] = {}
    for position, item in enumerate(listed, start=1):
        try:
            goal = Goal.model_validate(item)
        except ValidationError as error:
            raise _unfit(f"goal {position}: {first_problem(error)}") from error
        if goal.key in goals:
            raise _unfit(f"the key {goal.key!r} stands there twice")
        goals[goal.key] = goal
    return goals


def _unfit(found: str) -> SettingsError:
    return SettingsError(
        "config/goals.yaml does not fit.",
        found=found,
        fix="give each goal a key, a metric, a direction (up or down), an owner and whether it is active",
    )
