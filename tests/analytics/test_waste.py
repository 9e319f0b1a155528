"""Channels by what they wasted, and which of their campaigns broke which limit."""

from datetime import date, timedelta

import pytest

MONDAY = date(2026, 11, 9)
TOO_FEW = "too few leads accepted"


def spent(
    books, channel, back, *, spend, wasted, campaign=None, rule=TOO_FEW, judged_by="campaign", **recent
):
    if wasted is None:
        rule, judged_by = "not judged", None
    books.wasted.append(
        {
            "platform": "ads", "campaign_id": campaign or channel, "campaign_name": campaign,
            "week_start": MONDAY - timedelta(weeks=back), "channel": channel, "judged_by": judged_by,
            "rule": rule if wasted is None or wasted else "within limits", "spend_reporting": spend,
            "wasted_spend_reporting": wasted, **recent,
        }
    )  # fmt: skip


def test_channels_stand_by_wasted_spend_and_what_was_not_judged_counts_as_spent(open_books, steady):
    for back in range(6):
        spent(steady, "Paid social", back, spend=1000, wasted=250)
        spent(steady, "Paid search", back, spend=4000, wasted=300)
        spent(steady, "Display", back, spend=500, wasted=0)
        spent(steady, "Video", back, spend=500, wasted=None)
    analysis = open_books(steady).analyse()

    waste = analysis.rankings.waste
    channels = [row for row in waste.rows if row.campaign is None]
    assert [row.channel for row in channels] == ["Paid search", "Paid social"]
    assert [analysis.fact(row.wasted).value for row in (waste.total, *channels)] == [2200, 1200, 1000]
    assert analysis.fact(waste.total.spend).value == 24_000
    assert analysis.fact(channels[1].share).value == pytest.approx(0.25)
    assert analysis.fact(waste.unjudged).value == 4 * 500


def test_each_campaign_stands_under_its_channel_with_the_limit_it_broke_last(open_books, steady):
    spent(steady, "Paid social", 2, campaign="Guide", spend=100, wasted=100, recent_accepted_leads=1)
    spent(
        steady, "Paid social", 1, campaign="Guide", spend=100, wasted=100,
        rule="accepted leads cost too much", recent_spend_reporting=900, recent_leads=1,
        recent_decided_leads=1, recent_accepted_leads=0,
    )  # fmt: skip
    spent(steady, "Paid social", 0, campaign="Guide", spend=100, wasted=0, recent_accepted_leads=7)
    spent(steady, "Paid social", 0, campaign="Lookalikes", spend=300, wasted=300)
    spent(steady, "Paid social", 0, campaign="Fine", spend=300, wasted=0)
    analysis = open_books(steady).analyse()

    rows = analysis.rankings.waste.rows
    assert [row.campaign for row in rows] == [None, "Lookalikes", "Guide"]
    guide = rows[2]
    assert [analysis.fact(each).value for each in (guide.spend, guide.wasted)] == [300, 200]
    assert guide.limit.rule == "accepted leads cost too much"
    figures = [getattr(guide.limit, role) for role in ("spend", "leads", "decided", "accepted")]
    assert [analysis.fact(figure).value for figure in figures] == [900, 1, 1, 0]
    # The limits look at four weeks together.
    assert guide.limit.window.start == MONDAY - timedelta(weeks=4)
    assert guide.limit.window.end == MONDAY


def test_a_channel_that_is_judged_as_a_whole_carries_the_limit_itself(open_books, steady):
    for campaign in ("One", "Two"):
        spent(
            steady, "Display", 0, campaign=campaign, spend=100, wasted=100, judged_by="channel",
            recent_decided_leads=20, recent_accepted_leads=2,
        )  # fmt: skip
    analysis = open_books(steady).analyse()

    (row,) = analysis.rankings.waste.rows
    assert (row.channel, row.campaign, row.limit.rule) == ("Display", None, TOO_FEW)
    assert analysis.fact(row.limit.accepted).value == 2


def test_without_waste_there_is_nothing_to_rank(open_books, steady):
    spent(steady, "Paid search", 0, spend=4000, wasted=0)
    spent(steady, "Paid social", 7, spend=4000, wasted=4000)

    assert open_books(steady).analyse().rankings.waste is None
