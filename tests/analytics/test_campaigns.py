"""Campaigns: a channel's change lands on the campaign that made it, and a dead one is named."""

from datetime import date, timedelta

import pytest

MONDAY = date(2026, 11, 9)


def campaign(books, name, back, *, spend, clicks, leads, channel="Paid social"):
    books.campaigns.append(
        {
            "platform": "meta_ads", "campaign_id": name[0], "week_start": MONDAY - timedelta(weeks=back),
            "campaign_name": name, "channel": channel, "spend_reporting": spend, "clicks": clicks,
            "leads": leads, "accepted_leads": leads // 2,
        }
    )  # fmt: skip


@pytest.fixture
def two_campaigns(steady):
    """Paid social is two campaigns and four leads without one; only the first changes this week."""
    for row in steady.days:
        if row["channel"] == "Paid social":
            back = (MONDAY - row["report_day"]).days // 7 + 1
            row.update(spend_reporting=3000 + 10 * (back % 3), clicks=3000, leads=64)
            row.update({"leads": 44, "spend_reporting": 3600} if back == 0 else {})
            now = back == 0
            campaign(
                steady,
                "A",
                back,
                spend=2100 if now else 1500 + 10 * (back % 3),
                clicks=1500,
                leads=10 if now else 30,
            )
            campaign(steady, "B", back, spend=1500, clicks=1500, leads=30)
    return steady


def test_the_change_of_a_channel_lands_on_the_campaign_that_made_it(open_books, two_campaigns):
    analysis = open_books(two_campaigns).analyse()

    finding = analysis.finding("change:cost_per_lead:Paid social:campaigns")
    parts = {part.name: analysis.fact(part.fact).value for part in finding.parts}
    assert finding.parts[0].name == "A"
    assert parts["A"] > 0.9 * sum(parts.values())
    assert sum(parts.values()) == pytest.approx(analysis.fact(finding.facts["difference"]).value, abs=1e-9)


def test_leads_without_a_campaign_are_a_part_of_their_own(open_books, two_campaigns):
    analysis = open_books(two_campaigns).analyse()

    finding = analysis.finding("change:cost_per_lead:Paid social:campaigns")
    assert "Without a campaign" in {part.name for part in finding.parts}


def test_a_campaign_that_spends_on_without_leads_is_named_with_what_was_expected(open_books, steady):
    for back in range(20):
        campaign(steady, "Trial kit", back, spend=1000, clicks=500, leads=0 if back < 4 else 25)
        campaign(steady, "Guide", back, spend=1000, clicks=500, leads=25)
    analysis = open_books(steady).analyse()

    finding = analysis.finding("waste:campaign:T")
    assert finding.place == {"channel": "Paid social", "campaign": "Trial kit"}
    assert analysis.fact(finding.facts["expected"]).value == pytest.approx(100)
    assert analysis.finding("waste:campaign:G") is None


def test_a_campaign_that_was_paused_is_no_waste(open_books, steady):
    for back in range(20):
        is_paused = back < 4
        campaign(
            steady,
            "Paused",
            back,
            spend=100 if is_paused else 1000,
            clicks=500,
            leads=0 if is_paused else 100,
        )
    analysis = open_books(steady).analyse()

    assert analysis.finding("waste:campaign:P") is None


def test_what_a_young_campaign_spent_a_week_is_of_the_weeks_that_it_ran(open_books, steady):
    for back in range(9):
        # Five weeks at 1,000, then half of it: over thirteen weeks the same money would be 385 a week.
        campaign(
            steady, "Young", back, spend=500 if back < 4 else 1000, clicks=500, leads=0 if back < 4 else 25
        )
    analysis = open_books(steady).analyse()

    assert analysis.finding("waste:campaign:Y") is None


def test_a_handful_of_leads_that_stay_away_is_chance(open_books, steady):
    for back in range(20):
        campaign(steady, "Small", back, spend=1000, clicks=50, leads=0 if back < 4 else 2)
    analysis = open_books(steady).analyse()

    assert analysis.finding("waste:campaign:S") is None


def test_leads_that_vanish_within_a_week_while_clicks_hold_are_a_broken_step(open_books, steady):
    for back in range(20):
        campaign(steady, "Calibration", back, spend=1000, clicks=500, leads=4 if back == 0 else 40)
    analysis = open_books(steady).analyse()

    finding = analysis.finding("drop_off:campaign:C")
    assert (finding.place["of"], finding.place["step"]) == ("Clicks", "Leads")
    assert analysis.fact(finding.facts["now"]).value == 4 / 500
    assert analysis.fact(finding.facts["prior"]).value == 40 / 500
    assert analysis.finding("waste:campaign:C") is None


