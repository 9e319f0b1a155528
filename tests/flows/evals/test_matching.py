"""Matching detections with incidents: found, right, an echo, a false alarm, or a decoy reported."""

import numpy as np
import pytest

from flows.evals.matching import Lure, Named, Planted, match, relation

# Two campaigns of four cells each, all alike but the last, in which hardly anything happens.
WEIGHTS = np.array([10.0] * 7 + [0.1])


def cells(*numbers):
    found = np.zeros(8, dtype=bool)
    found[list(numbers)] = True
    return found


CAMPAIGN, OTHER, MOBILE, ALL = cells(0, 1, 2, 3), cells(4, 5, 6, 7), cells(0, 4), cells(*range(8))


def planted(where=CAMPAIGN, first=100, last=110, z=5.0, **more):
    return Planted("broken", where, first, last, z, **more)


def named(where=CAMPAIGN, first=100, last=110, metric="leads"):
    return Named(metric, where, first, last)


def matched(incidents, detections, lures=()):
    return match(incidents, detections, lures, weights=WEIGHTS)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (CAMPAIGN, "same"),
        (cells(0, 1), "within"),
        (ALL, "containing"),
        (OTHER, "beside"),
        (MOBILE, "beside"),
        (cells(0, 1, 2, 3, 7), "same"),
    ],
)
def test_places_are_compared_by_what_happens_in_them(where, expected):
    assert relation(where, CAMPAIGN, WEIGHTS) == expected


@pytest.mark.parametrize(
    ("first", "last", "is_found"),
    [
        (100, 110, True),
        (97, 100, True),
        (96, 110, False),
        (110, 110, True),
        (111, 120, False),
        (90, 99, False),
    ],
)
def test_a_detection_must_be_of_the_incidents_days(first, last, is_found):
    result = matched([planted()], [named(first=first, last=last)])

    assert bool(result.found) is is_found
    assert bool(result.false_alarms) is not is_found


def test_a_slow_incident_may_be_dated_earlier_by_a_quarter_of_its_length():
    slow = planted(first=100, last=139)

    assert matched([slow], [named(first=90, last=139)]).found == {0: 0}
    assert matched([slow], [named(first=89, last=139)]).found == {}


def test_the_right_place_named_first_is_right():
    result = matched([planted()], [named(), named(where=ALL)])

    assert result.found == {0: 0}
    assert result.right == {0}
    assert result.false_alarms == {1}


def test_the_whole_company_named_first_is_found_but_not_right():
    result = matched([planted()], [named(where=ALL), named()])

    assert result.found == {0: 1}
    assert result.right == frozenset()
    assert result.false_alarms == {0}


def test_a_part_of_the_place_finds_the_incident_but_is_not_right():
    result = matched([planted()], [named(where=cells(0))])

    assert result.found == {0: 0}
    assert result.right == frozenset()


def test_further_detections_within_are_echoes_and_count_for_nothing():
    result = matched([planted()], [named(), named(where=cells(0, 1)), named(first=105)])

    assert result.echoes == {1, 2}
    assert result.false_alarms == frozenset()


def test_one_detection_cannot_satisfy_two_incidents():
    result = matched([planted(where=CAMPAIGN), planted(where=OTHER)], [named(where=ALL)])

    assert len(result.found) == 1


def test_two_incidents_are_found_by_two_detections_each_in_its_place():
    result = matched([planted(), planted(where=OTHER)], [named(where=OTHER), named()])

    assert result.found == {0: 1, 1: 0}
    assert result.right == {0, 1}


def test_an_incident_long_over_is_no_false_alarm():
    result = matched([planted(is_past=True)], [named()])

    assert result.false_alarms == frozenset()


def test_a_detection_elsewhere_is_a_false_alarm():
    assert matched([planted()], [named(where=OTHER)]).false_alarms == {0}


def test_a_place_that_names_nothing_is_a_false_alarm():
    assert matched([planted()], [named(where=cells())]).false_alarms == {0}


DIP = Lure("holiday_dip", ALL, 104, 104)


def test_a_decoy_is_reported_by_a_false_alarm_of_its_days():
    assert matched([], [named(where=OTHER, first=104, last=104)], [DIP]).lured == {0}


def test_a_decoy_is_not_reported_by_a_long_alarm_that_only_passes_through_it():
    assert matched([], [named(where=OTHER, first=100, last=110)], [DIP]).lured == frozenset()


def test_a_decoy_is_not_reported_by_what_was_really_there():
    found = matched([planted(first=104, last=104)], [named(first=104, last=104)], [DIP])

    assert found.lured == frozenset()


def test_late_verdicts_are_reported_only_by_numbers_that_come_late():
    late = Lure("late_data", ALL, 101, 110, ("accept",))

    assert matched([], [named(metric="sessions")], [late]).lured == frozenset()
    assert matched([], [named(metric="accepted_leads", first=103)], [late]).lured == {0}
