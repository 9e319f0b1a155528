"""config/privacy.yaml: how long raw values stay, where phones are dialled from, and what data is used for."""

import re
from typing import Annotated

from phonenumbers import SUPPORTED_REGIONS
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace, first_problem
from countersign.sources.personal.masking import REGIONS

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Retention(_Part):
    """Days after which raw values, landed files and vendors' raw pages go."""

    raw_values_days: int = Field(400, ge=1)
    landed_days: int = Field(1100, ge=1)
    fetched_days: int = Field(90, ge=1)


class Phones(_Part):
    """Where a number without a country code is dialled from, and where such numbers are looked for"
    " in text."""

    default_region: str | None = None
    regions_in_text: tuple[str, ...] = REGIONS

    @field_validator("default_region", "regions_in_text")
    @classmethod
    def _is_known(cls, given: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        for region in (given,) if isinstance(given, str) else given or ():
            if region not in SUPPORTED_REGIONS:
                raise ValueError(f"{region!r} is not a region such as DE or US")
        return given


class Purpose(_Part):
    """One purpose the company uses customer data for, and how sources name it."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    meaning: str
    needs_consent: bool = True
    said_as: tuple[Word, ...] = ()


class PrivacyConfig(_Part):
    """The whole file; every key may be left out."""

    retention: Retention = Retention()
    phones: Phones = Phones()
    drop_plus_in_emails: bool = False
    keep_words: tuple[Word, ...] = ()
    purposes: tuple[Purpose, ...] = ()

    @field_validator("keep_words")
    @classmethod
    def _are_single_words(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for word in given:
            if not re.fullmatch(r"[\w'’-]+", word):
                raise ValueError(f"{word!r} is more than one word: list the words of a product's name singly")
        return given


def read_privacy(workspace: Workspace) -> PrivacyConfig:
    """The workspace's privacy settings; the defaults when it has no config/privacy.yaml.

    Raises:
        SettingsError: a key is unknown or a value does not fit.
    """
    if not (workspace.config / "privacy.yaml").is_file():
        return PrivacyConfig()
    try:
        return PrivacyConfig.model_validate(workspace.read_config("privacy") or {})
    except ValidationError as error:
        raise SettingsError(
            "config/privacy.yaml does not fit.",
            found=first_problem(error),
            fix="correct that entry; docs/privacy.md lists every key",
        ) from error
