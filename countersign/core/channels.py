"""config/channels.yaml: the company's own rules for the channel of a visit, and its channel names."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace, first_problem

# What RE2, Java and Postgres do not share; a rule must mean the same on every warehouse.
_NOT_PORTABLE = re.compile(r"\(\?(?!:)|\\[1-9bBpPkGZzA]|(?<!\\)[*+?}]\+")

_COLUMNS: tuple[Literal["source", "medium", "campaign"], ...] = ("source", "medium", "campaign")


class Pattern(BaseModel):
    """A regular expression, found anywhere in the value unless it says ^ and $; case does not matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    matches: str = Field(min_length=1)

    @field_validator("matches")
    @classmethod
    def _is_portable(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        if _NOT_PORTABLE.search(pattern):
            raise ValueError(
                f"{pattern!r} uses what not every warehouse knows: no look-around, no inline flags, "
                r"no references back, no \b"
            )
        # Values are compared in lower case, and so must be the letters of the pattern, but not \W or \D.
        return re.sub(
            r"\\.|[A-Z]", lambda found: found[0] if found[0][0] == "\\" else found[0].lower(), pattern
        )


Condition = Pattern | tuple[str, ...]


class ChannelRule(BaseModel):
    """One rule: every condition that it names must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: str = Field(min_length=1)
    source: Condition | None = None
    medium: Condition | None = None
    campaign: Condition | None = None

    @field_validator("source", "medium", "campaign", mode="before")
    @classmethod
    def _is_a_list(cls, condition: object) -> object:
        values = [condition] if isinstance(condition, str) else condition
        if not isinstance(values, list):
            return values
        if not values or not all(isinstance(value, str) for value in values):
            raise ValueError("give a text, a list of texts, or {matches: REGULAR EXPRESSION}")
        return tuple(value.strip().lower() for value in values)

    @model_validator(mode="after")
    def _asks_for_something(self) -> "ChannelRule":
        if not self.conditions:
            raise ValueError("a rule needs a condition on source, medium or campaign")
        return self

    @property
    def conditions(self) -> list[dict[str, object]]:
        """The conditions as dbt's macro `company_rules` reads them."""
        found: list[dict[str, object]] = []
        for column in _COLUMNS:
            condition = getattr(self, column)
            if isinstance(condition, Pattern):
                found.append({"column": column, "matches": condition.matches})
            elif condition is not None:
                found.append({"column": column, "values": list(condition)})
        return found


class Channels(BaseModel):
    """The whole file. Without one there are no own rules and Google's names stay."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: dict[str, Annotated[str, Field(min_length=1)]] = {}
    rules: tuple[ChannelRule, ...] = ()

    def dbt_vars(self) -> dict[str, object]:
        """The vars that the macro `channel_of` reads."""
        rules = [{"channel": rule.channel, "conditions": rule.conditions} for rule in self.rules]
        return {"channel_rules": rules, "channel_names": dict(self.names)}


def read_channels(workspace: Workspace) -> Channels:
    """The company's channel rules; none where config/channels.yaml does not exist.

    Raises:
        SettingsError: the file is not YAML or does not fit.
    """
    if not (workspace.config / "channels.yaml").is_file():
        return Channels()
    try:
        return Channels.model_validate(workspace.read_config("channels") or {})
    except ValidationError as error:
        raise SettingsError(
            "config/channels.yaml does not fit.",
            found=first_problem(error),
            fix="give `names: {Organic Search: Organic search}`; each rule needs a channel and conditions",
        ) from error
