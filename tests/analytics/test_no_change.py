"""The no-change forecast: its interval holds as often as it says, and extremes come back."""

import numpy as np
import pytest

from countersign.analytics.no_change import forecast_no_change
from tests.analytics.response.companies import KINDS, make_company

GAP, WEEKS, LAST = 2, 6, 102


@pytest.fixture(scope="module")
def outcomes():
    """Recent level, forecast and what came, of every channel of companies of every kind."""
    found = []
    for kind in KINDS:
        for seed in range(940, 946):
            leads = make_company(kind, seed=seed, weeks=LAST + GAP + WEEKS).weeks.leads
            for values in leads.T:
                forecast = forecast_no_change(values[:LAST], gap=GAP, weeks=WEEKS)
                found.append((values[LAST - 26 : LAST], forecast, values[LAST + GAP :].mean()))
    return found


def test_the_interval_holds_what_came_about_as_often_as_it_says(outcomes):
    held = [forecast.low <= came <= forecast.high for _, forecast, came in outcomes]
    assert len(held) > 150
    assert 0.72 <= np.mean(held) <= 0.88


def test_a_series_picked_for_its_high_weeks_is_expected_to_come_back(outcomes):
    high = [
        (np.log(came / recent[-4:].mean()), np.log(came / forecast.expected))
        for recent, forecast, came in outcomes
        if recent[-4:].mean() > 1.12 * recent.mean()
    ]
    naive, ours = np.mean(high, axis=0)
    assert len(high) >= 20
    assert naive < -0.04
    assert abs(ours) < abs(naive) / 2


def test_a_year_that_turns_is_foreseen_better_than_by_the_last_weeks():
    random = np.random.default_rng(3)
    level = 300 * np.exp(0.3 * np.sin(2 * np.pi * np.arange(170) / 52))
    values = random.poisson(level).astype(float)
    errors = []
    for last in range(138, 160, 3):
        came = level[last + 2 : last + 8].mean()
        forecast = forecast_no_change(values[:last], gap=2, weeks=6)
        errors.append((abs(forecast.expected - came), abs(values[last - 4 : last].mean() - came)))
    ours, naive = np.mean(errors, axis=0)
    assert ours < naive / 2


def test_a_short_or_empty_record_has_no_forecast():
    assert forecast_no_change(np.full(20, 5.0), gap=2, weeks=6) is None
    assert forecast_no_change(np.zeros(100), gap=2, weeks=6) is None
