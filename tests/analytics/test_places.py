"""Funnel, lead quality, follow-up, platform claims and trust: where it is, and when it is nothing."""

from datetime import date, timedelta

import pytest

from countersign.analytics.calendar import Calendar
from countersign.analytics.wilson import share_z, wilson_interval
from countersign.core.contracts import Window

MONDAY = date(2026, 11, 9)


def change_weeks(books, channel, weeks, **figures):
    """Overwrite a channel's figures in several weeks, counted back from the week in question."""
    days = {MONDAY - timedelta(weeks=back) + timedelta(days=1) for back in weeks}
    for row in books.days:
        if row["channel"] == channel and row["report_day"] in days:
            row.update(figures)


def value(analysis, fact_id):
    return analysis.fact(fact_id).value


# ------------------------------------------------------------------ funnel


def test_each_step_is_a_share_of_the_step_before_in_the_same_cohort(opened):
    analysis = opened.analyse()
    steps = {stage.name: stage for stage in analysis.funnel}

    leads = steps["Leads"]
    assert value(analysis, leads.rate) == value(analysis, leads.count) / value(analysis, leads.of_count)
    assert steps["Customers"].of_name == "Opportunities"
    assert steps["Sessions"].rate is None


def test_a_step_that_nobody_records_is_left_out(opened):
    assert "Sales-qualified leads" not in {stage.name for stage in opened.analyse().funnel}


def test_late_steps_are_read_on_cohorts_that_could_get_there(opened):
    steps = {stage.name: stage for stage in opened.analyse().funnel}
    as_of = MONDAY + timedelta(days=7)

    assert steps["Leads"].window.end == as_of
    assert steps["Leads accepted by sales"].window.end <= as_of - timedelta(days=14)
    assert steps["Customers"].window.end <= as_of - timedelta(days=90)
    assert steps["Customers"].window.end > as_of - timedelta(days=97)


def test_the_step_that_broke_is_the_worst_one(open_books, steady):
    change_weeks(steady, "Paid social", [0], leads=4)
    analysis = open_books(steady).analyse()

    assert [stage.name for stage in analysis.funnel if stage.is_worst] == ["Leads"]
    finding = analysis.finding("drop_off:Leads")
    assert finding.place == {"step": "Leads", "of": "Sessions"}


def test_a_quiet_funnel_has_no_worst_step(opened):
    assert not any(stage.is_worst for stage in opened.analyse().funnel)


def test_a_short_history_says_which_steps_it_cannot_show(open_books, books):
    for back in range(8):
        books.week(back, "Direct", sessions=900, leads=50, mqls=30, accepted_leads=20, customers=1)
    analysis = open_books(books).analyse()

    assert "Customers" not in {stage.name for stage in analysis.funnel}
    assert "funnel_not_matured:customers" in {item.key for item in analysis.missing}


# ------------------------------------------------------------------ lead quality


def test_channels_are_ranked_by_what_sales_accepts(opened):
    analysis = opened.analyse()

    assert [row.channel for row in analysis.quality] == ["Paid search", "Paid social", "Direct"]
    assert value(analysis, analysis.quality[0].accepted) == 160
    assert value(analysis, analysis.quality[0].cost_per_accepted_lead) == pytest.approx(100, rel=0.02)


def test_a_collapse_of_quality_while_spend_goes_on_needs_someone_to_act(open_books, steady):
    change_weeks(steady, "Paid social", [2, 3, 4, 5], accepted_leads=6, rejected_leads=30)
    analysis = open_books(steady).analyse()

    finding = analysis.finding("quality:Paid social")
    assert (finding.severity, finding.note) == ("act", "still_spending")
    waste = analysis.finding("waste:Paid social")
    assert waste.severity == "act"
    assert value(analysis, waste.facts["cost"]) > 2 * value(analysis, waste.facts["cost_paid"])
    assert analysis.finding("quality:Paid search") is None


