"""The offline writers: the finding first, what is normal named, gaps admitted, nothing ungrounded."""

import re
from datetime import timedelta

import pytest

from agents.recommendation.agent import write_recommendation
from agents.registry import write_draft
from agents.reporting import ranking
from agents.reporting.agent import write_report
from countersign.core.contracts import Action, Heading, Prose, Trust, Waterfall
from countersign.core.settings import Settings
from countersign.reports.grounding import find_ungrounded
from countersign.reports.outline import read_strings
from countersign.reports.tokens import Filler


def write(opened, card, company, *, agent):
    writer = write_report if agent == "reporting" else write_recommendation
    draft = writer(opened.analyse(), opened.snapshot, card=card(agent), company=company, ask=None)
    assert find_ungrounded(draft) == []
    return draft, Filler(draft).plain


def test_the_title_is_the_finding_and_the_waterfall_says_where(eventful, card, made_up):
    draft, read = write(eventful, card, made_up.COMPANY, agent="reporting")

    assert read(draft.title).startswith("Cost per lead rose ")
    assert "Paid search" in read(draft.title)
    waterfall = next(block for block in draft.blocks if isinstance(block, Waterfall))
    assert read(waterfall.steps[0].label) == "Paid search"
    labels = {block.label for block in draft.blocks if isinstance(block, Prose)}
    assert {"measured", "not_known"} <= labels


def test_the_lede_is_short_and_an_incident_is_told_once(eventful, card, made_up):
    draft, read = write(eventful, card, made_up.COMPANY, agent="reporting")

    prose = [block for block in draft.blocks if isinstance(block, Prose)]
    lede = next(read(block.text) for block in prose if block.role == "lede")
    assert len(re.findall(r"[.!?](?:\s|$)", lede)) <= 3
    assert len(lede) < 400
    lines = [read(block.text) for block in prose if block.label == "measured"]
    about_social = [line for line in lines if "leads from Paid social that sales judged" in line]
    assert len(about_social) == 1
    assert about_social[0].endswith("Look at whom these ads reach, with sales.")


def test_a_cost_that_stays_high_is_a_level_and_not_a_rise(open_books, card, made_up):
    books = made_up.Books()
    for back in range(14):
        wobble = (2, -1, 0)[back % 3]
        leads = 60 if back < 2 else 100 + wobble
        books.week(back, "Paid search", spend_reporting=9_000 + 20 * back, leads=leads, clicks=900)
        books.week(back, "Direct", spend_reporting=0, leads=100 + wobble)

    draft, read = write(open_books(books), card, made_up.COMPANY, agent="reporting")

    assert " stayed at " in read(draft.title)
    assert "The week before it was " in read(draft.blocks[0].text)
    assert not any(isinstance(block, Waterfall) for block in draft.blocks)


def test_a_source_says_why_rows_were_set_aside(open_books, card, made_up, trust_row):
    books = made_up.Books()
    books.trust.append({**trust_row, "source": "linkedin_ads", "landed_table": "ad_performance",
                        "set_aside_reason": "The amount is in another currency than EUR."})  # fmt: skip
    for back in range(14):
        books.week(back, "Direct", leads=50 + back % 3)

    draft, read = write(open_books(books), card, made_up.COMPANY, agent="reporting")

    (row,) = next(block for block in draft.blocks if isinstance(block, Trust)).rows
    assert read(row.source) == "LinkedIn Ads: ad performance"
    assert read(row.note) == "Set aside: The amount is in another currency than EUR."


def test_a_quiet_week_is_called_normal_and_explains_nothing(open_books, card, made_up):
    calm = made_up.Books()
    for back in range(14):
        wobble = (2, -1, 0)[back % 3]
        for channel in ("Paid search", "Direct"):
            calm.week(back, channel, spend_reporting=9_000 + 90 * wobble, leads=100 + wobble, sessions=900)

    draft, read = write(open_books(calm), card, made_up.COMPANY, agent="reporting")

    assert read(draft.title).startswith("A normal week: ")
    assert not any(isinstance(block, Waterfall) for block in draft.blocks)
    assert not any("not the reason" in getattr(block, "text", "") for block in draft.blocks)


