"""How credit is shared out: config/attribution.yaml, or these defaults when a company has no such file.

config/attribution.yaml::

    lookback_days: 90                 # a touch counts when it is at most this old at the conversion
    half_life_days: 7                 # time decay: a touch this much older gets half the credit
    position_shares: {first: 0.4, middle: 0.2, last: 0.4}
    direct_channel: Direct            # last non-direct passes over it, unless there is nothing else
"""

import math
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace, first_problem


class PositionShares(BaseModel):
    """Shares of the first touch, of all between together, and of the last; they sum to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: float = Field(0.4, ge=0, le=1)
    middle: float = Field(0.2, ge=0, le=1)
    last: float = Field(0.4, ge=0, le=1)

    @model_validator(mode="after")
    def _sum_to_one(self) -> Self:
        total = self.first + self.middle + self.last
        if not math.isclose(total, 1.0, abs_tol=1e-12):
            raise ValueError(f"first, middle and last sum to {total:g} and should sum to 1")
        return self


class AttributionRules(BaseModel):
    """What a company may choose about its rule-based models."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lookback_days: int = Field(90, ge=1, le=3650)
    half_life_days: float = Field(7.0, gt=0, allow_inf_nan=False)
    position_shares: PositionShares = PositionShares()
    direct_channel: str = Field("Direct", min_length=1)

    def dbt_vars(self) -> dict[str, object]:
        """The rules as the dbt project reads them."""
        return {"attribution": self.model_dump()}


def read_attribution_rules(workspace: Workspace) -> AttributionRules:
    """The company's rules; the defaults when config/attribution.yaml is absent.

    Raises:
        SettingsError: the file is not YAML or a value does not fit.
    """
    if not (workspace.config / "attribution.yaml").is_file():
        return AttributionRules()
    try:
        return AttributionRules.model_validate(workspace.read_config("attribution"))
    except ValidationError as error:
        raise SettingsError(
            "config/attribution.yaml does not fit.",
            found=first_problem(error),
            fix="correct that key; docs/attribution.md says what each of them means",
        ) from error