def test_spend_that_was_halved_does_not_go_on_where_the_record_is_short(open_books, steady):
    steady.days = [row for row in steady.days if row["report_day"] >= MONDAY - timedelta(weeks=13)]
    change_weeks(
        steady, "Paid social", [2, 3, 4, 5], accepted_leads=6, rejected_leads=30, spend_reporting=1500
    )

    assert open_books(steady).analyse().finding("quality:Paid social").note == ""


def test_a_channel_that_sales_always_liked_less_is_waste_but_no_drop(open_books, steady):
    change_weeks(steady, "Paid social", range(24), accepted_leads=8, rejected_leads=28)
    analysis = open_books(steady).analyse()

    assert analysis.finding("waste:Paid social") is not None
    assert analysis.finding("quality:Paid social") is None


def test_cheap_accepted_leads_are_an_opportunity(open_books, steady):
    change_weeks(steady, "Paid search", range(24), spend_reporting=1000)
    analysis = open_books(steady).analyse()

    assert analysis.finding("opportunity:Paid search").severity == "info"


def test_few_verdicts_are_no_verdict_on_a_channel(open_books, steady):
    for back in range(24):
        steady.week(back, "Events", leads=3, accepted_leads=0, rejected_leads=2, spend_reporting=900)
    analysis = open_books(steady).analyse()

    assert not any("Events" in finding.key for finding in analysis.findings)


# ------------------------------------------------------------------ follow-up


def follow_up(books, channel, back, within, *, leads=60, median=5, event=False):
    books.follow_up.append(
        {
            "channel": channel, "week_start": MONDAY - timedelta(weeks=back), "is_event_lead": event,
            "leads": leads, "followed_up_leads": leads, "followed_up_within_promise": within,
            "median_hours_to_follow_up": median,
        }
    )  # fmt: skip


def test_follow_up_that_broke_down_is_found_in_its_channel(open_books, steady):
    for back in range(1, 15):
        follow_up(steady, "Direct", back, 20 if back == 1 else 55, median=40 if back == 1 else 5)
        follow_up(steady, "Paid search", back, 55)
    analysis = open_books(steady).analyse()

    finding = analysis.finding("slow_follow_up:Direct")
    assert finding.severity == "act"
    assert value(analysis, finding.facts["median_hours"]) == 40
    assert analysis.finding("slow_follow_up:Paid search") is None


def test_event_leads_that_wait_longer_than_event_leads_did_are_found(open_books, steady):
    for back in range(1, 15):
        follow_up(steady, "Events", back, 5 if back == 1 else 40, event=True)
    analysis = open_books(steady).analyse()

    finding = analysis.finding("slow_follow_up:Events")
    assert finding.note == "event_leads"
    assert [finding.key for finding in analysis.findings if finding.kind == "slow_follow_up"] == [finding.key]


def test_weeks_that_broke_before_stand_with_the_week_and_are_no_measure_of_it(open_books, steady):
    for back in range(1, 20):
        follow_up(steady, "Events", back, 2 if back <= 3 else 45, event=True)
    analysis = open_books(steady).analyse()

    finding = analysis.finding("slow_follow_up:Events")
    counts = [value(analysis, finding.facts[role]) for role in ("within_promise", "leads")]
    assert counts == [3 * 2, 3 * 60]
    assert analysis.fact(finding.facts["now"]).window.start == MONDAY - timedelta(weeks=3)
    assert value(analysis, finding.facts["prior"]) == pytest.approx(45 / 60)
    assert "median_hours" not in finding.facts


def test_a_good_week_ends_what_was_slow_before_it(open_books, steady):
    for back in range(1, 20):
        follow_up(steady, "Direct", back, 2 if back in (1, 3) else 45)
    analysis = open_books(steady).analyse()

    finding = analysis.finding("slow_follow_up:Direct")
    assert value(analysis, finding.facts["leads"]) == 60
    assert value(analysis, finding.facts["median_hours"]) == 5


