"""Checks run in stages; a wording that one of them cannot even read is refused and does not end the run."""

import pytest

from agents.desk import in_stages
from countersign.reports.figures import DraftError


def _breaks():
    raise DraftError("A token is not one.", found="{{fact:", fix="close it")


def test_the_first_stage_that_finds_something_speaks_alone():
    assert in_stages(list, lambda: ["too long"], _breaks) == ["too long"]


def test_a_wording_that_a_stage_cannot_read_is_a_problem_of_that_wording():
    assert in_stages(list, _breaks, lambda: ["not reached"]) == ["A token is not one."]


def test_other_faults_are_not_hidden():
    with pytest.raises(ZeroDivisionError):
        in_stages(lambda: [1 // 0])
