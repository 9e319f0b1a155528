"""The demo company's single ads add up to their ad groups; one is weak, one text stands in two of them."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from countersign.analytics.siblings import find_behind
from countersign.sources.demo.company import SEED, UNTIL, WEEKS, read_ads
from countersign.sources.demo.simulate import World, simulated

WHOLE = World(
    seed=SEED, scale=1.0, first_day=UNTIL - timedelta(weeks=WEEKS), anchor=UNTIL, until=UNTIL
)  # fmt: skip
WEAK = "2200213"


@pytest.fixture(scope="module")
def world():
    with simulated(WHOLE) as connection:
        yield connection


def test_ads_add_up_to_their_ad_group_on_every_day(world):
    compared = world.execute("""
        with added as (
            select ad_group_id, day, sum(spend) as spend, sum(clicks) as clicks,
                sum(impressions) as impressions, sum(conversions) as conversions
            from single_ad_days group by all
        )
        select count(*), count(*) filter (
            where ads.spend = added.spend and ads.clicks = added.clicks
                and ads.impressions = added.impressions
                and abs(
                    added.conversions
                    - if(platform = 'meta_ads', round(ads.conversions), ads.conversions)
                ) < 1e-6
        )
        from ad_days as ads left join added using (ad_group_id, day)
        where platform in ('google_ads', 'meta_ads')
    """).fetchone()

    assert compared[0] == compared[1] > 2000


def test_no_ad_has_more_clicks_than_views_or_less_than_nothing(world):
    assert world.execute("""
        select count(*) from single_ad_days
        where clicks > impressions or least(clicks, impressions, spend, conversions) < 0
    """).fetchone() == (0,)


def test_the_weak_ad_is_the_only_one_clearly_behind_its_ad_group(world):
    rows = world.execute(
        """
        select platform, campaign_id, ad_group_id, ad_id, sum(spend) as spend, sum(conversions) as conversions
        from single_ad_days where day >= ? group by all
        """,
        [UNTIL - timedelta(weeks=4)],
    )
    names = [column[0] for column in rows.description]
    ads = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]

    behind = find_behind(ads, within=("platform", "campaign_id", "ad_group_id"))
    assert [ad["ad_id"] for ad in behind] == [WEAK]
    assert [ad.ad_id for ad in read_ads() if ad.pull < 1] == [WEAK]


def test_one_text_stands_in_two_ad_groups_and_every_ad_group_has_two_or_three_ads():
    groups = defaultdict(set)
    for ad in read_ads():
        groups[ad.headline, ad.body].add(ad.ad_group_id)

    assert [text for text, found in groups.items() if len(found) > 1] == [
        ("Measure what matters", "Plants that measure stand still less")
    ]
    assert set(Counter(ad.ad_group_id for ad in read_ads()).values()) == {2, 3}
