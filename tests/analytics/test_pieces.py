"""Single pieces: ad groups that bring less for their money, and content that went out again."""

from datetime import date, timedelta

import numpy as np
import pytest

from countersign.analytics.ad_groups import find_behind

MONDAY = date(2026, 11, 9)


def ad_group(books, name, *, spend, conversions, campaign="c1", weeks=4):
    for back in range(weeks):
        books.ad_groups.append({
            "platform": "meta_ads", "campaign_id": campaign, "campaign_name": "Spring", "ad_group_id": name,
            "ad_group_name": name.title(), "channel": "Paid social", "spend_reporting": spend / weeks,
            "week_start": MONDAY - timedelta(weeks=back), "clicks": 100,
            "platform_conversions": conversions / weeks,
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
    assert (weak.name, weak.campaign, weak.channel) == ("Interests", "Spring", "Paid social")
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
        flagged += bool(find_behind(groups))

    assert flagged <= 3


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
