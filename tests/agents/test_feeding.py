"""Connected agents: who reads whose draft decides the order, and circles are refused."""

import pytest

from agents.feeding import in_reading_order
from countersign.core.errors import SettingsError


def test_an_agent_drafts_after_those_it_reads():
    reads = {"a": ("c",), "b": (), "c": ("d",), "d": ()}

    assert list(in_reading_order(reads, lambda names: names)) == ["d", "c", "a", "b"]


@pytest.mark.parametrize(
    ("reads", "says"),
    [
        ({"a": ("ghost",)}, "no such agent"),
        ({"a": ("a",)}, "reads its own"),
        ({"a": ("b",), "b": ("c",), "c": ("a",)}, "reads its own"),
    ],
)
def test_an_agent_that_can_never_draft_is_refused(reads, says):
    with pytest.raises(SettingsError, match=says):
        in_reading_order(reads, lambda names: names)
