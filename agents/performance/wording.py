"""The slots of a daily note that hold prose."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class ItemWords(BaseModel):
    """The words of one incident: its heading, what was counted, and what that looks like."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: str = Field(max_length=400, description="What moved, where, how far.")
    when: str = Field(max_length=400, description="How urgent, and since when.")
    measured: str = Field(max_length=1200, description="What came, what was expected, what held.")
    reading: str = Field(max_length=900, description="What it looks like; empty when nothing known.")


class AlertWording(BaseModel):
    """Every word of a daily note that is not a figure, a name or a label of a table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(max_length=500, description="The gravest first, as a headline without a full stop.")
    lede: str = Field(max_length=900, description="How much needs someone, and that the rest is usual.")
    items: Annotated[list[ItemWords], Field(max_length=40)]
