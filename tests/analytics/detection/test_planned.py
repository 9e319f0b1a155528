"""planned_by: what was announced is excused in its place and days, and broken counting never is."""

from datetime import date

import pytest

from countersign.analytics.detection.cube import Mark
from countersign.analytics.detection.planned import planned_by

DAY = date(2026, 5, 4)


def excused(metric="click_rate", *, mark=None, place=None, change=-0.2, start=DAY, end=DAY):
    mark = mark or Mark(DAY, "launch", "Spring", "search", "c1")
    place = {"channel": "search", "campaign_id": "c1"} if place is None else place
    return planned_by(metric, place=place, change=change, start=start, end=end, marks=[mark]) is not None


def test_a_launch_excuses_its_campaign_and_no_other():
    assert excused()
    assert not excused(place={"channel": "search", "campaign_id": "c2"})


@pytest.mark.parametrize("metric", ["sessions_per_click", "follow_up_rate", "acceptance_rate"])
def test_a_launch_excuses_neither_lost_counting_nor_idle_sales(metric):
    assert not excused(metric)


def test_a_launch_excuses_nothing_that_began_long_before_or_after():
    assert not excused(start=date(2026, 4, 20))
    assert not excused(start=date(2026, 5, 25), end=date(2026, 5, 30))


def test_a_release_excuses_nothing():
    assert not excused(mark=Mark(DAY, "release", "v2", "", ""))


def test_a_holiday_excuses_a_dip_of_days_but_no_collapse_and_no_month():
    holiday = Mark(DAY, "holiday", "May day", "", "")

    assert excused("lead_rate", mark=holiday, place={})
    assert not excused("lead_rate", mark=holiday, place={"country": "PL"}, change=-0.85)
    assert not excused("lead_rate", mark=holiday, place={}, end=date(2026, 6, 4))


def test_a_holiday_leaves_some_visitors():
    holiday = Mark(DAY, "holiday", "May day", "", "")

    assert excused("sessions", mark=holiday, place={"channel": "direct"}, change=-0.65)
    assert not excused("sessions", mark=holiday, place={"channel": "direct"}, change=-0.97)


def test_a_channels_promotion_says_nothing_of_the_company():
    promotion = Mark(DAY, "promotion", "Spring", "search", "")

    assert excused(mark=promotion, place={"channel": "search", "country": "PL"})
    assert not excused(mark=promotion, place={})
    assert not excused(mark=promotion, place={"channel": "social", "account_id": "a"})