@pytest.mark.parametrize("name", ["reporting", "recommendation"])
@pytest.mark.parametrize("weeks_late", [0, 5])
def test_a_week_in_which_nothing_is_to_be_done_is_drafted_all_the_same(
    open_books, card, made_up, name, weeks_late
):
    calm = made_up.Books()
    for back in range(weeks_late, 14):
        calm.week(back, "Direct", spend_reporting=9_000, leads=100 + back % 3, sessions=900)
    opened = open_books(calm)
    rest = {"snapshot": opened.snapshot, "company": made_up.COMPANY, "settings": Settings()}

    drafted = write_draft(card(name), opened.connection, **rest)

    assert not any(isinstance(block, Action) for block in drafted.blocks)


def test_undated_leads_give_a_cross_section_that_says_so(open_books, card, made_up):
    books = made_up.Books()
    for name, leads, won in (("unknown", 900, 90), ("organic_search", 700, 210), ("social", 500, 20)):
        books.sources.append({
            "source": "crm", "lead_source": name, "channel": "Unassigned", "leads": leads, "dated_leads": 0,
            "undated_leads": leads, "mqls": 0, "accepted_leads": 0, "rejected_leads": 0, "opportunities": 0,
            "customers": won,
        })  # fmt: skip
    opened = open_books(books)

    draft, read = write(opened, card, made_up.COMPANY, agent="reporting")
    told = " ".join(read(block.text) for block in draft.blocks if isinstance(block, Prose))

    assert (
        read(draft.title)
        == "210 of 700 leads from Organic search became customers (30.0%), against 15.2% of all leads"
    )
    assert "no dates" in told
    assert "no cost per lead" in told
    assert draft.period is None
    actions, _ = write(opened, card, made_up.COMPANY, agent="recommendation")
    assert {block.effect_label for block in actions.blocks if isinstance(block, Action)} == {"not_known"}


def test_actions_come_with_arithmetic_evidence_undo_and_a_date(eventful, card, made_up):
    draft, read = write(eventful, card, made_up.COMPANY, agent="recommendation")
    actions = [block for block in draft.blocks if isinstance(block, Action)]

    assert 1 <= len(actions) <= 3
    for action in actions:
        assert "{{fact:" in action.why
        assert ("{{fact:" in action.effect) == (action.effect_label == "inferred")
        assert action.undo
        assert action.against
        assert action.judge_on > draft.period.end
    assert any("Paid social" in read(action.title) for action in actions)


def test_a_source_named_like_a_plain_word_does_not_stop_the_report(open_books, card, made_up):
    books = made_up.Books()
    for back in range(14):
        for channel in ("Leads", "Cost per lead", "Direct"):
            books.week(back, channel, spend_reporting=1_000, leads=50 + back % 3, sessions=400)

    draft, _ = write(open_books(books), card, made_up.COMPANY, agent="reporting")

    assert "“Leads”" in draft.names.values()


def test_a_company_with_ads_and_nothing_else_gets_a_report_on_spend(open_books, card, made_up):
    books = made_up.Books()
    for back in range(3):
        books.week(back, "Paid search", spend_reporting=100 + back, clicks=20, impressions=900)

    draft, read = write(open_books(books), card, made_up.COMPANY, agent="reporting")

    assert read(draft.title) == "Spend was €100.00; too few weeks yet to say what is normal"
    assert any("No dated leads" in getattr(block, "text", "") for block in draft.blocks)


