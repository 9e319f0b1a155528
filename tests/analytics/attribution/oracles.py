"""Packages by others that attribution is held against."""

import importlib.util
from typing import Any

import pytest

from flows.bench.other_packages import import_package


def oracle(name: str) -> Any:
    """A module of the dependency group `oracles`; the test is skipped when it is not installed."""
    if importlib.util.find_spec(name.partition(".")[0]) is None:
        pytest.skip(
            f"{name} is not installed: `uv sync --group oracles` installs what credits are held against"
        )
    return import_package(name)
