"""An analysis finds what was planted, stays quiet when nothing happened, and says what it cannot know."""

from datetime import UTC, date, datetime, timedelta

import pytest

from countersign.core.contracts import Window

MONDAY = date(2026, 11, 9)
WEEK = Window(start=MONDAY, end=MONDAY + timedelta(days=7))


def change_week(books, channel, *, back=0, **figures):
    """Overwrite a channel's figures in one week."""
    day = MONDAY - timedelta(weeks=back) + timedelta(days=1)
    row = next(row for row in books.days if row["channel"] == channel and row["report_day"] == day)
    row.update(figures)


def keys(analysis, *kinds):
    return [finding.key for finding in analysis.findings if finding.kind in kinds]


def total(analysis, parts):
    return sum(float(analysis.fact(part.fact).value) for part in parts)


@pytest.fixture
def dear_social(steady):
    """Paid social pays more for the same clicks and gets half of the leads from them."""
    change_week(steady, "Paid social", spend_reporting=3600, leads=30)
    return steady


# ------------------------------------------------------------------ a week with everything


def test_a_quiet_week_has_only_normal_variation(opened):
    analysis = opened.analyse()

    assert analysis.week == WEEK
    assert not analysis.is_stale
    assert {finding.kind for finding in analysis.findings} == {"normal_variation"}
    assert all(kpi.in_normal_range for kpi in analysis.kpis)


def test_a_dear_channel_is_found_split_and_put_first(open_books, dear_social):
    analysis = open_books(dear_social).analyse()

    finding = analysis.finding("change:cost_per_lead")
    assert (finding.severity, finding.label, finding.good_direction) == ("act", "measured", "down")
    assert finding.parts[0].name == "Paid social"
    assert analysis.findings[0].severity == "act"
    assert "change:cost_per_lead:Paid social" in keys(analysis, "change")


@pytest.mark.parametrize("key", ["change:cost_per_lead", "change:cost_per_lead:factors"])
def test_parts_sum_to_the_difference(open_books, dear_social, key):
    analysis = open_books(dear_social).analyse()

    finding = analysis.finding(key)
    difference = analysis.fact(finding.facts["difference"]).value
    assert total(analysis, finding.parts) == pytest.approx(difference, abs=1e-9)
    assert difference == pytest.approx(7520 / 166 - 6990 / 200.0, rel=0.01)


def test_a_channels_own_change_splits_into_price_and_rate_without_any_mix(open_books, dear_social):
    analysis = open_books(dear_social).analyse()

    finding = analysis.finding("change:cost_per_lead:Paid social")
    assert {part.name for part in finding.parts} == {"Price per click", "Clicks needed per lead"}
    difference = analysis.fact(finding.facts["difference"]).value
    assert total(analysis, finding.parts) == pytest.approx(difference, abs=1e-9)


def test_channel_shares_of_the_change_sum_to_one(open_books, dear_social):
    analysis = open_books(dear_social).analyse()

    shares = [
        analysis.fact(row.cost_change_share).value for row in analysis.channels if row.cost_change_share
    ]
    assert sum(shares) == pytest.approx(1, abs=1e-9)


def test_spend_that_moves_is_told_but_is_neither_good_nor_bad(open_books, steady):
    change_week(steady, "Paid search", spend_reporting=6000)
    analysis = open_books(steady).analyse()

    assert analysis.finding("change:spend").severity == "info"


def test_a_good_change_is_information(open_books, steady):
    change_week(steady, "Paid search", leads=200)
    analysis = open_books(steady).analyse()

    assert analysis.finding("change:leads").severity == "info"


def test_figures_that_sales_still_changes_are_read_in_the_last_matured_week(opened):
    analysis = opened.analyse()

    accepted, leads = analysis.kpi("accepted_leads"), analysis.kpi("leads")
    assert accepted.week.start == MONDAY - timedelta(weeks=2)
    assert accepted.is_matured_only
    assert leads.week == WEEK


def test_verdicts_that_have_not_arrived_yet_are_no_collapse(open_books, steady):
    for back in (0, 1):
        for channel in ("Paid search", "Paid social", "Direct"):
            change_week(steady, channel, back=back, accepted_leads=0, rejected_leads=0)
    analysis = open_books(steady).analyse()

    assert keys(analysis, "change", "quality", "drop_off", "waste") == []