@pytest.fixture
def poor_campaign(eventful_made, made_up):
    """The eventful company, in which sales turns down most leads of one of two search campaigns."""
    for back in range(14):
        for name, accepted in (("Trial kit", 4), ("Guide", 15)):
            eventful_made.campaigns.append({
                "platform": "google_ads", "campaign_id": name[0],
                "week_start": made_up.WEEK.start - timedelta(weeks=back), "campaign_name": name,
                "channel": "Paid search", "spend_reporting": 1_000, "clicks": 500, "leads": 30,
                "accepted_leads": accepted, "rejected_leads": 30 - accepted,
                "pipeline_reporting": 1_000 * accepted,
            })  # fmt: skip
    return eventful_made


def test_a_campaign_that_brings_poor_leads_is_told_and_its_audience_is_to_be_narrowed(
    open_books, poor_campaign, card, made_up
):
    opened = open_books(poor_campaign)
    rest = {"snapshot": opened.snapshot, "company": made_up.COMPANY, "settings": Settings()}

    report, actions = (
        write_draft(card(name), opened.connection, **rest) for name in ("reporting", "recommendation")
    )

    told = "\n".join(Filler(report).plain(text.text) for text in read_strings(report))
    assert "of the 120 leads from Trial kit that sales judged, it accepted 16" in told.replace("Of", "of")
    assert "of other campaigns' leads, it accepted 50.0%. Trial kit took " in told.replace("Of", "of")
    advised = "\n".join(Filler(actions).plain(text.text) for text in read_strings(actions))
    assert "Narrow who Trial kit reaches, to people like those whom sales accepts from other" in advised
    assert (
        "At the other campaigns' rate of 50.0%, sales would have accepted 60 of those leads instead of 16"
        in advised
    )


def test_campaigns_stand_with_the_pipeline_they_opened_and_without_clicks(
    open_books, poor_campaign, card, made_up
):
    draft, read = write(open_books(poor_campaign), card, made_up.COMPANY, agent="reporting")

    at = next(at for at, block in enumerate(draft.blocks) if getattr(block, "anchor", "") == "campaigns")
    assert read(draft.blocks[at].text) == "Guide opened €195.0k of the €247.0k pipeline of campaigns"
    table = draft.blocks[at + 1]
    assert [column.label for column in table.columns] == [
        "Spend", "Leads", "Accepted by sales", "Pipeline opened",
    ]  # fmt: skip
    rows = {read(row.name): [read(f"{{{{fact:{cell.value}}}}}") for cell in row.cells] for row in table.rows}
    assert rows["Trial kit"] == ["€13,000", "390", "52", "€52,000"]
    assert table.total is not None


def test_without_deals_that_name_campaigns_the_report_has_no_campaigns_section(
    open_books, eventful_made, card, made_up
):
    draft, _ = write(open_books(eventful_made), card, made_up.COMPANY, agent="reporting")

    assert "campaigns" not in {getattr(block, "anchor", "") for block in draft.blocks}


