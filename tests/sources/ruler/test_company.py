"""The ruler: one seed is one company, its tables agree with each other, and its curves rise."""

from datetime import date

import duckdb
import numpy as np
import pytest

from countersign.sources.ruler.families import FAMILY_NAMES
from countersign.sources.ruler.response import CARRY_DAYS, CarryOver, Curve, carried
from countersign.sources.ruler.seeds import HELD_OUT_FAMILIES, TUNING_SEEDS
from countersign.sources.ruler.simulate import TABLES_FILE, simulate, write_company

UNTIL = date(2026, 6, 1)


@pytest.fixture(scope="module")
def company():
    return simulate(3, weeks=40, until=UNTIL)


@pytest.fixture(scope="module")
def tables(company, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ruler")
    write_company(company, folder)
    with duckdb.connect(str(folder / TABLES_FILE), read_only=True) as connection:
        yield connection


def test_the_same_seed_is_the_same_company(company):
    again = simulate(3, weeks=40, until=UNTIL)

    assert again.incidents == company.incidents
    assert again.decoys == company.decoys
    np.testing.assert_array_equal(again.world.history.accepted_leads, company.world.history.accepted_leads)


def test_another_seed_is_another_company(company):
    other = simulate(4, weeks=40, until=UNTIL)

    assert [c.name for c in other.company.campaigns] != [c.name for c in company.company.campaigns]


def test_scale_multiplies_volume_and_leaves_rates():
    small, big = (simulate(3, scale=scale, weeks=40, until=UNTIL).quiet for scale in (0.5, 2.0))

    assert big.history.leads.sum() / small.history.leads.sum() == pytest.approx(4, rel=0.01)
    rates = [world.history.mqls.sum() / world.history.leads.sum() for world in (small, big)]
    assert rates[0] == pytest.approx(rates[1], rel=0.01)


@pytest.mark.parametrize(
    "number",
    ["sessions", "engaged_sessions", "web_conversions", "leads", "mqls", "accepted_leads", "rejected_leads"],
)
def test_campaigns_and_segments_sum_to_the_same(tables, number):
    differences = tables.execute(f"""
        select count(*) from (
            select channel, campaign_id, report_day, sum({number}) as whole
            from marts.campaign_day group by all having whole > 0
        ) as campaigns full join (
            select channel, campaign_id, report_day, sum({number}) as whole
            from marts.segment_day group by all having whole > 0
        ) as segments using (channel, campaign_id, report_day)
        where campaigns.whole is distinct from segments.whole
    """).fetchone()
    assert differences == (0,)


def test_no_step_of_the_funnel_is_wider_than_the_one_before(tables):
    broken = tables.execute("""
        select count(*) from marts.campaign_day
        where clicks > impressions or engaged_sessions > sessions or mqls > leads
            or accepted_leads + rejected_leads > mqls or opportunities > accepted_leads
            or customers > opportunities or followed_up_within_promise > followed_up_leads
            or spend_reporting < 0 or report_day >= date '2026-06-01'
    """).fetchone()
    assert broken == (0,)


def test_deals_end_once_and_only_after_they_were_due(tables):
    sums = tables.execute("""
        select sum(deals_due), sum(deals_won + deals_lost + deals_slipped), sum(deals_won) from marts.deal_day
    """).fetchone()
    assert sums[0] == sums[1] > sums[2] > 0


def test_verdicts_of_the_last_days_are_not_in_yet(tables):
    verdicts = dict(
        tables.execute("""
        select report_day >= date '2026-05-29' as is_new, sum(accepted_leads + rejected_leads) / sum(mqls)
        from marts.campaign_day where report_day >= date '2026-03-01' group by all
    """).fetchall()
    )
    assert verdicts[True] < 0.5 * verdicts[False]


def test_tuning_companies_never_have_the_held_out_families():
    met = {incident.family for seed in TUNING_SEEDS[:8] for incident in _incidents(seed)}

    assert met
    assert not met & HELD_OUT_FAMILIES
    assert len(HELD_OUT_FAMILIES) >= 4
    assert len(FAMILY_NAMES) - len(HELD_OUT_FAMILIES) >= 14


def _incidents(seed):
    return simulate(seed, weeks=40, scale=0.3).incidents


@pytest.mark.parametrize("kind", ["hill", "log", "negative_exponential", "power"])
@pytest.mark.parametrize(("half", "slope"), [(0.4, 0.6), (1.0, 1.0), (2.5, 1.6)])
def test_curves_start_at_nothing_pass_one_and_rise(kind, half, slope):
    values = Curve(kind, half, slope).at(np.linspace(0, 3, 61))

    assert values[0] == 0
    assert values[20] == pytest.approx(1)
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize(
    "carry", [CarryOver("geometric", 3), CarryOver("weibull", 6, 1.8), CarryOver("none", 0)]
)
def test_carry_over_moves_effects_to_later_days_and_loses_none(carry):
    pulse = np.zeros(80)
    pulse[10] = 100.0

    spread = carried(pulse, carry.weights())

    assert spread.sum() == pytest.approx(100)
    assert spread[:10].sum() == 0
    assert spread[10 + CARRY_DAYS :].sum() == 0


def test_the_true_outcome_rises_with_every_channel_and_the_best_split_beats_today(company):
    response = company.response
    today = response.outcome(response.current)
    for name, spend in response.current.items():
        assert response.outcome({**response.current, name: spend * 1.5}) > today
        assert response.outcome({**response.current, name: spend * 0.5}) < today
    best = response.best()

    assert sum(best.values()) == pytest.approx(sum(response.current.values()))
    assert all(0.7 - 1e-6 <= best[name] / response.current[name] <= 1.3 + 1e-6 for name in best)
    assert response.attainable_gain() > 0


def test_the_true_outcome_is_what_the_generator_brings_at_steady_spend(company):
    """The closed form against the chain itself, run without chance and with budgets that never change."""
    from countersign.sources.ruler.world import make_world

    flat = make_world(company.company, chance=False, is_flat=True)
    weeks = slice(company.company.days - 77, company.company.days - 63)
    accepted = flat.history.accepted_leads[:, :, weeks].sum() / 2
    references = {c.name: c.reference for c in company.company.channels if c.is_paid}

    # Season, growth and holidays of those weeks are not those of the last day.
    assert accepted == pytest.approx(company.response.outcome(references), rel=0.2)
