"""Who responds, and to what: segments with all of them, and pages that are weaker than the others."""

from datetime import date, timedelta

import pytest

MONDAY = date(2026, 11, 9)


def page(books, title, back, *, sessions, conversions, kind="page"):
    books.content.append(
        {
            "content_id": f"{kind} {title}", "content_type": kind, "title": title,
            "week_start": MONDAY - timedelta(weeks=back), "sessions": sessions,
            "web_conversions": conversions,
        }
    )  # fmt: skip


def test_segments_stand_by_leads_with_what_became_of_them(open_books, steady):
    for back in range(14):
        for segment, leads in (("Small", 10), ("Large", 30)):
            steady.segments.append(
                {
                    "segment": segment, "country": "DE", "channel": "Direct", "leads": leads,
                    "week_start": MONDAY - timedelta(weeks=back), "accepted_leads": leads // 2,
                    "rejected_leads": leads // 5, "customers": 1, "pipeline_reporting": 100 * leads,
                }
            )  # fmt: skip
    analysis = open_books(steady).analyse()

    whole, large, small = analysis.rankings.audiences
    assert [whole.segment, large.segment, small.segment] == [None, "Large", "Small"]
    assert analysis.fact(whole.leads).value == 13 * 40
    assert analysis.fact(large.decided).value == 13 * 21
    assert analysis.fact(large.acceptance_rate).value == pytest.approx(15 / 21)
    assert analysis.fact(small.pipeline).value == 13 * 1000


def test_one_segment_is_no_comparison(open_books, steady):
    steady.segments.append({"segment": "Small", "week_start": MONDAY, "leads": 10})

    assert open_books(steady).analyse().rankings.audiences == ()


def test_a_page_that_turns_fewer_sessions_into_leads_is_to_be_revised(open_books, steady):
    for back in range(4):
        page(steady, "/trial-kit", back, sessions=150, conversions=1)
        page(steady, "/guide", back, sessions=500, conversions=30)
        page(steady, "/news", back, sessions=30, conversions=0)
        page(steady, "Newsletter", back, sessions=None, conversions=None, kind="email")
    analysis = open_books(steady).analyse()

    (weak,) = analysis.rankings.weak_pages
    assert weak.page == "/trial-kit"
    assert analysis.fact(weak.rate).value == pytest.approx(4 / 600)
    assert analysis.fact(weak.rate_of_others).value == pytest.approx(120 / 2120)


def test_a_page_that_is_dead_comes_before_a_larger_one_that_is_weak(open_books, steady):
    for back in range(4):
        page(steady, "/guide", back, sessions=900, conversions=36)
        page(steady, "/trial-kit", back, sessions=150, conversions=0)
        page(steady, "/start", back, sessions=1500, conversions=120)

    assert [row.page for row in open_books(steady).analyse().rankings.weak_pages] == ["/trial-kit", "/guide"]


def test_pages_that_do_alike_are_left_alone(open_books, steady):
    for back in range(4):
        page(steady, "/trial-kit", back, sessions=300, conversions=16)
        page(steady, "/guide", back, sessions=500, conversions=30)

    assert open_books(steady).analyse().rankings.weak_pages == ()
