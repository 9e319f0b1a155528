"""check_across_sources: clicks against visits, forms against leads, data against promises; only warnings."""

from datetime import date, timedelta

import pytest

from expectations.across_sources import check_across_sources
from tests.expectations.conftest import AS_OF

LAST = date(2026, 11, 16)
DAYS = [LAST - timedelta(days=back) for back in range(28)]


@pytest.fixture
def put(warehouse):
    """`put(table, day, ...)`: one day's total."""

    def write(table, day, *, source="s", channel="", rows=1, clicks=None, sessions=None, conversions=None):
        warehouse.execute(
            "insert into quality.day_totals values (?, ?, ?, ?, ?, ?, ?, ?)",
            [source, table, day, channel, rows, clicks, sessions, conversions],
        )

    return write


@pytest.fixture
def check(warehouse, company):
    """`check(promises=)`: the reasons of failed checks by check and subject."""

    def run(promises=None):
        found = check_across_sources(warehouse, company, as_of=AS_OF, promises=promises)
        assert {one.outcome.severity for one in found} <= {"warning"}
        return {
            (one.outcome.check, one.subject, one.source): one.outcome.reason
            for one in found
            if not one.outcome.passed
        }

    return run


def month(put, *, clicks=100, sessions=80, sessions_lately=None):
    for day in DAYS:
        lately = day > LAST - timedelta(days=7)
        put("ad_performance", day, source="ads", channel="Paid search", clicks=clicks)
        visits = sessions_lately if lately and sessions_lately is not None else sessions
        put("web_sessions", day, source="web", channel="Paid search", sessions=visits)
        put("web_sessions", day, source="web", channel="Direct", sessions=5000)


def test_clicks_that_arrive_raise_nothing(put, check):
    month(put)

    assert check() == {}


def test_clicks_that_do_not_arrive_are_told_to_both_sources(put, check):
    month(put, sessions=20)

    found = check()

    assert {source for _, _, source in found} == {"ads", "web"}
    reason = found["ad_clicks_arrive_as_visits", "Paid search", "web"]
    assert "the website counts 560 visits for 2,800 ad clicks; look at the tracking code" in reason


def test_a_tracking_outage_of_a_week_is_told_before_the_level_is_low(put, check):
    month(put, sessions_lately=25)

    assert "fell from 0.80 to 0.25" in check()["ad_clicks_arrive_as_visits", "Paid search", "web"]


def test_visits_far_beyond_the_clicks_are_told(put, check):
    month(put, sessions=300)

    assert "tagged as this channel" in check()["ad_clicks_arrive_as_visits", "Paid search", "ads"]


def test_a_few_clicks_are_not_judged(put, check):
    month(put, clicks=3, sessions=0)

    assert check() == {}


def test_only_days_that_both_have_are_compared(put, check):
    for day in DAYS:
        put("ad_performance", day, channel="Paid search", clicks=100)
    for day in DAYS[14:]:
        put("web_sessions", day, channel="Paid search", sessions=80)

    assert check() == {}


def test_forms_that_do_not_become_leads_are_told(put, check):
    for day in DAYS:
        put("web_sessions", day, source="web", sessions=100, conversions=10)
        put("crm_leads", day, source="crm", rows=2)

    assert "the CRM has 56 leads for 280 forms" in check()["forms_arrive_as_leads", "forms and leads", "crm"]


def test_clicks_in_emails_are_compared_with_visits_of_that_channel(put, check):
    for day in DAYS:
        put("email_campaigns", day, source="mail", channel="Email", clicks=100)
        put("web_traffic_days", day, source="web", channel="Email", sessions=2)

    assert ("email_clicks_arrive_as_visits", "Email", "mail") in check()


@pytest.mark.parametrize(("promise", "is_late"), [(5, False), (4, True)])
def test_data_that_ends_before_its_promise_is_late(promise, is_late, put, check):
    put("crm_leads", LAST - timedelta(days=5), source="crm")

    found = check({"crm": promise})

    assert (("data_is_as_fresh_as_promised", "crm", "crm") in found) is is_late


def test_a_table_that_pauses_two_days_every_week_is_not_late_on_the_second(put, check):
    for day in DAYS:
        if day.weekday() not in (6, 0):  # the last day of the report is a Monday
            put("crm_opportunities", day, source="crm")

    assert check({"crm": 1}) == {}


def test_a_table_in_which_little_happens_is_late_only_with_its_source(put, check):
    put("crm_removals", DAYS[20], source="crm")
    put("crm_leads", LAST, source="crm")

    assert check({"crm": 1}) == {}


def test_a_source_that_ended_long_ago_is_late_since_its_last_day(put, check):
    for back in range(200, 230):
        put("crm_leads", LAST - timedelta(days=back), source="crm")

    assert f"ends on {LAST - timedelta(days=200)}, 200 days" in check({"crm": 1}).popitem()[1]


def test_a_single_long_pause_is_no_habit(put, check):
    for day in [*DAYS[5:12], *DAYS[20:]]:
        put("crm_leads", day, source="crm")

    assert ("data_is_as_fresh_as_promised", "crm", "crm") in check({"crm": 1})


def test_a_source_without_a_promise_is_not_late(put, check):
    put("crm_leads", LAST - timedelta(days=500), source="crm")

    assert check() == {}


def test_the_warehouse_holds_the_checks_of_the_latest_run_only(put, check, warehouse):
    put("crm_leads", LAST - timedelta(days=5), source="crm")
    check({"crm": 1})
    check({"crm": 10})

    found = warehouse.execute("select check_name, source, landed_table, passed from quality.source_checks")
    assert found.fetchall() == [("data_is_as_fresh_as_promised", "crm", "crm_leads", True)]
