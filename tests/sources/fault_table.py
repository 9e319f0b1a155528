"""Fault by outcome: what the vendors' fault tests of a run showed, as one table."""

import re
from collections.abc import Iterable
from typing import get_args

from countersign.sources.sandbox.faults import Kind

_NODE = re.compile(r"tests/sources/(\w+)/\w+\.py::(\w+)\[(\w+)")
_KINDS = get_args(Kind)
# The few tests whose fault stands in their name.
_NAMED = {
    "hubspot::test_a_clock_that_is_ahead_loses_no_change": ("clock_skew", "same rows"),
    "hubspot::test_an_answer_that_comes_too_late_is_asked_for_again": ("timeout", "same rows"),
    "hubspot::test_a_token_that_runs_out_is_refused_and_the_next_load_goes_on": ("token_expires", "refused"),
}


def outcomes(passed: Iterable[str], failed: Iterable[str]) -> dict[str, dict[str, str]]:
    """Outcome by vendor and kind of fault, from node ids: "same rows", "refused" or "FAILED".

    A fault that ends in the same rows when it passes and in a refusal when it stays counts by the former.
    """
    found: dict[str, dict[str, str]] = {}
    for node in passed:
        vendor, kind, outcome = _read(node)
        if kind and found.get(vendor, {}).get(kind) != "same rows":
            found.setdefault(vendor, {})[kind] = outcome
    for node in failed:
        vendor, kind, _ = _read(node)
        if kind:
            found.setdefault(vendor, {})[kind] = "FAILED"
    return found


def render(found: dict[str, dict[str, str]]) -> list[str]:
    """The table as lines of text; a dash where a fault does not fit the vendor or is not tested."""
    width = max(map(len, found), default=0) + 2
    short = {kind: kind.replace("_", " ") for kind in _KINDS}
    room = {kind: max(len(short[kind]), len("same rows")) + 2 for kind in _KINDS}
    rows = [("", short), *((vendor, found[vendor]) for vendor in sorted(found))]
    return [
        (name.ljust(width) + "".join(cells.get(kind, "-").ljust(room[kind]) for kind in _KINDS)).rstrip()
        for name, cells in rows
    ]


def _read(node: str) -> tuple[str, str, str]:
    for name, (kind, outcome) in _NAMED.items():
        vendor, test = name.split("::")
        if f"/{vendor}/" in node and node.endswith(f"::{test}"):
            return vendor, kind, outcome
    match = _NODE.search(node)
    if not match or match[3] not in _KINDS:
        return "", "", ""
    is_refusal = "refused" in match[2] or "stays" in match[2]
    return match[1], match[3], "refused" if is_refusal else "same rows"
