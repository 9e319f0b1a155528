"""The slots of a leadership summary that hold prose; what is proposed and what is not known are no choice."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Line = Annotated[str, Field(max_length=1200)]

# What leadership need not know the name of, and how people say it. Carried sentences are put this way,
# and a wording that uses the left side is refused.
PLAIN_WORDS = {
    "cost per accepted lead": "the cost of a lead that sales accepts",
    "cost per lead": "the cost of a lead",
    "the sales acceptance rate": "the share of leads that sales accepts",
    "sales acceptance rate": "the share of leads that sales accepts",
    "conversion rate": "the share of visits that become leads",
    "the median wait": "the usual wait",
    "median": "usual",
    "sessions": "visits",
    "drop-off": "loss",
    "funnel": "path to a sale",
    "CAC": "the cost of a customer",
    "CPL": "the cost of a lead",
    "ROAS": "the return on ads",
    "MQL": "qualified lead",
    "SQL": "lead that sales works on",
    "impressions": "times an ad was shown",
    "attribution": "what is credited with a sale",
    "baseline": "usual level",
    "cohort": "group",
}


class SummaryWording(BaseModel):
    """Every word of a summary that a writer may choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(max_length=400, description="What happened, in plain words, without a full stop.")
    happened: Annotated[list[Line], Field(max_length=12, description="What happened, a sentence a line.")]
    money: Annotated[list[Line], Field(max_length=6, description="What it means in money, likewise.")]
