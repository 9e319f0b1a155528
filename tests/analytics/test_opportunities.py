"""Early opportunities: small places that stand out beyond chance, and silence where nothing does."""

from datetime import date, timedelta

import numpy as np
import pytest

from countersign.analytics.opportunities import Place, choose_places

MONDAY = date(2026, 11, 9)


def leads(books, *, leads, accepted, undecided=0, weeks=range(2, 30), **place):
    for back in weeks:
        books.segments.append({
            "segment": "Small", "country": "Germany", "channel": "Paid search", **place, "leads": leads,
            "week_start": MONDAY - timedelta(weeks=back), "accepted_leads": accepted,
            "rejected_leads": leads - accepted - undecided, "customers": 0, "pipeline_reporting": 0,
        })  # fmt: skip


def test_a_small_market_whose_leads_sales_accepts_more_often_stands_with_its_signals(open_books, steady):
    leads(steady, leads=60, accepted=20)
    leads(steady, leads=6, accepted=4, country="Austria", weeks=range(2, 15))
    leads(steady, leads=3, accepted=2, country="Austria", weeks=range(15, 28))
    analysis = open_books(steady).analyse()

    (found,) = analysis.rankings.opportunities

    def value(fact):
        return float(analysis.fact(fact).value)

    assert (found.dimension, found.place) == ("country", "Austria")
    assert value(found.leads) == 13 * 6
    assert value(found.rate) == pytest.approx(2 / 3)
    assert value(found.rate_elsewhere) == pytest.approx(1 / 3)
    assert value(found.rate_elsewhere) < value(found.low) < value(found.rate)
    assert value(found.share_of_leads) == pytest.approx(6 / 66)
    assert value(found.growth) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("ours", "accepted"), [(6, 2), (1, 1), (60, 40)], ids=["no better", "a handful", "no small place"]
)
def test_what_is_no_better_or_a_handful_or_not_small_is_no_opportunity(open_books, steady, ours, accepted):
    leads(steady, leads=60, accepted=20)
    leads(
        steady,
        leads=ours,
        accepted=accepted,
        segment="Large",
        weeks=range(2, 20) if ours > 1 else range(2, 5),
    )

    assert open_books(steady).analyse().rankings.opportunities == ()


def test_places_without_a_name_are_counted_and_never_named(open_books, steady):
    leads(steady, leads=60, accepted=20)
    leads(steady, leads=6, accepted=5, segment="Not stated")

    assert open_books(steady).analyse().rankings.opportunities == ()


def test_leads_that_sales_never_judged_count_in_no_rate(open_books, steady):
    leads(steady, leads=60, accepted=20)
    leads(steady, leads=9, accepted=4, undecided=3, country="Austria")
    analysis = open_books(steady).analyse()

    (found,) = analysis.rankings.opportunities
    assert analysis.fact(found.decided).value == 13 * 6
    assert float(analysis.fact(found.rate).value) == pytest.approx(4 / 6)
    assert float(analysis.fact(found.share_of_leads).value) == pytest.approx(9 / 69)


def test_a_channel_is_no_market_however_many_of_its_leads_sales_accepts(open_books, steady):
    leads(steady, leads=60, accepted=20)
    leads(steady, leads=6, accepted=5, channel="Email")

    assert open_books(steady).analyse().rankings.opportunities == ()


@pytest.mark.parametrize(("weeks", "growth"), [(28, 0.0), (27, None)], ids=["all of it", "a week less"])
def test_growth_is_told_only_against_a_quarter_that_is_all_on_record(open_books, steady, weeks, growth):
    leads(steady, leads=60, accepted=20, weeks=range(2, weeks))
    leads(steady, leads=6, accepted=4, country="Austria", weeks=range(2, weeks))
    analysis = open_books(steady).analyse()

    (found,) = analysis.rankings.opportunities
    assert (found.growth and analysis.fact(found.growth).value) == growth


def test_among_companies_in_which_all_places_do_alike_hardly_one_names_any():
    random = np.random.default_rng(3)
    named = 0
    for _ in range(200):
        sizes = random.integers(20, 200, size=60)
        accepted = random.binomial(sizes, 0.35)
        places = [
            Place("country", str(number), int(size), int(taken), int(sizes.sum()), int(accepted.sum()))
            for number, (size, taken) in enumerate(zip(sizes, accepted, strict=True))
        ]
        named += bool(choose_places(places))

    assert named <= 0.08 * 200
