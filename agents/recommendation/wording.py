"""The slots of a recommendation that hold prose; which actions there are is not a writer's choice."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class ActionWords(BaseModel):
    """The words of one action; figures as tokens only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(max_length=300, description="Verb first: what to do, where.")
    why: str = Field(max_length=800, description="What was counted that speaks for it.")
    effect: str = Field(max_length=600, description="The arithmetic and what it assumes, or: not known.")
    against: str = Field(max_length=600, description="What speaks against it, honestly.")


class RecommendationWording(BaseModel):
    """Every word of a recommendation that a writer may choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(max_length=500, description="What is proposed, as a headline without a full stop.")
    lede: str = Field(max_length=1200, description="Why these and not others, in up to three sentences.")
    actions: Annotated[list[ActionWords], Field(max_length=3)]
