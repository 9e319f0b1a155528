"""Packages by others that attribution is held against, with what they need to be imported here."""

import importlib
import sys
import types
import warnings
from typing import Any

import pytest

# Two of them import matplotlib for plots that we never draw.
_PLOTTING = ("matplotlib", "matplotlib.pyplot", "matplotlib.patches", "matplotlib.cm", "matplotlib.colors")


class _Undrawn(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Undrawn(name)


def oracle(name: str) -> Any:
    """A module of the dependency group `oracles`; the test is skipped when it is not installed."""
    if importlib.util.find_spec(name) is None:
        pytest.skip(
            f"{name} is not installed: `uv sync --group oracles` installs what credits are held against"
        )
    lacking = [
        module
        for module in _PLOTTING
        if module not in sys.modules and importlib.util.find_spec("matplotlib") is None
    ]
    sys.modules.update({module: _Undrawn(module) for module in lacking})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    finally:
        for module in lacking:
            del sys.modules[module]
