"""The sandbox's own credentials: no account is needed, and a wrong one is refused as a vendor would."""

from pydantic import SecretStr

from countersign.sources.connecting.registry import find_connector


def sandbox_secret(vendor: str, name: str) -> str:
    """What the sandbox accepts as a secret of a vendor.

    >>> sandbox_secret("hubspot", "access_token")
    'sandbox-hubspot-access_token'
    """
    return f"sandbox-{vendor}-{name}"


def sandbox_secrets(source: str, connector: str) -> dict[str, SecretStr]:
    """The secrets of a source whose vendor is the sandbox, as the settings would hold them."""
    return {
        f"{source}_{secret.name}".upper(): SecretStr(sandbox_secret(connector, secret.name))
        for secret in find_connector(connector).secrets
    }