def test_a_channel_without_spend_has_no_cost_per_lead(opened):
    analysis = opened.analyse()

    direct = next(row for row in analysis.channels if row.channel == "Direct")
    assert "cost_per_lead" not in direct.movements
    assert "leads" in direct.movements


def test_a_small_channel_that_doubles_is_no_finding(open_books, steady):
    for back in range(20):
        steady.week(back, "Events", leads=8 if back == 0 else 1, spend_reporting=100)
    analysis = open_books(steady).analyse()

    row = next(row for row in analysis.channels if row.channel == "Events")
    assert row.movements["leads"].is_small_count
    assert not any("Events" in key for key in keys(analysis, "change"))


def test_an_asked_week_is_analysed_instead_of_the_last(opened):
    week = Window(start=MONDAY - timedelta(weeks=3), end=MONDAY - timedelta(weeks=2))

    assert opened.analyse(week=week).week == week


def test_the_same_snapshot_gives_the_same_analysis(opened):
    assert opened.analyse() == opened.analyse()


def test_a_figure_that_the_analysis_does_not_hold_has_nothing_behind_it(opened):
    with pytest.raises(KeyError, match="f-unknown"):
        opened.analyse().facts_behind(["f-unknown"])


def test_facts_behind_a_figure_are_complete_and_no_more(opened):
    analysis = opened.analyse()
    cost = analysis.kpi("cost_per_lead")

    behind = analysis.facts_behind([cost.change])

    assert {fact.id for fact in behind} == {cost.change, cost.now, cost.prior}


def test_every_fact_that_is_named_is_held(open_books, dear_social):
    analysis = open_books(dear_social).analyse()
    named = [fact for finding in analysis.findings for fact in finding.facts.values()]
    named += [part.fact for finding in analysis.findings for part in finding.parts]

    assert {fact.id for fact in analysis.facts_behind(named)} >= set(named)


# ------------------------------------------------------------------ data that end early


def test_data_that_end_years_ago_are_read_in_their_last_whole_week_and_marked_stale(open_books, steady):
    opened = open_books(steady, as_of=datetime(2028, 3, 1, tzinfo=UTC), through=date(2026, 11, 15))
    analysis = opened.analyse()

    assert (analysis.week, analysis.is_stale) == (WEEK, True)
    assert "stale" in {item.key for item in analysis.missing}


def test_a_last_week_that_is_cut_short_is_not_the_week_in_question(open_books, steady):
    opened = open_books(steady, as_of=datetime(2028, 3, 1, tzinfo=UTC), through=date(2026, 11, 12))

    assert opened.analyse().week.start == MONDAY - timedelta(weeks=1)


def test_ads_that_end_on_thursday_make_no_drop_of_spend(open_books, steady):
    change_week(steady, "Paid search", spend_reporting=1500)
    steady.trust = [trust_row("ads", "ad_performance", date(2026, 11, 12))]
    analysis = open_books(steady, through=date(2026, 11, 12)).analyse()

    assert analysis.kpi("spend").is_incomplete
    assert "incomplete:spend" in {item.key for item in analysis.missing}
    assert not any(key.startswith(("change:spend", "change:cost")) for key in keys(analysis, "change"))


@pytest.mark.parametrize(("ads_end", "is_cut"), [(14, True), (15, False)])
def test_leads_that_end_with_the_ads_on_saturday_are_cut_and_not_a_quiet_sunday(
    open_books, steady, ads_end, is_cut
):
    change_week(steady, "Paid search", leads=50)
    steady.trust = [
        trust_row("ads", "ad_performance", date(2026, 11, ads_end)),
        trust_row("crm", "crm_leads", date(2026, 11, 14)),
    ]
    analysis = open_books(steady, through=date(2026, 11, ads_end)).analyse()

    assert analysis.kpi("leads").is_incomplete is is_cut
    assert ("change:leads" in keys(analysis, "change")) is not is_cut


# ------------------------------------------------------------------ companies with less


