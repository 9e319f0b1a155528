"""Channels by what they wasted, from the mart that applies the company's limits."""

from datetime import date, timedelta

import pytest

MONDAY = date(2026, 11, 9)


def spent(books, channel, back, *, spend, wasted):
    books.wasted.append(
        {
            "platform": "ads", "campaign_id": channel, "week_start": MONDAY - timedelta(weeks=back),
            "channel": channel, "rule": "too few leads accepted" if wasted else "within limits",
            "spend_reporting": spend, "wasted_spend_reporting": wasted,
        }
    )  # fmt: skip


def test_channels_stand_by_wasted_spend_and_what_was_not_judged_counts_as_spent(open_books, steady):
    for back in range(6):
        spent(steady, "Paid social", back, spend=1000, wasted=250)
        spent(steady, "Paid search", back, spend=4000, wasted=300)
        spent(steady, "Display", back, spend=500, wasted=0)
        spent(steady, "Video", back, spend=500, wasted=None)
    analysis = open_books(steady).analyse()

    assert [row.channel for row in analysis.rankings.waste] == [None, "Paid search", "Paid social"]
    wasted = [analysis.fact(row.wasted).value for row in analysis.rankings.waste]
    assert wasted == [2200, 1200, 1000]
    assert analysis.fact(analysis.rankings.waste[0].spend).value == 24_000
    assert analysis.fact(analysis.rankings.waste[2].share).value == pytest.approx(0.25)


def test_without_waste_there_is_nothing_to_rank(open_books, steady):
    spent(steady, "Paid search", 0, spend=4000, wasted=0)
    spent(steady, "Paid social", 7, spend=4000, wasted=4000)

    assert open_books(steady).analyse().rankings.waste == ()
