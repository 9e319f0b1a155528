"""Which connectors there are: every folder beside this one that holds a connector.py."""

import importlib
from pathlib import Path

from countersign.core.errors import SettingsError
from countersign.sources.connecting.connector import Connector

_VENDORS = Path(__file__).resolve().parents[1]


def connector_names() -> list[str]:
    """The names that config/sources.yaml may say under `connector:`, sorted."""
    return sorted(
        path.parent.name for path in _VENDORS.glob("*/connector.py") if path.parent.name != "connecting"
    )


def find_connector(name: str) -> Connector:
    """A connector by name.

    Raises:
        SettingsError: there is none.
    """
    if name not in connector_names():
        raise SettingsError(
            "No such connector.", found=name, fix=f"use one of {', '.join(connector_names()) or '(none)'}"
        )
    connector: Connector = importlib.import_module(f"countersign.sources.{name}.connector").CONNECTOR
    return connector
