"""Who works here and in which roles: config/people.yaml.

config/people.yaml::

    people:
      - {id: ines, name: Ines Okafor, email: ines@example.com, roles: [approver, leader]}
      - {id: max, name: Max Weber, roles: [marketer], active: false}
"""

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from countersign.core.errors import ApprovalError, SettingsError
from countersign.core.workspace import Workspace, first_problem


class Person(BaseModel):
    """One person; `roles` decide what they may approve, edit or operate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9._-]{1,40}$")
    name: str = Field(min_length=1, max_length=100)
    email: str = ""
    roles: tuple[str, ...]
    active: bool = True


class _Roster(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    people: tuple[Person, ...]

    @field_validator("people")
    @classmethod
    def _ids_are_unique(cls, people: tuple[Person, ...]) -> tuple[Person, ...]:
        ids = [person.id for person in people]
        if len(set(ids)) != len(ids):
            raise ValueError("two people share an id")
        return people


def read_people(workspace: Workspace) -> tuple[Person, ...]:
    """Everybody in config/people.yaml.

    Raises:
        SettingsError: the file is missing or a field does not fit.
    """
    try:
        return _Roster.model_validate(workspace.read_config("people")).people
    except ValidationError as error:
        raise SettingsError(
            "config/people.yaml does not fit.",
            found=first_problem(error),
            fix="give each person an id (lower case), a name and a list of roles",
        ) from error


def read_person(workspace: Workspace, person_id: str) -> Person:
    """An active person by id.

    Raises:
        ApprovalError: nobody active has this id.
    """
    for person in read_people(workspace):
        if person.id == person_id and person.active:
            return person
    raise ApprovalError(
        "Nobody active has this id.",
        found=person_id,
        fix="give an id from config/people.yaml (`countersign people list`)",
    )
