"""Expected ranges hold about 80% of quiet weeks, ignore old incidents, and are silent without history."""

import numpy as np
import pytest

from countersign.analytics.expected_range import expected_range, position


def coverage(draw, *, weeks: int, is_count: bool = False, series: int = 6000) -> float:
    held = 0
    for row in draw((series, weeks + 1)):
        low, high = expected_range(row[:-1].tolist(), is_count=is_count)
        held += low <= row[-1] <= high
    return held / series


@pytest.mark.parametrize("weeks", [6, 7, 8, 9, 10, 11, 12, 13])
def test_about_four_of_five_quiet_weeks_fall_inside(weeks):
    random = np.random.default_rng(weeks)

    held = coverage(lambda shape: random.normal(1000, 60, shape), weeks=weeks)

    assert 0.77 <= held <= 0.83


@pytest.mark.parametrize(
    "noise",
    [
        lambda random, shape: random.laplace(1000, 50, shape),
        lambda random, shape: random.lognormal(4, 0.15, shape),
        lambda random, shape: random.uniform(50, 100, shape),
    ],
)
def test_noise_of_another_shape_still_falls_inside_about_as_often(noise):
    random = np.random.default_rng(7)

    assert 0.72 <= coverage(lambda shape: noise(random, shape), weeks=13) <= 0.88


@pytest.mark.parametrize("level", [15, 60, 400])
def test_counts_fall_inside_at_least_as_often(level):
    random = np.random.default_rng(level)

    held = coverage(lambda shape: random.poisson(level, shape).astype(float), weeks=13, is_count=True)

    assert 0.78 <= held <= 0.92


def test_five_earlier_weeks_are_too_few_to_say_what_is_normal():
    assert expected_range([10.0] * 5, is_count=False) is None
    assert expected_range([10.0] * 5 + [None] * 8, is_count=False) is None


def test_one_old_incident_hardly_moves_the_range():
    quiet = [100.0, 104, 97, 101, 99, 103, 98, 102, 100, 96, 105, 101, 99]
    hit = [*quiet[:5], 900.0, *quiet[6:]]

    low, high = expected_range(quiet, is_count=False)
    low_hit, high_hit = expected_range(hit, is_count=False)

    assert abs(high_hit - high) < 10
    assert abs(low_hit - low) < 10


def test_only_the_last_thirteen_weeks_count():
    recent = [float(value) for value in range(100, 113)]

    assert expected_range([1e9, *recent], is_count=False) == expected_range(recent, is_count=False)


def test_a_range_of_what_cannot_be_negative_does_not_start_below_zero():
    low, _ = expected_range([0.0, 5, 0, 9, 1, 7, 0, 8], is_count=False)

    assert low == 0


def test_a_constant_series_allows_a_hundredth_and_a_constant_count_its_counting_noise():
    assert expected_range([500.0] * 13, is_count=False) == (495.0, 505.0)
    low, high = expected_range([100.0] * 13, is_count=True)
    assert (low, high) == pytest.approx((100 - 12.816, 100 + 12.816))


def test_position_counts_half_widths_from_the_middle():
    assert position(10, low=0, high=10) == 1
    assert position(-5, low=0, high=10) == -2
