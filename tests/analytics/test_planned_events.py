"""A launch or a release beside the places that it did not touch."""

from datetime import date, timedelta
from random import Random

import pytest

MONDAY = date(2026, 11, 9)
FIRST = date(2026, 10, 26)
LAST = date(2026, 11, 15)


def fill(books, channel, *, before, since, campaign_id="", first=FIRST, noise=None):
    """Leads of each day, up to the end of the week in question."""
    for back in range(84):
        day = LAST - timedelta(days=back)
        leads = since if day >= first else before
        leads = leads if noise is None else max(round(noise.gauss(leads, leads**0.5)), 0)
        books.campaign_days.append(
            {"channel": channel, "campaign_id": campaign_id, "report_day": day, "leads": leads}
        )


def mark(books, name, *, channel="", campaign_id="", kind="launch", day=FIRST):
    books.marks.append(
        {"event_day": day, "kind": kind, "name": name, "channel": channel, "campaign_id": campaign_id}
    )


def figures(analysis, row):
    return {
        role: analysis.fact(getattr(row, role)).value
        for role in ("leads", "change_here", "change_elsewhere", "beyond", "low", "high")
    }


def test_what_goes_beyond_the_others_stands_with_its_interval(open_books, steady):
    fill(steady, "Paid search", before=10, since=18)
    fill(steady, "Paid social", before=20, since=24)
    mark(steady, "New landing page", channel="Paid search", kind="release")
    analysis = open_books(steady).analyse()

    (row,) = analysis.rankings.events
    found = figures(analysis, row)
    assert found["leads"] == 21 * 18
    assert found["change_here"] == pytest.approx(0.8)
    assert found["change_elsewhere"] == pytest.approx(0.2)
    assert found["beyond"] == pytest.approx(1.8 / 1.2 - 1)
    assert found["low"] < found["beyond"] < found["high"]


def test_a_change_that_came_everywhere_is_not_beyond_the_others(open_books, steady):
    fill(steady, "Paid search", before=10, since=14)
    fill(steady, "Paid social", before=20, since=28)
    mark(steady, "Autumn campaign", channel="Paid search")
    analysis = open_books(steady).analyse()

    found = figures(analysis, analysis.rankings.events[0])
    assert found["beyond"] == pytest.approx(0)
    assert found["low"] < 0 < found["high"]


@pytest.mark.parametrize("days", [28, 27])
def test_the_weeks_before_an_event_have_to_be_on_record(open_books, steady, days):
    fill(steady, "Paid search", before=10, since=18)
    fill(steady, "Paid social", before=20, since=24)
    steady.campaign_days = [
        row for row in steady.campaign_days if row["report_day"] >= FIRST - timedelta(days=days)
    ]
    mark(steady, "New landing page", channel="Paid search")

    assert len(open_books(steady).analyse().rankings.events) == (days == 28)


def test_a_channel_with_a_launch_of_its_own_is_no_comparison(open_books, steady):
    fill(steady, "Paid search", before=10, since=18)
    fill(steady, "Paid social", before=20, since=40)
    fill(steady, "Email", before=10, since=10)
    mark(steady, "New landing page", channel="Paid search")
    mark(steady, "Video ads", channel="Paid social", day=FIRST - timedelta(days=3))
    analysis = open_books(steady).analyse()

    changes = {row.name: figures(analysis, row)["change_elsewhere"] for row in analysis.rankings.events}
    assert changes == {"New landing page": pytest.approx(0), "Video ads": pytest.approx(0)}


def test_an_event_of_one_campaign_is_compared_with_other_campaigns(open_books, steady):
    fill(steady, "Paid search", before=10, since=20, campaign_id="1")
    fill(steady, "Paid search", before=10, since=10, campaign_id="2")
    fill(steady, "Direct", before=50, since=10)
    mark(steady, "New ad", channel="Paid search", campaign_id="1")
    analysis = open_books(steady).analyse()

    assert figures(analysis, analysis.rankings.events[0])["change_elsewhere"] == pytest.approx(0)


@pytest.mark.parametrize(
    "event",
    [
        {"channel": ""},
        {"channel": "Paid search", "kind": "holiday"},
        {"channel": "Paid search", "day": LAST - timedelta(days=3)},
        {"channel": "Paid search", "day": LAST - timedelta(days=80)},
        {"channel": "Quiet"},
    ],
    ids=["everywhere", "holiday", "too new", "too old", "too few leads"],
)
def test_what_cannot_be_compared_is_left_out(open_books, steady, event):
    fill(steady, "Paid search", before=10, since=18)
    fill(steady, "Paid social", before=20, since=20)
    fill(steady, "Quiet", before=0, since=0)
    mark(steady, "An event", **event)

    assert open_books(steady).analyse().rankings.events == ()


def test_the_interval_holds_the_truth_about_as_often_as_it_says(open_books, steady):
    noise, held, events = Random(5), 0, 40
    fill(steady, "Elsewhere", before=60, since=60, noise=noise)
    for number in range(events):
        fill(steady, f"Place {number}", before=12, since=12, noise=noise)
        mark(steady, f"Event {number}", channel=f"Place {number}")
    analysis = open_books(steady).analyse()

    for row in analysis.rankings.events:
        found = figures(analysis, row)
        held += found["low"] <= 0 <= found["high"]
    assert len(analysis.rankings.events) == events
    assert 0.7 <= held / events <= 0.97
