"""Limits in config/company.yaml below which spend counts as wasted."""

from pydantic import BaseModel, ConfigDict, Field


class WastedSpend(BaseModel):
    """`wasted_spend` in config/company.yaml: each limit looks at the last `weeks` weeks together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weeks: int = Field(4, gt=0)
    acceptance_below: float = Field(0.2, ge=0, le=1)
    least_decided_leads: int = Field(10, gt=0)
    cost_multiple: float = Field(3.0, gt=1)

    def dbt_vars(self) -> dict[str, object]:
        """The vars that the mart wasted_spend reads."""
        return {f"wasted_spend_{name}": value for name, value in self.model_dump().items()}