def judged(books, name, *, accepted, rejected, spend=1000, channel="Paid social"):
    for back in range(20):
        campaign(books, name, back, spend=spend, clicks=500, leads=accepted + rejected, channel=channel)
        books.campaigns[-1].update(accepted_leads=accepted, rejected_leads=rejected)


def test_a_campaign_whose_leads_sales_turns_down_is_named_beside_the_others(open_books, steady):
    judged(steady, "Trial kit", accepted=4, rejected=26)
    judged(steady, "Guide", accepted=15, rejected=15)
    judged(steady, "Brand", accepted=14, rejected=16, channel="Paid search")
    analysis = open_books(steady).analyse()

    finding = analysis.finding("quality:campaign:T")
    assert finding.place == {"channel": "Paid social", "campaign": "Trial kit"}
    assert analysis.fact(finding.facts["now"]).value == pytest.approx(16 / 120)
    assert analysis.fact(finding.facts["others"]).value == pytest.approx(116 / 240)
    assert analysis.fact(finding.facts["spend"]).value == 4000
    assert analysis.finding("quality:campaign:G") is None


@pytest.mark.parametrize(
    ("accepted", "rejected", "spend"), [(13, 17, 1000), (4, 26, 40), (0, 4, 1000), (0, 0, 1000)]
)
def test_small_spend_few_verdicts_or_a_small_difference_flag_no_campaign(
    open_books, steady, accepted, rejected, spend
):
    judged(steady, "Trial kit", accepted=accepted, rejected=rejected, spend=spend)
    judged(steady, "Guide", accepted=15, rejected=15)

    assert open_books(steady).analyse().finding("quality:campaign:T") is None


def test_a_channel_that_is_told_as_a_whole_is_not_told_again_by_campaign(open_books, steady):
    for row in steady.days:
        if row["channel"] == "Paid social":
            row.update(accepted_leads=8, rejected_leads=28)
    judged(steady, "Trial kit", accepted=4, rejected=26)
    judged(steady, "Brand", accepted=15, rejected=15, channel="Paid search")
    analysis = open_books(steady).analyse()

    assert analysis.finding("waste:Paid social") is not None
    assert analysis.finding("quality:campaign:T") is None


def dear_clicks(steady, *, clicks):
    """Paid social is two campaigns; this week the first pays 3,000 for `clicks`, 1,500 for 1,500 before."""
    for row in steady.days:
        if row["channel"] == "Paid social":
            back = (MONDAY - row["report_day"]).days // 7 + 1
            now = back == 0
            row.update(spend_reporting=4500 if now else 3000 + 10 * (back % 3), clicks=3000, leads=60)
            campaign(
                steady, "A", back, spend=3000 if now else 1500 + 10 * (back % 3),
                clicks=clicks if now else 1500, leads=30,
            )  # fmt: skip
            campaign(steady, "B", back, spend=1500, clicks=1500, leads=30)
    return steady


def test_a_campaign_whose_clicks_became_dear_is_named_with_its_usual_price(open_books, steady):
    analysis = open_books(dear_clicks(steady, clicks=1500)).analyse()

    found = [one for one in analysis.findings if one.metric == "cost_per_click" and one.place]
    assert [(one.key, one.place["campaign"], one.severity) for one in found] == [
        ("change:cost_per_click:campaign:A", "A", "act")
    ]
    value = {role: analysis.fact(fact_id).value for role, fact_id in found[0].facts.items()}
    assert value["now"] == pytest.approx(2.0)
    assert 0.95 < value["low"] < value["prior"] < value["high"] < 1.05
    whole = analysis.finding("change:cost_per_lead:Paid social").facts["difference"]
    assert value["part"] == pytest.approx(analysis.fact(whole).value, rel=0.1)
    assert value["spend_difference"] == pytest.approx(1490)


def test_a_campaign_that_only_took_more_clicks_at_the_same_price_is_not_named(open_books, steady):
    analysis = open_books(dear_clicks(steady, clicks=3000)).analyse()

    assert analysis.finding("change:cost_per_lead:Paid social") is not None
    assert not [one for one in analysis.findings if one.metric == "cost_per_click" and one.place]
