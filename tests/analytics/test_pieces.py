"""Single pieces: ad groups and ads that bring less for their money, and what was said again."""

from datetime import date, timedelta

import numpy as np
import pytest

from countersign.analytics.siblings import find_behind

MONDAY = date(2026, 11, 9)


def ad_group(books, name, *, spend, conversions, campaign="c1", weeks=4):
    for back in range(weeks):
        books.ad_groups.append({
            "platform": "meta_ads", "campaign_id": campaign, "campaign_name": "Spring", "ad_group_id": name,
            "ad_group_name": name.title(), "channel": "Paid social", "spend_reporting": spend / weeks,
            "week_start": MONDAY - timedelta(weeks=back), "clicks": 100,
            "platform_conversions": conversions / weeks,
        })  # fmt: skip


def ad(books, name, *, spend, conversions, group="g1", text=None, key=None, ad_name=None, weeks=4):
    for back in range(weeks):
        books.ads.append({
            "platform": "meta_ads", "campaign_id": "c1", "campaign_name": "Spring", "ad_group_id": group,
            "ad_group_name": group.upper(), "ad_id": name, "ad_name": ad_name, "ad_text": text,
            "repeat_key": key, "channel": "Paid social", "week_start": MONDAY - timedelta(weeks=back),
            "spend_reporting": spend / weeks, "clicks": 100, "platform_conversions": conversions / weeks,
        })  # fmt: skip


def piece(books, number, back, *, key, shown=1000, engagements=50, kind="email"):
    books.content.append({
        "content_id": f"{kind} {number}", "content_type": kind, "title": f"Mailing {number}",
        "repeat_key": key, "week_start": MONDAY - timedelta(weeks=back), "shown": shown,
        "engagements": engagements,
    })  # fmt: skip


def test_an_ad_group_that_brings_less_for_its_money_stands_beside_the_rest_of_its_campaign(
    open_books, steady
):
    ad_group(steady, "lookalikes", spend=4000, conversions=80)
    ad_group(steady, "interests", spend=2000, conversions=8)
    ad_group(steady, "", spend=9000, conversions=0)
    ad_group(steady, "alone", spend=5000, conversions=20, campaign="c2")
    analysis = open_books(steady).analyse()

    (weak,) = analysis.rankings.weak_ad_groups
    assert (weak.name, weak.part_of, weak.channel) == ("Interests", "Spring", "Paid social")
    assert [float(analysis.fact(fact).value) for fact in (weak.spend, weak.conversions)] == [2000, 8]
    assert float(analysis.fact(weak.cost).value) == pytest.approx(250)
    assert float(analysis.fact(weak.cost_of_others).value) == pytest.approx(50)


def test_an_ad_group_without_a_conversion_has_no_cost_of_one(open_books, steady):
    ad_group(steady, "lookalikes", spend=4000, conversions=80)
    ad_group(steady, "interests", spend=2000, conversions=0)
    analysis = open_books(steady).analyse()

    (weak,) = analysis.rankings.weak_ad_groups
    assert analysis.fact(weak.cost).value is None


@pytest.mark.parametrize(
    ("spend", "conversions"),
    [(2000, 40), (2000, 28), (100, 0)],
    ids=["as good", "a little behind", "too small to tell"],
)
def test_an_ad_group_that_is_not_clearly_behind_is_left_alone(open_books, steady, spend, conversions):
    ad_group(steady, "lookalikes", spend=4000, conversions=80)
    ad_group(steady, "interests", spend=spend, conversions=conversions)

    assert open_books(steady).analyse().rankings.weak_ad_groups == ()


def test_among_a_hundred_ad_groups_that_do_alike_hardly_ever_one_is_flagged():
    random = np.random.default_rng(7)
    flagged = 0
    for _ in range(100):
        groups = [
            {
                "platform": "p",
                "campaign_id": number // 4,
                "spend": 2000,
                "conversions": int(random.poisson(20)),
            }
            for number in range(100)
        ]
        flagged += bool(find_behind(groups, within=("platform", "campaign_id")))

    assert flagged <= 3


