"""The evaluation tells a good analysis from a bad one, on three small companies."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import duckdb
import numpy as np
import pytest
from typer.testing import CliRunner

from countersign.cli.app import app
from countersign.core.errors import AgentError, SettingsError
from countersign.sources.ruler.seeds import HELD_OUT_FAMILIES, REPORTING_SEEDS, TUNING_SEEDS
from countersign.sources.ruler.simulate import simulate
from flows.evals.analysis import Analysis
from flows.evals.budget import score_advice
from flows.evals.company_score import IncidentScore
from flows.evals.evaluate import choose_seeds, evaluate
from flows.evals.intervals import measure_median, measure_share
from flows.evals.page import RULED_FAMILIES, render_page
from flows.evals.ranges import count_covered
from flows.evals.summary import summarise

SEEDS = (3, 5, 7)
SCALE = 0.5


@dataclass(frozen=True)
class Said:
    metric: str
    place: dict[str, str]
    start: date
    end: date | None = None
    kind: str = "unexplained"


@dataclass(frozen=True)
class Split:
    spend_by_channel: dict[str, float]
    current: dict[str, float]
    effect_low: float = -1e9
    effect_high: float = 1e9
    abstained: str = ""


@cache
def made(seed, *, scale):
    return simulate(seed, scale=scale)


@pytest.fixture(autouse=True)
def _made_once(monkeypatch):
    """The same seed is the same company, so each is made once for all tests."""
    monkeypatch.setattr("flows.evals.company_score.simulate", made)


@pytest.fixture(scope="module")
def companies():
    found = [made(seed, scale=SCALE) for seed in SEEDS]
    return {one.company.as_of: one for one in found}


def keeps_budget(connection, *, as_of, limit):
    return Split({}, {}, abstained="nothing is known")


def no_range(*_, **__):
    return None


def measured(find):
    analysis = Analysis(find, keeps_budget, no_range)
    return summarise(evaluate(SEEDS, scale=SCALE, jobs=1, make_analysis=lambda: analysis), honest=(1, 200))


def test_an_analysis_that_knows_everything_is_right_in_everything(companies):
    def find(connection, *, as_of):
        return tuple(
            Said("leads", one.place.as_plain(), one.start, one.end, one.family)
            for one in companies[as_of].incidents
            if not one.is_past
        )

    found = measured(find).measures

    assert found["recall"].value == found["precision"].value == found["right_segment"].value == 1
    assert found["decoy_alarms"].value == found["false_alarms_per_company_week"].value == 0


def test_a_silent_analysis_finds_nothing_and_alarms_nobody():
    found = measured(lambda connection, *, as_of: ()).measures

    assert found["recall"].value == 0
    assert found["precision"].value is None
    assert found["decoy_alarms"].value == 0
    assert found["budget_abstained"].value == 1
    assert found["leads_a_week_given_up_by_abstaining"].value > 0


def test_an_analysis_that_reports_every_decoy_is_caught(companies):
    def find(connection, *, as_of):
        return tuple(
            Said("accepted_leads", one.place.as_plain(), one.start, one.end)
            for one in companies[as_of].decoys
            if not one.numbers or "accept" in one.numbers
        )

    found = measured(find).measures

    # Company-wide decoys of days on which an incident began are given to the incident.
    assert found["decoy_alarms"].value > 0.5


def test_blaming_the_whole_company_finds_incidents_but_never_the_right_segment(companies):
    def find(connection, *, as_of):
        return tuple(
            Said("leads", {}, one.start, one.end)
            for one in companies[as_of].incidents
            if not one.is_past and one.place.as_plain()
        )

    found = measured(find).measures

    assert found["recall"].value > 0.5
    assert found["right_segment"].value == 0


def by_campaign(threshold):
    """Leads of the last week against the eight before, by campaign: the simplest detector there is."""

    def find(connection, *, as_of):
        rows = connection.execute(
            """
            select channel, campaign_id,
                sum(leads) filter (where report_day >= $week) as now,
                sum(leads) filter (where report_day < $week) / 8 as before
            from marts.campaign_day where report_day >= $start group by all
            """,
            {"week": as_of - timedelta(days=7), "start": as_of - timedelta(days=63)},
        ).fetchall()
        return tuple(
            Said("leads", {"channel": channel, "campaign_id": campaign}, as_of - timedelta(days=7))
            for channel, campaign, now, before in rows
            if abs(now - before) > threshold * np.sqrt(before + 1) and campaign
        )

    return find


def test_a_jumpy_detector_cries_wolf_more_than_a_calm_one():
    jumpy, calm = (measured(by_campaign(threshold)).measures for threshold in (0.5, 5))

    assert jumpy["false_alarms_per_company_week"].value > 3 * calm["false_alarms_per_company_week"].value
    assert jumpy["precision"].value < 0.5


def test_a_failure_on_one_company_is_an_error_that_names_it():
    def find(connection, *, as_of):
        raise ZeroDivisionError("oops")

    with pytest.raises(AgentError, match=r"seed 3: ZeroDivisionError: oops"):
        measured(find)


def test_the_true_best_split_captures_all_and_the_opposite_is_worse_than_nothing(companies):
    response = next(iter(companies.values())).response
    best = response.best()
    opposite = {name: 2 * spend - best[name] for name, spend in response.current.items()}

    good = score_advice(Split(best, response.current), response)
    bad = score_advice(Split(opposite, response.current), response)
    same = score_advice(Split(response.current, response.current), response)

    assert good.gain_share == pytest.approx(1)
    assert good.is_inside
    assert bad.is_worse
    assert not same.is_worse
    assert same.gain == pytest.approx(0)


def test_advice_in_another_currency_is_judged_by_the_changes_it_makes(companies):
    response = next(iter(companies.values())).response
    double = {name: 2 * spend for name, spend in response.best().items()}
    today = {name: 2 * spend for name, spend in response.current.items()}

    assert score_advice(Split(double, today), response).gain_share == pytest.approx(1)


@pytest.mark.parametrize("change", [1.05, 1.5])
def test_advice_that_spends_more_or_moves_too_far_is_refused(companies, change):
    response = next(iter(companies.values())).response
    more = {name: spend * change for name, spend in response.current.items()}

    with pytest.raises(AgentError, match="breaks its own limits"):
        score_advice(Split(more, response.current), response)


@pytest.mark.parametrize(("low", "high", "share"), [(-1e12, 1e12, 1.0), (-2.0, -1.0, 0.0)])
def test_coverage_counts_what_lies_inside(companies, low, high, share):
    analysis = Analysis(lambda *_, **__: (), keeps_budget, lambda *_, **__: (low, high))
    inside, asked = count_covered(next(iter(companies.values())), analysis)

    assert asked > 50
    assert inside == share * asked


def test_coverage_is_near_its_level_when_the_range_is_the_true_spread(companies):
    """The middle 80% of the same weekdays of the past is an honest range for most quiet series."""

    def past(values, *, days, exposure, length, is_money):
        series = values if exposure is None else values / np.maximum(exposure, 1)
        earlier = series[-length - 84 : -length]
        same = earlier[-7::-7] if length == 1 else None
        if same is None:
            return None
        return float(np.quantile(same, 0.1)), float(np.quantile(same, 0.9))

    analysis = Analysis(lambda *_, **__: (), keeps_budget, past)
    counted = [count_covered(one, analysis) for one in companies.values()]

    assert 0.5 < sum(inside for inside, _ in counted) / sum(asked for _, asked in counted) < 0.9


def test_an_interval_of_all_hits_still_has_a_width():
    all_hit = measure_share([2, 3, 1], [2, 3, 1])

    assert all_hit.value == all_hit.high == 1
    assert all_hit.low < 0.7


def test_events_that_hang_together_make_a_wider_interval_than_as_many_alone():
    together = measure_share([20, 0, 20, 0], [20] * 4)
    alone = measure_share([1, 0] * 40, [1] * 80)

    assert together.value == alone.value == 0.5
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_a_median_of_nothing_is_not_measured():
    assert measure_median([]).value is None


def test_tuning_and_reporting_companies_are_different_ones():
    assert not set(TUNING_SEEDS) & set(REPORTING_SEEDS)
    assert choose_seeds(3, is_tuning=False) == (1, 2, 3)
    assert choose_seeds(2, is_tuning=True) == (1000, 1001)
    assert choose_seeds(2, is_tuning=False, skip=30) == (31, 32)
    with pytest.raises(SettingsError, match="not so many companies"):
        choose_seeds(31, is_tuning=True, skip=320)


def test_the_page_says_which_companies_what_was_held_out_and_by_which_rules():
    analysis = Analysis(lambda *_, **__: (), keeps_budget, no_range)
    scores = evaluate(SEEDS[:1], scale=SCALE, jobs=1, make_analysis=lambda: analysis)
    page = render_page(scores, summarise(scores, honest=(0, 0)), scale=SCALE, seeds_told="one, seed 3")

    assert "one, seed 3" in page
    assert "1000 to 1349" in page
    assert all(family in page for family in HELD_OUT_FAMILIES)
    assert set(RULED_FAMILIES) <= HELD_OUT_FAMILIES
    assert "the recall of these two is not blind" in page
    assert "In time: a detection belongs to an incident" in page
    assert "not measured" in page


def test_the_command_prints_the_summary_and_keeps_the_companies(tmp_path):
    result = CliRunner().invoke(
        app,
        ["agents", "eval", "--tuning", "--seeds", "1", "--scale", "0.5", "--jobs", "1", "--honest", "0",
         "--keep", str(tmp_path), "--json"],
    )  # fmt: skip

    told = json.loads(result.stdout)
    assert set(told["summary"]) == {
        "recall", "precision", "right_segment", "decoy_alarms", "coverage_80", "budget_gain_share",
        "honest_refused",
    }  # fmt: skip
    assert told["seeds"] == [1000]
    assert told["is_tuning"]
    assert (tmp_path / "1000" / "truth.json").exists()
    with duckdb.connect(str(tmp_path / "1000" / "tables.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.campaign_day").fetchone()[0] > 1000


@pytest.mark.parametrize(
    ("family", "named", "is_right"),
    [
        ("form_broken", "form_broken", True),
        ("follow_up_stops", "sales_stopped_following_up", True),
        ("currency_change", "account_currency", True),
        ("currency_change", "account_time_zone", False),
        ("form_broken", "", False),
    ],
)
def test_a_kind_is_right_in_the_rulers_word_or_in_our_own_for_the_same(family, named, is_right):
    one = IncidentScore(family, 6.0, is_found=True, is_right=True, is_open=False, named_kind=named)

    assert one.is_kind_right is is_right
