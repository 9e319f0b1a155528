"""Curves and carry-over: scaled to today, never falling, and verdicts that are not in yet are allowed for."""

import numpy as np
import pytest

from countersign.analytics.response.shapes import DECAYS, all_shapes, carry_over, shape_odds
from countersign.analytics.response.verdicts import build_acceptance, build_lag_profile
from tests.analytics.response.companies import make_company


def test_every_shape_is_one_at_todays_spend_and_never_falls():
    spend = np.linspace(0.5, 1.5, 21)
    for shape in all_shapes():
        leads = shape.at(spend)
        assert leads[10] == pytest.approx(1.0)
        assert (np.diff(leads) >= 0).all()


@pytest.mark.parametrize("decay", DECAYS)
def test_steady_spend_works_as_itself_and_a_pulse_loses_nothing(decay):
    np.testing.assert_allclose(carry_over(np.full(20, 7.0), decay=decay), 7.0)

    pulse = np.zeros(80)
    pulse[10] = 100.0
    assert carry_over(pulse, decay=decay).sum() == pytest.approx(100.0)


def test_a_priori_elasticities_lie_around_their_centre():
    found = np.array([shape.elasticity() for shape in all_shapes()])
    for center in (0.4, 0.8):
        odds = shape_odds(center, spread=0.22)
        assert odds.sum() == pytest.approx(1.0)
        assert odds @ found == pytest.approx(center, abs=0.12)


def test_young_leads_count_by_the_verdicts_that_will_come():
    company = make_company("hill", seed=301)
    profile = build_lag_profile(company.weeks)
    # The true share of verdicts that are in after half a week, a week and a half, ...
    true = 1 - np.exp(-(np.arange(6) + 0.5) / 1.5)
    np.testing.assert_allclose(profile[:6], true, atol=0.12)
    assert (np.diff(profile) >= 0).all()


def test_acceptance_is_that_of_old_leads_although_young_ones_have_no_verdict():
    company = make_company("hill", seed=302)
    settled = slice(-20, -8)
    for channel, found in enumerate(build_acceptance(company.weeks)):
        leads, accepted = (
            table[settled, channel].sum() for table in (company.weeks.leads, company.weeks.accepted)
        )
        assert found.share == pytest.approx(accepted / leads, rel=0.12)
