"""Secrets of sources from Prefect Secret blocks, for those that the environment does not hold."""

from collections.abc import Mapping

import httpx
from pydantic import SecretStr

from countersign.core.log import EventLog
from countersign.core.settings import Settings
from countersign.sources.connecting.registry import find_connector

log = EventLog(__name__)


def with_blocks(name: str, connector: str, settings: Settings) -> Mapping[str, SecretStr]:
    """The settings' secrets, completed from blocks named source-secret (hubspot-access-token).

    The environment wins. Blocks are asked for only where a Prefect server is named, and a block that
    does not exist is left out: the connector then says which secret is missing.
    """
    wanted = {f"{name}_{secret.name}".upper() for secret in find_connector(connector).secrets}
    missing = wanted - set(settings.source_secrets)
    if not missing or settings.prefect_api_url is None:
        return settings.source_secrets
    from prefect.blocks.system import Secret

    found = dict(settings.source_secrets)
    for key in sorted(missing):
        try:
            value = Secret.load(key.lower().replace("_", "-")).get()  # type: ignore[union-attr]
        except ValueError:
            continue
        except (httpx.HTTPError, RuntimeError) as error:
            # The connector says itself which secret it cannot do without.
            log.warning("secret_block_unreachable", secret=key, error=type(error).__name__)
            break
        found[key] = SecretStr(str(value))
    return found