def test_channels_stand_by_accepted_leads_and_by_wasted_spend(open_books, eventful_made, card, made_up):
    for channel, wasted, rule in (
        ("Paid search", 0, "within limits"),
        ("Paid search", None, "too few verdicts"),
        ("Paid social", 2_500, "accepted leads cost too much"),
    ):
        eventful_made.wasted.append({
            "platform": "ads", "campaign_id": f"{channel} {rule}", "week_start": made_up.WEEK.start,
            "campaign_name": f"Spring {channel}", "channel": channel, "judged_by": "campaign", "rule": rule,
            "spend_reporting": 10_000, "wasted_spend_reporting": wasted, "recent_leads": 1,
            "recent_decided_leads": 1, "recent_accepted_leads": 0, "recent_spend_reporting": 40_000,
        })  # fmt: skip

    draft, read = write(open_books(eventful_made), card, made_up.COMPANY, agent="reporting")

    blocks = {getattr(block, "anchor", ""): at for at, block in enumerate(draft.blocks)}
    heading, table = draft.blocks[blocks["quality"]], draft.blocks[blocks["quality"] + 1]
    extremes = "leads from Direct (60.0%) and the lowest from Paid social (15.1%)"
    assert read(heading.text) == f"Sales accepted the highest share of {extremes}"
    assert [read(row.name) for row in table.rows] == ["Paid search", "Direct", "Paid social"]
    heading, table = draft.blocks[blocks["waste"]], draft.blocks[blocks["waste"] + 1]
    assert read(heading.text) == (
        "€2,500 of €30.0k went to campaigns below your own limits, €2,500 of it to Spring Paid social"
    )
    assert read(heading.sub).endswith(
        "€10,000 could not be judged: verdicts of sales are too few, or not known."
    )
    assert [read(row.name) for row in table.rows] == ["Paid social", "Spring Paid social"]
    for row in table.rows:
        assert [read(f"{{{{fact:{cell.value}}}}}") for cell in row.cells] == ["€10,000", "€2,500", "25.0%"]
    assert read(table.rows[1].note) == (
        "Paid social. Accepted leads cost too much: €40,000 for 1 lead, 0 accepted."
    )


def test_segments_and_pages_to_revise_stand_in_the_report(open_books, eventful_made, card, made_up):
    for segment, leads in (("Small", 10), ("Large", 30)):
        eventful_made.segments.append({
            "segment": segment, "week_start": made_up.WEEK.start, "leads": leads, "accepted_leads": 5,
            "pipeline_reporting": 1_000,
        })  # fmt: skip
    for title, conversions in (("/trial-kit", 1), ("/guide", 60)):
        eventful_made.content.append({
            "content_id": title, "content_type": "page", "title": title, "week_start": made_up.WEEK.start,
            "sessions": 600, "web_conversions": conversions,
        })  # fmt: skip

    draft, read = write(open_books(eventful_made), card, made_up.COMPANY, agent="reporting")

    headings = {block.anchor: read(block.text) for block in draft.blocks if isinstance(block, Heading)}
    assert headings["audiences"] == "30 of 40 leads came from the segment Large"
    assert headings["content"] == (
        "Content to revise: 0.17% of sessions on /trial-kit sent a form, 10.0% on other pages"
    )


def test_weak_ad_groups_and_repeated_content_stand_in_the_report(open_books, eventful_made, card, made_up):
    for name, conversions in (("Lookalikes", 80), ("Interests", 8)):
        eventful_made.ad_groups.append({
            "platform": "meta_ads", "campaign_id": "c1", "campaign_name": "Spring", "ad_group_id": name,
            "ad_group_name": name, "channel": "Paid social", "spend_reporting": 2000,
            "week_start": made_up.WEEK.start, "clicks": 100, "platform_conversions": conversions,
        })  # fmt: skip
    for number, weeks_ago, engagements in ((1, 9, 80), (2, 0, 20)):
        eventful_made.content.append({
            "content_id": f"email {number}", "content_type": "email", "title": f"Mailing {number}",
            "repeat_key": "same", "week_start": made_up.WEEK.start - timedelta(weeks=weeks_ago),
            "shown": 1000, "engagements": engagements,
        })  # fmt: skip

    draft, read = write(open_books(eventful_made), card, made_up.COMPANY, agent="reporting")

    headings = {block.anchor: read(block.text) for block in draft.blocks if isinstance(block, Heading)}
    assert headings["ad-groups"] == (
        "An ad group to look at: Interests (Spring) took €2,000 for 8 conversions"
    )
    assert headings["repeats"] == (
        "Repeated content wears out: Mailing 2 got 8.0% response at first, 2.0% lately"
    )


