"""The named, versioned functions that derived facts may use, so that `explain` can run them again.

A function's meaning never changes under one version: a fact recomputes years later.
"""

from collections.abc import Callable

from countersign.analytics import arithmetic, beside, decomposition, expected_range, wilson
from countersign.analytics.arithmetic import Arguments, Values
from countersign.core.contracts import Number
from countersign.core.errors import SnapshotError

Function = Callable[[Values, Arguments], Number | None]

FUNCTIONS: dict[tuple[str, int], Function] = {
    ("sum", 1): arithmetic.add,
    ("difference", 1): arithmetic.difference,
    ("change_rate", 1): arithmetic.change_rate,
    ("share", 1): arithmetic.ratio,
    ("ratio", 1): arithmetic.ratio,
    ("ratio_difference", 1): arithmetic.ratio_difference,
    ("product", 1): arithmetic.product,
    ("rises_in_a_row", 1): arithmetic.rises_in_a_row,
    ("falls_in_a_row", 1): arithmetic.falls_in_a_row,
    ("expected_low", 1): expected_range.expected_low,
    ("expected_high", 1): expected_range.expected_high,
    ("cost_change_part", 1): decomposition.cost_change_part,
    ("wilson_low", 1): wilson.wilson_low,
    ("wilson_high", 1): wilson.wilson_high,
    ("beyond", 1): beside.beyond,
    ("beyond_low", 1): beside.beyond_low,
    ("beyond_high", 1): beside.beyond_high,
}


def function_named(name: str, version: int) -> Function:
    """The function of that name and version.

    Raises:
        SnapshotError: this code has no such function or version.
    """
    if (name, version) not in FUNCTIONS:
        raise SnapshotError(
            "A fact was computed by a function that this version does not have.",
            found=f"{name}, version {version}",
            fix="use the code version that the snapshot names, or draft the report again",
        )
    return FUNCTIONS[name, version]


def newest_version(name: str) -> int:
    """The version that new facts use; SnapshotError when there is no function of that name."""
    versions = [version for known, version in FUNCTIONS if known == name]
    if not versions:
        function_named(name, 1)
    return max(versions)
