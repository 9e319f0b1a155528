"""`journey` in config/company.yaml: which content, topics and objections belong to which stage of it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

JourneyStage = Literal["awareness", "consideration", "decision", "use"]


class JourneyRule(BaseModel):
    """One rule: texts (paths, titles, topics, reasons) that belong to a stage; `*` stands for anything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: JourneyStage
    texts: tuple[str, ...] = Field(min_length=1)


def journey_vars(rules: tuple[JourneyRule, ...]) -> dict[str, object]:
    """The var that the macro `journey_stage` reads: (stage, pattern for `like`), the first match decides.

    >>> journey_vars((JourneyRule(stage="decision", texts=("/Price_list*",)),))
    {'journey_rules': [['decision', '/price!_list%']]}
    """
    return {"journey_rules": [[rule.stage, _like(text)] for rule in rules for text in rule.texts]}


def _like(text: str) -> str:
    escaped = "".join(f"!{letter}" if letter in "!%_" else letter for letter in text.strip().lower())
    return escaped.replace("*", "%")
