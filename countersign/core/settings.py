"""The one place that reads the environment: COUNTERSIGN_* settings, checked for misspelling."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from countersign.core.errors import SettingsError

PREFIX = "COUNTERSIGN_"
# Secrets of sources: COUNTERSIGN_SECRET_<SOURCE>_<NAME>, e.g. COUNTERSIGN_SECRET_HUBSPOT_ACCESS_TOKEN.
SECRET_PREFIX = f"{PREFIX}SECRET_"
# Prefect's own names: one server, one address, whoever asks.
PREFECT_NAMES = ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING")


class Settings(BaseSettings):
    """Settings of one process; every field is documented in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", protected_namespaces=())

    workspace: Path = Field(Path(), description="Directory of the workspace; `--workspace` wins.")
    ledger_url: str | None = Field(
        None, description="SQLAlchemy URL of the ledger; default is state/ledger.db (SQLite)."
    )
    token_file: Path = Field(
        Path("~/.config/countersign/token"),
        description="Where `countersign login` keeps the signed-in person's token (mode 0600).",
    )
    pseudonym_key: SecretStr | None = Field(
        None,
        description="Key of the pseudonyms made at landing; default is a random key kept in "
        "state/restricted/ (mode 0600).",
    )
    model_base_url: str | None = Field(
        None, description="An OpenAI-compatible endpoint; without it the offline writers write."
    )
    model_api_key: SecretStr | None = Field(None, description="Key for the model endpoint.")
    model: str = Field("gpt-4.1-mini", description="Model name sent to the endpoint.")
    model_timeout_s: float = Field(
        60.0, gt=0, le=600, description="Seconds a model call may take before the offline writer."
    )
    model_usd_per_million_in: float = Field(
        0.0, ge=0, description="Price of a million tokens that the model reads; limits on cost count with it."
    )
    model_usd_per_million_out: float = Field(
        0.0, ge=0, description="Price of a million tokens that the model writes."
    )
    prefect_api_url: str | None = Field(
        None, description="PREFECT_API_URL: a Prefect server that shows pending proposals."
    )
    prefect_api_auth_string: SecretStr | None = Field(
        None, description="PREFECT_API_AUTH_STRING: the credential of that server."
    )
    source_secrets: Mapping[str, SecretStr] = Field(
        {}, description="Secrets of sources, by the rest of their variable's name."
    )
    test_data: Path | None = Field(
        None, description="Tests only: folder of data made by others; default ../shared/data."
    )


def variable_name(field: str) -> str:
    """The environment variable behind a settings field.

    >>> variable_name("model"), variable_name("prefect_api_url")
    ('COUNTERSIGN_MODEL', 'PREFECT_API_URL')
    """
    if field == "source_secrets":
        return f"{SECRET_PREFIX}<SOURCE>_<NAME>"
    name = field.upper()
    return name if name in PREFECT_NAMES else PREFIX + name


def source_secret_name(source: str, secret: str) -> str:
    """The environment variable of a source's secret.

    >>> source_secret_name("hubspot", "access_token")
    'COUNTERSIGN_SECRET_HUBSPOT_ACCESS_TOKEN'
    """
    return f"{SECRET_PREFIX}{source}_{secret}".upper()


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings once, at an entry point, and pass them down as an argument.

    Raises:
        SettingsError: a COUNTERSIGN_ name that nobody reads, or a value that does not fit.
    """
    names = os.environ if environ is None else environ
    known = {variable_name(field) for field in Settings.model_fields}
    for name in names:
        is_ours = name.upper().startswith(PREFIX) and not name.upper().startswith(SECRET_PREFIX)
        if is_ours and name.upper() not in known:
            raise SettingsError(
                "A setting has a name nobody reads.",
                found=name,
                fix="check the spelling against docs/settings.md",
            )
    given: dict[str, object] = {
        field: names[variable_name(field)]
        for field in Settings.model_fields
        if names.get(variable_name(field))
    }
    given["source_secrets"] = {
        name.upper().removeprefix(SECRET_PREFIX): value
        for name, value in names.items()
        if name.upper().startswith(SECRET_PREFIX)
    }
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(
            "A setting has a value that does not fit.",
            found=f"{variable_name(str(first['loc'][0]))}: {first['msg']}",
            fix="correct the value; docs/settings.md lists what each setting takes",
        ) from error