def test_an_ad_that_brings_less_for_its_money_stands_beside_the_rest_of_its_ad_group(open_books, steady):
    ad(steady, "1", spend=4000, conversions=80)
    ad(steady, "2", spend=2000, conversions=8, ad_name="Video", text="Watch how")
    ad(steady, "3", spend=3000, conversions=6, group="g2")
    ad(steady, "4", spend=2000, conversions=4, group="g2")
    analysis = open_books(steady).analyse()

    (weak,) = analysis.rankings.weak_ads
    assert (weak.name, weak.part_of, weak.channel) == ("Video", "G1", "Paid social")
    assert [float(analysis.fact(fact).value) for fact in (weak.spend, weak.conversions)] == [2000, 8]
    assert float(analysis.fact(weak.cost).value) == pytest.approx(250)
    assert float(analysis.fact(weak.cost_of_others).value) == pytest.approx(50)


def test_an_ad_without_a_name_is_called_by_what_it_says(open_books, steady):
    ad(steady, "1", spend=4000, conversions=80)
    ad(steady, "2", spend=2000, conversions=0, text="Calibrated in three days " * 5)
    analysis = open_books(steady).analyse()

    (weak,) = analysis.rankings.weak_ads
    assert weak.name.startswith("Calibrated in three days Calibrated")
    assert len(weak.name) <= 80
    assert analysis.fact(weak.cost).value is None


@pytest.mark.parametrize(
    ("spend", "conversions"),
    [(2000, 40), (2000, 28), (100, 0)],
    ids=["as good", "a little behind", "too small to tell"],
)
def test_an_ad_that_is_not_clearly_behind_is_left_alone(open_books, steady, spend, conversions):
    ad(steady, "1", spend=4000, conversions=80)
    ad(steady, "2", spend=spend, conversions=conversions)

    assert open_books(steady).analyse().rankings.weak_ads == ()


def test_ads_that_say_the_same_stand_together_with_what_they_took(open_books, steady):
    ad(steady, "1", spend=400, conversions=8, text="Your calibration is due", key="due")
    ad(steady, "2", spend=200, conversions=2, text="YOUR CALIBRATION IS DUE", key="due", group="g2")
    ad(steady, "3", spend=900, conversions=9, text="Sensors from stock", key="stock")
    ad(steady, "4", spend=100, conversions=1, text="Hi")
    ad(steady, "5", spend=100, conversions=1, text="Hi")
    ad(steady, "6", spend=0, conversions=0, text="Sensors from stock", key="stock")
    analysis = open_books(steady).analyse()

    (same,) = analysis.rankings.repeated_ads
    assert same.text == "Your calibration is due"
    cells = (same.ads, same.ad_groups, same.spend, same.conversions, same.cost)
    assert [float(analysis.fact(fact).value) for fact in cells] == [2, 2, 600, 10, 60]


def test_a_company_without_single_ads_has_neither(open_books, steady):
    rankings = open_books(steady).analyse().rankings

    assert (rankings.weak_ads, rankings.repeated_ads) == ((), ())


def test_content_that_went_out_again_stands_with_its_first_response_and_the_latest(open_books, steady):
    piece(steady, 1, 9, key="offer", engagements=80)
    piece(steady, 2, 6, key="offer", engagements=60)
    piece(steady, 3, 1, key="offer", engagements=30)
    piece(steady, 4, 9, key="news", engagements=50)
    piece(steady, 5, 0, key="news", engagements=49)
    piece(steady, 6, 0, key="once")
    piece(steady, 7, 9, key="past")
    piece(steady, 8, 8, key="past")
    piece(steady, 9, 0, key=None, kind="page")
    analysis = open_books(steady).analyse()

    worn, kept = analysis.rankings.repeats
    assert (worn.title, worn.is_worn) == ("Mailing 3", True)
    assert [
        float(analysis.fact(fact).value)
        for fact in (worn.times, worn.shown, worn.rate_first, worn.rate_lately)
    ] == [3, 3000, 0.08, 0.03]
    assert (kept.title, kept.is_worn) == ("Mailing 5", False)


def test_repeats_of_which_nobody_counts_the_response_are_left_out(open_books, steady):
    piece(steady, 1, 9, key="offer", engagements=None)
    piece(steady, 2, 0, key="offer", engagements=30)

    assert open_books(steady).analyse().rankings.repeats == ()


def test_nothing_repeated_is_no_table(open_books, steady):
    piece(steady, 1, 3, key="a")
    piece(steady, 2, 2, key="b")

    assert open_books(steady).analyse().rankings.repeats == ()