def test_leads_alone_give_leads_and_say_what_is_missing(open_books, books):
    for back in range(20):
        books.week(back, "Organic search", leads=50 + back % 3)
    analysis = open_books(books).analyse()

    assert [kpi.metric for kpi in analysis.kpis] == ["leads"]
    assert {"no_spend", "no_sessions", "no_accepted_leads"} <= {item.key for item in analysis.missing}
    assert "unknown:no_spend" in keys(analysis, "unknown")
    assert all(finding.label == "not_known" for finding in analysis.findings if finding.kind == "unknown")


def test_ads_alone_give_spend_and_no_cost_per_lead(open_books, books):
    for back in range(20):
        books.week(back, "Paid search", spend_reporting=1000, clicks=500)
    analysis = open_books(books).analyse()

    assert [kpi.metric for kpi in analysis.kpis] == ["spend", "clicks", "cost_per_click"]
    assert analysis.fact(analysis.kpis[2].now).value == 2
    assert "no_leads" in {item.key for item in analysis.missing}


def test_few_earlier_weeks_give_figures_without_a_range_or_finding(open_books, books):
    for back, leads in enumerate([500, 50, 50]):
        books.week(back, "Direct", leads=leads)
    analysis = open_books(books).analyse()

    assert analysis.kpi("leads").low is None
    assert analysis.kpi("leads").in_normal_range is None
    assert keys(analysis, "change", "normal_variation") == []
    assert "no_range:leads" in {item.key for item in analysis.missing}


def test_undated_leads_give_a_cross_section_and_no_week(open_books, books):
    books.sources = [
        source_row("Google", 1000, 400),
        source_row("Chat", 1000, 250),
        source_row("Fair", 12, 9),
    ]
    analysis = open_books(books).analyse()

    assert (analysis.week, analysis.kpis, analysis.channels) == (None, (), ())
    assert [row.name for row in analysis.cross_section if row.by == "lead_source"] == [
        "Chat",
        "Google",
        "Fair",
    ]
    google = analysis.finding("cross_section:lead_source:Google")
    assert analysis.fact(google.facts["now"]).value == 0.4
    assert (google.note, analysis.finding("cross_section:lead_source:Chat").note) == ("above", "below")
    assert {"unknown:no_dates", "unknown:no_spend"} <= set(keys(analysis, "unknown"))


def test_a_handful_of_leads_is_shown_but_not_ranked(open_books, books):
    books.sources = [source_row("Google", 1000, 400), source_row("Fair", 12, 12)]
    analysis = open_books(books).analyse()

    fair = next(row for row in analysis.cross_section if row.name == "Fair")
    assert fair.is_small_count
    assert analysis.finding("cross_section:lead_source:Fair") is None


def test_an_empty_snapshot_finds_nothing_and_says_so(open_books, books):
    analysis = open_books(books).analyse()

    assert (analysis.week, analysis.facts) == (None, ())
    assert {finding.kind for finding in analysis.findings} == {"unknown"}
    assert "nothing" in {item.key for item in analysis.missing}


def test_a_snapshot_without_any_table_finds_nothing_either(open_books, books):
    analysis = open_books(books, tables=[]).analyse()

    assert analysis.facts == ()
    assert analysis.missing


@pytest.mark.parametrize("table", ["funnel_week", "lead_cost_week", "channel_week", "data_trust"])
def test_any_mart_may_be_missing_from_the_grant(open_books, steady, table):
    granted = ["channel_day", "channel_week", "funnel_week", "lead_cost_week", "data_trust", "follow_up_week"]
    analysis = open_books(steady, tables=[name for name in granted if name != table]).analyse()

    assert analysis.kpi("leads") is not None


def trust_row(source, table, through, **changes):
    return {
        "source": source, "landed_table": table, "data_through": through, "rows_landed": 100,
        "rows_promoted": 98, "rows_quarantined": 2, "checks_total": 9, "checks_passed": 9,
        "warnings_failed": 0, "quality": "passed", "is_fresh": True, **changes,
    }  # fmt: skip


def source_row(name, leads, customers):
    return {
        "source": "crm", "lead_source": name, "channel": "Unassigned", "leads": leads, "dated_leads": 0,
        "undated_leads": leads, "customers": customers,
    }  # fmt: skip
