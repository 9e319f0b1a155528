"""What the company knows beforehand: config/events.yaml, or nothing when a company has no such file.

config/events.yaml::

    events:
      - {day: 2026-05-01, kind: holiday, name: Labour Day}
      - {day: 2026-06-08, until: 2026-06-14, kind: promotion, name: Summer sale, channel: Paid search}
      - {day: 2026-06-15, kind: launch, name: New brand campaign, channel: Paid social, campaign_id: "120"}
"""

from datetime import date, timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace, first_problem

LONGEST_DAYS = 62

EventKind = Literal["release", "launch", "holiday", "promotion", "restatement", "brief", "decision"]
# What is said of one campaign, or it says nothing.
_OF_A_CAMPAIGN = ("brief", "decision")


class Event(BaseModel):
    """One event: its first day, its last one when it is longer, and where ('' means everywhere)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    until: date | None = None
    kind: EventKind
    name: str = Field(min_length=1, max_length=120)
    channel: str = ""
    campaign_id: str = ""

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.until is not None and not 0 <= (self.until - self.day).days < LONGEST_DAYS:
            raise ValueError(f"until must be the day or up to {LONGEST_DAYS - 1} days later")
        return self

    @model_validator(mode="after")
    def _names_its_campaign(self) -> Self:
        if self.kind in _OF_A_CAMPAIGN and not self.campaign_id:
            raise ValueError(f"a {self.kind} needs the campaign_id that it is of")
        return self

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it."""
        count = ((self.until or self.day) - self.day).days + 1
        return tuple(self.day + timedelta(days=number) for number in range(count))


class Events(BaseModel):
    """All events that a company tells of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    events: tuple[Event, ...] = ()

    def dbt_vars(self) -> dict[str, list[dict[str, str]]]:
        """One mark for each day of each event, in order, each once: what the dbt project reads.

        >>> first = Event(day=date(2026, 5, 1), kind="holiday", name="Labour Day")
        >>> [mark["day"] for mark in Events(events=[first, first]).dbt_vars()["event_marks"]]
        ['2026-05-01']
        """
        marks = {
            (day.isoformat(), event.kind, event.name, event.channel, event.campaign_id)
            for event in self.events
            for day in event.days
        }
        names = ("day", "kind", "name", "channel", "campaign_id")
        return {"event_marks": [dict(zip(names, mark, strict=True)) for mark in sorted(marks)]}


def read_events(workspace: Workspace) -> Events:
    """What config/events.yaml tells; nothing when there is no such file.

    Raises:
        SettingsError: the file is not YAML or a value does not fit.
    """
    if not (workspace.config / "events.yaml").is_file():
        return Events()
    try:
        return Events.model_validate(workspace.read_config("events"))
    except ValidationError as error:
        raise SettingsError(
            "config/events.yaml does not fit.",
            found=first_problem(error),
            fix="correct that key; docs/events.md says what each of them means",
        ) from error
