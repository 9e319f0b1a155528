"""What is sent, posted, searched, asked and entered by hand, of a company small enough to count by hand."""

from datetime import date
from decimal import Decimal

import pytest

from countersign.core.journey import JourneyRule
from countersign.core.workspace import Workspace
from flows.dbt_build import build_marts
from tests.dbt_project.conftest import reader
from tests.dbt_project.raw_rows import AS_OF, COMPANY, Rows, write_raw

WEEK_1, WEEK_2 = date(2026, 3, 2), date(2026, 3, 9)


JOURNEY = (
    JourneyRule(stage="awareness", texts=("*news*",)),
    JourneyRule(stage="consideration", texts=("/sensors",)),
)


def _ticket(number: int, created: str, **other) -> dict[str, object]:
    return {"ticket_id": f"zendesk:{number}", "created_at": created, "status": "open", **other}


ROWS: Rows = {
    "raw.support_tickets": [
        # 00:30 on Monday 9 March in Berlin
        _ticket(1, "2026-03-08 23:30:00", first_reply_at="2026-03-09 01:30:00", priority="urgent",
                solved_at="2026-03-10 23:30:00", satisfaction="good"),
        _ticket(2, "2026-03-10 08:00:00", first_reply_at="2026-03-10 14:00:00", satisfaction="bad"),
        _ticket(3, "2026-03-11 08:00:00", first_reply_at="2026-03-20 08:00:00", satisfaction="offered"),
        _ticket(4, "2026-03-03 08:00:00", first_reply_at="2026-03-03 09:00:00", status="merged"),
        _ticket(5, "2026-03-03 08:00:00", status="deleted"),
        _ticket(6, "2026-03-15 23:00:00"),  # at as_of
    ],
    "raw.email_campaigns": [
        {"platform": "Klaviyo", "email_campaign_id": "k1", "campaign_name": "March news", "channel": "Email",
         "sent_at": "2026-03-04 08:00:00", "sends": 100, "deliveries": 80, "opens": 40, "clicks": 8,
         "bounces": 20, "unsubscribes": 0},
        {"platform": "Klaviyo", "email_campaign_id": "draft", "channel": "Email"},
    ],
    "raw.social_posts": [
        {"platform": "linkedin", "page_id": "p", "post_id": "s1", "published_at": "2026-03-05 08:00:00",
         "impressions": 1000, "reactions": 10, "comments": 2, "clicks": 8},
    ],
    "raw.search_terms": [
        {"site": "example.com", "search_day": "2026-03-09", "query": "level sensor", "page": "/sensors",
         "country": "", "device": "", "impressions": 50, "clicks": 5, "position": "3.5"},
    ],
    "raw.manual_kpis": [
        {"kpi": "Brand_Recall", "segment": "", "period_start": "2026-01-01", "value": "0.31",
         "unit": "share", "sample_size": 400, "measured_by": "Panel study", "entered_on": "2026-02-01"},
        {"kpi": "brand_recall", "segment": "", "period_start": "2026-04-01", "value": "0.35",
         "unit": "share", "measured_by": "Panel study"},  # begins after as_of
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("heard"))
    write_raw(workspace, ROWS)
    build_marts(workspace, COMPANY.model_copy(update={"journey": JOURNEY}), as_of=AS_OF)
    return reader(workspace)


def test_support_waits_are_those_of_tickets_that_count(heard):
    rows = heard("from marts.support_week")
    # tickets, pressing, replied, solved, hours to reply and to solve, their medians, rated, satisfied, share
    assert [tuple(row.values()) for row in rows] == [(WEEK_2, 3, 1, 2, 1, 8.0, 48.0, 4.0, 48.0, 2, 1, 0.5)]


def test_rates_of_a_mail_are_shares_of_what_was_delivered(heard):
    (row,) = heard("from facts.fct_email_engagement")
    assert (row["week_start"], row["platform"], row["channel"]) == (WEEK_1, "klaviyo", "Email")
    assert (row["delivery_rate"], row["open_rate"], row["click_rate"]) == (0.8, 0.5, 0.1)
    assert row["unsubscribe_rate"] == 0
    assert row["reply_rate"] is None


def test_a_post_and_a_search_keep_their_counts(heard):
    (post,) = heard("select week_start, impressions, shares, engagements from facts.fct_social_posts")
    assert tuple(post.values()) == (WEEK_1, 1000, None, 20)
    (search,) = heard("select week_start, clicks, position, click_rate from facts.fct_search_terms")
    assert tuple(search.values()) == (WEEK_2, 5, Decimal("3.5"), 0.1)


def test_a_figure_entered_by_hand_stands_with_its_study_and_its_day(heard):
    (row,) = heard("from marts.kpi_inputs")
    assert row == {
        "kpi": "brand_recall", "segment": "All", "period_start": date(2026, 1, 1), "period_end": None,
        "unit": "share", "measured_by": "Panel study", "entered_on": date(2026, 2, 1), "source": "files",
        "value": Decimal("0.31"), "change": None, "sample_size": 400, "is_latest": True,
    }  # fmt: skip


def test_content_is_counted_by_what_its_type_can_tell(heard):
    rows = heard(
        "select content_id, week_start, journey_stage, shown, clicks, engagements, engagement_rate"
        " from marts.content_performance order by content_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("email klaviyo k1", WEEK_1, "awareness", 80, 8, 8, 0.1),
        ("page /sensors", WEEK_2, "consideration", 50, 5, None, None),
        ("post linkedin s1", WEEK_1, "Not mapped", 1000, 8, 20, 0.02),
    ]


def test_engagement_says_what_it_counts(heard):
    rows = heard(
        "select medium, platform, week_start, basis, shown, engaged, engagement_rate"
        " from marts.engagement_week order by medium"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("email", "klaviyo", WEEK_1, "clicks and replies per delivery", 80, 8, 0.1),
        ("search", "example.com", WEEK_2, "clicks per unpaid impression", 50, 5, 0.1),
        (
            "social",
            "linkedin",
            WEEK_1,
            "reactions, comments, shares and clicks per unpaid impression",
            1000,
            20,
            0.02,
        ),
    ]