def test_event_leads_stand_apart_and_the_promise_is_not_held_against_them(open_books, steady):
    for back in range(1, 15):
        follow_up(steady, "Events", back, 5, event=True)
        follow_up(steady, "Direct", back, 55)
    analysis = open_books(steady).analyse()

    assert [(row.channel, row.is_event_lead) for row in analysis.follow_up] == [
        (None, False),
        (None, True),
        ("Direct", False),
        ("Events", True),
    ]
    assert not any(finding.kind == "slow_follow_up" for finding in analysis.findings)


def test_a_week_whose_promise_is_still_running_is_not_judged(open_books, steady):
    follow_up(steady, "Direct", 0, 0)
    follow_up(steady, "Direct", 1, 55)
    analysis = open_books(steady).analyse()

    assert {row.window.start for row in analysis.follow_up} == {MONDAY - timedelta(weeks=1)}


# ------------------------------------------------------------------ claims and trust


def claim(books, platform, back, claimed, leads):
    books.claims.append(
        {
            "platform": platform, "channel": "Paid search", "week_start": MONDAY - timedelta(weeks=back),
            "platform_conversions": claimed, "crm_leads": leads,
        }
    )  # fmt: skip


def test_a_platform_that_starts_to_claim_twice_as_much_is_told(open_books, steady):
    for back in range(17):
        claim(steady, "google_ads", back, 200 if back < 4 else 100, 80)
        claim(steady, "meta_ads", back, 120, 80)
    analysis = open_books(steady).analyse()

    finding = analysis.finding("quality:claims:google_ads")
    assert (value(analysis, finding.facts["now"]), value(analysis, finding.facts["prior"])) == (2.5, 1.25)
    assert analysis.finding("quality:claims:meta_ads") is None
    assert [row.platform for row in analysis.claims] == ["google_ads", "meta_ads"]


def test_trust_has_a_line_a_source_and_a_finding_where_checks_failed(open_books, steady):
    steady.trust = [
        trust("ads", "ad_performance", quality="failed", checks_passed=7),
        trust("crm", "crm_leads"),
    ]
    analysis = open_books(steady).analyse()

    assert [(line.source, value(analysis, line.checks_passed)) for line in analysis.trust] == [
        ("ads", 7),
        ("crm", 9),
    ]
    assert [f.key for f in analysis.findings if f.metric == "data_trust"] == [
        "quality:data:ads:ad_performance"
    ]


def test_leads_without_a_channel_are_counted_and_many_of_them_are_told(open_books, steady):
    steady.week(0, "Unassigned", leads=100)
    analysis = open_books(steady).analyse()

    assert value(analysis, analysis.unassigned_share) == pytest.approx(100 / 298)
    assert analysis.finding("quality:unassigned_leads") is not None


def test_no_lead_without_a_channel_is_measured_as_none(opened):
    analysis = opened.analyse()

    assert value(analysis, analysis.unassigned_share) == 0


def trust(source, table, **changes):
    return {
        "source": source, "landed_table": table, "data_through": date(2026, 11, 15), "rows_landed": 100,
        "rows_promoted": 100, "rows_quarantined": 0, "checks_total": 9, "checks_passed": 9,
        "warnings_failed": 0, "quality": "passed", "is_fresh": True, **changes,
    }  # fmt: skip


# ------------------------------------------------------------------ shares


def test_wilson_intervals_stay_between_none_and_all():
    assert wilson_interval(0, 5)[0] == 0
    assert wilson_interval(5, 5)[1] == 1
    assert wilson_interval(0, 0) is None
    assert wilson_interval(6, 5) is None


def test_a_share_of_two_populations_is_not_tested():
    assert share_z((120, 100), (50, 100)) is None
    assert share_z((0, 0), (50, 100)) is None


@pytest.mark.parametrize(("days", "back"), [(0, 0), (1, 1), (7, 1), (8, 2), (14, 2), (90, 13)])
def test_a_week_is_matured_when_it_ended_that_many_days_ago(days, back):
    week = Window(start=MONDAY, end=MONDAY + timedelta(days=7))
    calendar = Calendar(week=week, is_stale=False, horizon=week.end, gaps=frozenset())

    assert calendar.matured(days).start == MONDAY - timedelta(weeks=back)
