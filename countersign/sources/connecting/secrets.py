"""Secrets of sources: asked for by name, given by the caller, never written anywhere."""

from collections.abc import Mapping

from pydantic import SecretStr

from countersign.core.errors import SettingsError
from countersign.core.settings import source_secret_name
from countersign.sources.connecting.connector import Connector

# Secrets by the name of their variable without its prefix: HUBSPOT_ACCESS_TOKEN.
Secrets = Mapping[str, SecretStr]


def secrets_of(connector: Connector, source: str, given: Secrets) -> dict[str, str]:
    """The secrets that a connector needs for a source, by the connector's own names.

    Raises:
        SettingsError: a required one is not set; says which variable to set.
    """
    found = {}
    for secret in connector.secrets:
        value = given.get(f"{source}_{secret.name}".upper())
        if value is not None and value.get_secret_value().strip():
            found[secret.name] = value.get_secret_value().strip()
        elif secret.required:
            variable = source_secret_name(source, secret.name)
            raise SettingsError(
                f"{connector.title} needs a secret that is not set.",
                found=f"no {variable} in the environment ({secret.meaning})",
                fix=f"set {variable}, or make a Prefect Secret block named "
                f"{variable.removeprefix('COUNTERSIGN_SECRET_').lower().replace('_', '-')}",
            )
    return found
