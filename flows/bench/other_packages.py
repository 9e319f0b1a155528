"""Attribution packages by others: how each is imported here, and what it answers for a model of ours."""

import importlib
import importlib.util
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

from countersign.core.errors import SettingsError

# What the dependency group `oracles` installs, by the names that are imported.
PACKAGES = ("ChannelAttribution", "mam", "do_attribution", "shapley_attribution")

# Two of them import matplotlib for plots that we never draw.
_PLOTTING = (
    "matplotlib", "matplotlib.pyplot", "matplotlib.patches", "matplotlib.cm", "matplotlib.colors",
)  # fmt: skip


class _Undrawn(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Undrawn(name)


def import_package(name: str) -> Any:
    """A module of one of the packages.

    Raises:
        SettingsError: it is not installed.
    """
    if importlib.util.find_spec(name.partition(".")[0]) is None:
        raise SettingsError(
            "A package that attribution is held against is not installed.",
            found=f"no module {name}",
            fix="run `uv sync --group oracles`",
        )
    lacking = [name for name in _PLOTTING if importlib.util.find_spec("matplotlib") is None]
    sys.modules.update({module: _Undrawn(module) for module in lacking})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    finally:
        for module in lacking:
            del sys.modules[module]


# Each takes a frame with a journey a row (path, converted 0 or 1) and gives conversions credited by channel.
Run = Callable[[Any], dict[str, float]]


def _channel_attribution(column: str) -> Run:
    def run(frame: Any) -> dict[str, float]:
        found = import_package("ChannelAttribution").heuristic_models(
            frame, "path", "converted", flg_pro=False
        )
        return dict(zip(found["channel_name"], found[column], strict=True))

    return run


def _mam(method: str) -> Run:
    def run(frame: Any) -> dict[str, float]:
        journeys = import_package("mam").MAM(
            frame.assign(converted=frame.converted == 1), "grouped_journey", "path", "converted",
            occurrences_colname="one",
        )  # fmt: skip
        return dict(getattr(journeys, method)().to_polars().iter_rows())

    return run


def _do_markov(order: int) -> Run:
    def run(frame: Any) -> dict[str, float]:
        model = import_package("do_attribution").MarkovAttribution(
            order=order, removal_strategy="redirect_to_null"
        )
        shares = model.fit(frame.path, frame.converted)["attribution"]
        return {channel: share * int(frame.converted.sum()) for channel, share in shares.items()}

    return run


def _shapley(module: str, name: str) -> Run:
    def run(frame: Any) -> dict[str, float]:
        package = import_package(f"shapley_attribution.{module}")
        # It takes lists with labels; whoever has paths must split them.
        journeys = [path.split(" > ") for path in frame.path]
        fitted = getattr(package, name)(normalize=False).fit(journeys, frame.converted.to_numpy())
        return dict(fitted.get_attribution())

    return run


_RULES = "baselines.heuristic"

# Model of ours -> package -> how it answers under the same definition. The two spread Markov differently: the
# credits of `mam` are each path's own, those of `do_attribution` the total's.
RUNS: dict[str, dict[str, Run]] = {
    "first": {
        "ChannelAttribution": _channel_attribution("first_touch"),
        "mam": _mam("run_first_click"),
        "shapley_attribution": _shapley(_RULES, "FirstTouchAttribution"),
    },
    "last": {
        "ChannelAttribution": _channel_attribution("last_touch"),
        "mam": _mam("run_last_click"),
        "shapley_attribution": _shapley(_RULES, "LastTouchAttribution"),
    },
    "linear": {
        "ChannelAttribution": _channel_attribution("linear_touch"),
        "mam": _mam("run_linear"),
        "shapley_attribution": _shapley(_RULES, "LinearAttribution"),
    },
    "position": {
        "mam": _mam("run_position_based"),
        "shapley_attribution": _shapley(_RULES, "PositionBasedAttribution"),
    },
    "markov": {"mam": _mam("run_markov"), "do_attribution": _do_markov(1)},
    "markov_2": {"do_attribution": _do_markov(2)},
    "shapley": {"shapley_attribution": _shapley("models.simplified", "SimplifiedShapleyAttribution")},
}
