"""find_ceilings: days that agree as they never did before are a ceiling, and chance or habit is none."""

import numpy as np
import pytest

from countersign.analytics.detection.ceilings import find_ceilings

SCANNED_DAYS, RATE = 56, 0.05


@pytest.fixture
def spend():
    random = np.random.default_rng(5)
    week = np.array([1.1, 1.1, 1.05, 1.0, 0.9, 0.7, 0.75])
    noise = np.exp(0.12 * random.standard_normal((40, 300)))
    return 800.0 * noise * week[np.arange(300) % 7]


def found_in(spend):
    found = find_ceilings(spend, scanned_days=SCANNED_DAYS, rate=RATE)
    return [(one.place, one.start, one.end) for one in found]


def test_noise_has_no_ceiling(spend):
    assert found_in(spend) == []


def test_a_ceiling_is_found_though_it_takes_no_more_than_noise_does(spend):
    before = spend[7, 286:296].sum()
    spend[7, 286:296] = np.minimum(spend[7, 286:296], 690.0)

    ((place, start, end),) = found_in(spend)

    assert spend[7, 286:296].sum() > 0.8 * before
    assert place == 7
    assert abs(start - 286) <= 2
    assert abs(end - 296) <= 2


def test_a_ceiling_in_another_currency_moves_with_its_rate(spend):
    rates = 1 + 0.002 * np.random.default_rng(6).standard_normal(300)
    spend[7, 280:300] = np.minimum(spend[7, 280:300], 500.0)

    assert [place for place, _, _ in found_in(spend * rates)] == [7]


def test_a_smaller_budget_that_still_breathes_is_no_ceiling(spend):
    spend[7, 280:] *= 0.4

    assert found_in(spend) == []


def test_a_place_that_has_always_been_at_its_budget_is_no_news(spend):
    spend[7] = np.minimum(spend[7], 500.0)

    assert found_in(spend) == []


def test_days_without_spend_are_no_ceiling(spend):
    spend[7, 280:] = 0.0

    assert found_in(spend) == []


@pytest.mark.parametrize("days", [0, 20, 60])
def test_a_short_past_says_nothing(spend, days):
    assert found_in(spend[:, :days]) == []
