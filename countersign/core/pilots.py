"""A pilot as people recorded it: the days it was selected, carried out, scaled and first verified."""

from datetime import date, datetime

from pydantic import Field, field_validator

from countersign.core.records import Record

# In the order in which a pilot passes them; scaling and verification may come in either order.
DAYS = ("selected", "executed", "scaled", "verified", "ended")


class Pilot(Record):
    """One AI pilot, as it stands after one record.

    Args:
        key: what commands call it.
        name: as people read it.
        goal: key of a business goal in config/goals.yaml.
        owner: id of the person who answers for it, in config/people.yaml.
        selected: the day on which it was chosen.
        executed: the day on which it first ran; None while it has not.
        scaled: the day on which it went beyond the pilot.
        verified: the day on which a first outcome of it was verified; `result` says which.
        ended: the day on which it was given up or closed; nothing comes after it.
        result: what came of it, in a person's words.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    name: str = Field(min_length=1, max_length=80)
    goal: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    selected: date
    executed: date | None = None
    scaled: date | None = None
    verified: date | None = None
    ended: date | None = None
    result: str = Field("", max_length=300)

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        if not any(char.isalpha() for char in name):
            raise ValueError("a name without a letter would read like a figure")
        return name


class PilotRecord(Record):
    """A pilot as one entry of the ledger says it; the newest record of a pilot is the one that counts."""

    pilot: Pilot
    entry: str
    recorded_by: str
    recorded_at: datetime