def test_an_early_opportunity_stands_in_the_report_with_its_signals(open_books, eventful_made, card, made_up):
    for back in range(2, 15):
        for country, leads, accepted in (("Germany", 60, 20), ("Austria", 6, 4)):
            eventful_made.segments.append({
                "segment": "Small", "country": country, "channel": "Direct", "leads": leads,
                "week_start": made_up.WEEK.start - timedelta(weeks=back), "accepted_leads": accepted,
                "rejected_leads": leads - accepted, "customers": 0, "pipeline_reporting": 0,
            })  # fmt: skip

    draft, read = write(open_books(eventful_made), card, made_up.COMPANY, agent="reporting")

    blocks = {getattr(block, "anchor", ""): number for number, block in enumerate(draft.blocks)}
    heading, table = draft.blocks[blocks["opportunities"]], draft.blocks[blocks["opportunities"] + 1]
    assert read(heading.text) == (
        "Early opportunities: sales accepted 66.7% of judged leads from Austria, 33.3% of the others"
    )
    (row,) = table.rows
    assert read(row.name) == "Austria (country)"
    assert [cell.missing for cell in row.cells if cell.value is None] == ["Too short a record"]


def test_weak_ads_and_ads_that_say_the_same_stand_in_the_report(open_books, eventful_made, card, made_up):
    for name, conversions, text in (
        ("1", 80, "Sensors from stock"),
        ("2", 8, "Watch how"),
        ("3", 80, "Watch how"),
        ("4", 80, "Sensors from stock"),
    ):
        eventful_made.ads.append({
            "platform": "meta_ads", "campaign_id": "c1", "campaign_name": "Spring", "ad_group_id": "g1",
            "ad_group_name": "Lookalikes", "ad_id": name, "ad_name": None, "ad_text": text,
            "repeat_key": text, "channel": "Paid social", "week_start": made_up.WEEK.start,
            "spend_reporting": 2000, "clicks": 100, "platform_conversions": conversions,
        })  # fmt: skip

    draft, read = write(open_books(eventful_made), card, made_up.COMPANY, agent="reporting")

    headings = {block.anchor: read(block.text) for block in draft.blocks if isinstance(block, Heading)}
    assert headings["ads"] == "An ad to look at: Watch how (Lookalikes) took €2,000 for 8 conversions"
    assert headings["repeated-ads"] == (
        "Ads that say the same: “Sensors from stock” stands in 2 ads, which took €4,000"
    )


def test_a_cut_table_of_campaigns_says_that_it_is_cut(open_books, poor_campaign, card, made_up, monkeypatch):
    monkeypatch.setattr(ranking, "MOST_ROWS", 1)
    draft, read = write(open_books(poor_campaign), card, made_up.COMPANY, agent="reporting")

    heading = next(block for block in draft.blocks if getattr(block, "anchor", "") == "campaigns")
    assert "Campaigns that opened less than these are counted in the foot only." in read(heading.sub)


def test_a_planned_event_stands_beside_what_it_did_not_touch(open_books, eventful_made, card, made_up):
    last, first = made_up.WEEK.end - timedelta(days=1), made_up.WEEK.start - timedelta(days=14)
    for back in range(60):
        day = last - timedelta(days=back)
        for channel, leads in (("Paid search", 18 if day >= first else 10), ("Direct", 20)):
            eventful_made.campaign_days.append(
                {"channel": channel, "campaign_id": "", "report_day": day, "leads": leads}
            )
    eventful_made.marks.append({
        "event_day": first, "kind": "release", "name": "New page", "channel": "Paid search",
        "campaign_id": "",
    })  # fmt: skip

    draft, read = write(open_books(eventful_made), card, made_up.COMPANY, agent="reporting")

    at = next(at for at, block in enumerate(draft.blocks) if getattr(block, "anchor", "") == "events")
    (row,) = draft.blocks[at + 1].rows
    assert read(row.name) == "New page"
    assert [read(f"{{{{fact:{cell.value}}}}}") for cell in row.cells][:4] == ["378", "+80.0%", "0%", "+80.0%"]
    assert "only a test can tell" in draft.blocks[at].sub
