"""expected_range: about four of five quiet windows fall inside, whatever the noise."""

import numpy as np
import pytest

from countersign.analytics.detection import expected_range

DAYS = 280
WEEK = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.5, 0.4])[np.arange(DAYS) % 7]


def sticky(random):
    noise = np.zeros(DAYS)
    for day in range(1, DAYS):
        noise[day] = 0.8 * noise[day - 1] + 0.08 * random.standard_normal()
    return noise


def days_of(level, noise, random):
    return random.poisson(level * WEEK * np.exp(noise)), None


def rate_of_visits(random):
    visits = random.poisson(400 * WEEK * np.exp(0.2 * random.standard_normal(DAYS)))
    return random.binomial(visits, 0.04), visits.astype(float)


def price_of_clicks(random):
    clicks = random.poisson(400 * WEEK) + 1.0
    return clicks * 2 * np.exp(0.04 * random.standard_normal(DAYS)), clicks


NOISES = {
    "poisson": lambda random: (random.poisson(40 * WEEK), None),
    "negative binomial": lambda random: (random.poisson(random.gamma(20 * WEEK, 2)), None),
    "log-normal days": lambda random: days_of(900, 0.15 * random.standard_normal(DAYS), random),
    "laplace days": lambda random: days_of(500, random.laplace(0, 0.1, DAYS), random),
    "random walk": lambda random: days_of(300, np.cumsum(0.02 * random.standard_normal(DAYS)), random),
    "autocorrelated": lambda random: days_of(200, sticky(random), random),
    "rate": rate_of_visits,
    "price": price_of_clicks,
}  # fmt: skip


def coverage(draw, *, length: int, is_money: bool, series: int = 105) -> float:
    random = np.random.default_rng(length)
    held = 0
    for number in range(series):
        values, exposure = draw(random)
        last = DAYS - number % 7
        found = expected_range(
            values[:last].astype(float),
            days=np.datetime64("2025-01-06") + np.arange(last),
            exposure=None if exposure is None else exposure[:last],
            length=length,
            is_money=is_money,
        )
        held += found.low <= found.actual <= found.high
    return held / series


@pytest.mark.parametrize("length", [1, 7, 21])
def test_about_four_of_five_quiet_windows_fall_inside_over_all_kinds_of_noise(length):
    shares = [coverage(draw, length=length, is_money=name == "price") for name, draw in NOISES.items()]

    assert 0.75 <= np.mean(shares) <= 0.88
    assert min(shares) >= 0.66


def test_old_incidents_do_not_widen_or_move_the_range():
    random = np.random.default_rng(3)
    values = random.poisson(200 * WEEK).astype(float)
    days = np.datetime64("2025-01-06") + np.arange(DAYS)
    clean = expected_range(values, days=days, length=7)
    values[DAYS - 40 : DAYS - 33] = 0

    hurt = expected_range(values, days=days, length=7)

    assert abs(hurt.expected / clean.expected - 1) < 0.05
    assert (hurt.high - hurt.low) < 1.5 * (clean.high - clean.low)


def test_fewer_than_thirteen_weeks_before_give_no_range():
    days = np.datetime64("2025-01-06") + np.arange(97)

    assert expected_range(np.full(97, 50.0), days=days, length=7) is None


def test_the_weekday_is_known():
    days = np.datetime64("2025-01-06") + np.arange(DAYS)
    values = 1000 * WEEK

    assert expected_range(values, days=days).expected == pytest.approx(400, rel=0.02)
    assert expected_range(values[:-2], days=days[:-2]).expected == pytest.approx(900, rel=0.02)
