"""completeness: delays are recognised, and a recent step is not mistaken for one."""

import numpy as np
import pytest

from countersign.analytics.detection.maturity import completeness

DAYS = 300


@pytest.mark.parametrize("scale_days", [3.0, 8.0])
def test_an_exponential_delay_is_found(scale_days):
    random = np.random.default_rng(1)
    leads = random.poisson(80, DAYS)
    truth = 1 - np.exp(-(DAYS - np.arange(DAYS)) / scale_days)

    found = completeness(random.binomial(leads, 0.5 * truth).astype(float), leads.astype(float))

    assert np.abs(found - truth)[-30:].max() < 0.12


def test_without_a_delay_every_day_is_complete():
    random = np.random.default_rng(2)
    leads = random.poisson(80, DAYS)

    assert completeness(random.binomial(leads, 0.5).astype(float), leads.astype(float)).min() > 0.9


def test_a_step_ten_days_ago_is_not_taken_for_a_delay():
    random = np.random.default_rng(3)
    leads = random.poisson(80, DAYS)
    rate = np.where(np.arange(DAYS) < DAYS - 10, 0.8, 0.4)

    assert completeness(random.binomial(leads, rate).astype(float), leads.astype(float)).min() == 1.0
