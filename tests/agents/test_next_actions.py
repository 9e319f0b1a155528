"""Which actions are proposed, in which order, and why a serious finding has none of its own."""

import re
from datetime import timedelta

import pytest

from agents.recommendation.audience import build_audience_option
from agents.registry import write_draft
from agents.story import read_story
from countersign.core.contracts import Action, Heading, Prose
from countersign.core.settings import Settings
from countersign.reports.tokens import Filler


@pytest.fixture
def dear_search(eventful_made, made_up):
    """Paid search is two campaigns: Sensors pays twice as much for a click, Service brings fewer leads."""

    def build(*, service_leads):
        latest = max(row["report_day"] for row in eventful_made.days)
        for row in eventful_made.days:
            if row["channel"] == "Paid search" and row["report_day"] == latest:
                row.update(spend_reporting=25_000, clicks=1_750)
        for back in range(14):
            now = back == 0
            figures = {
                "Sensors": (15_000, 750, 89 - service_leads)
                if now
                else (10_000 + 100 * (back % 2), 1_000, 70),
                "Ways": (10_000, 1_000, service_leads) if now else (10_000, 1_000, 70),
            }
            for name, (spend, clicks, leads) in figures.items():
                eventful_made.campaigns.append({
                    "platform": "google_ads", "campaign_id": name[0],
                    "week_start": made_up.WEEK.start - timedelta(weeks=back), "campaign_name": name,
                    "channel": "Paid search", "spend_reporting": spend, "clicks": clicks, "leads": leads,
                    "accepted_leads": leads // 2, "rejected_leads": leads - leads // 2,
                })  # fmt: skip
        return eventful_made

    return build


def recommend(opened, card, company):
    draft = write_draft(
        card("recommendation"), opened.connection, snapshot=opened.snapshot, company=company,
        settings=Settings(),
    )  # fmt: skip
    return draft, Filler(draft).plain


def actions_of(draft, read):
    return {read(block.title): block for block in draft.blocks if isinstance(block, Action)}


def left_out(draft, read):
    """What was told without an action, with the reason after it."""
    at = [getattr(block, "anchor", "") for block in draft.blocks].index("also-serious")
    told = []
    for block in draft.blocks[at + 1 :]:
        if isinstance(block, Heading):
            break
        assert isinstance(block, Prose)
        told.append(read(block.text))
    return dict(zip(told[::2], told[1::2], strict=True))


def test_dearer_clicks_of_a_campaign_are_to_be_capped_with_an_interval(
    open_books, dear_search, card, made_up
):
    draft, read = recommend(open_books(dear_search(service_leads=19)), card, made_up.COMPANY)

    cap = actions_of(draft, read)["Cap what a click may cost in Sensors"]
    assert "Cost per click in Sensors rose from €10.10 to €20.00; most weeks lie between" in read(cap.why)
    assert "Sensors spent €4,900 more than the week before; all channels together spent €" in read(cap.why)
    assert "the same 750 clicks would have cost €7,349 to €7,501 less" in read(cap.effect)
    assert (cap.effect_label, cap.confidence, cap.undo) == ("inferred", "medium", "Lift the cap.")


def test_a_channel_gets_no_action_of_its_own_where_each_campaign_that_moved_it_has_one(
    open_books, dear_search, card, made_up
):
    draft, read = recommend(open_books(dear_search(service_leads=19)), card, made_up.COMPANY)

    assert not any("Paid search" in title for title in actions_of(draft, read))
    (why_not,) = (why for told, why in left_out(draft, read).items() if told.startswith("Cost per lead in"))
    assert why_not == (
        "It is made of its campaigns: of those that moved it, Ways and Sensors have an action above."
    )


def test_a_channel_asks_for_an_action_where_a_campaign_that_moved_it_has_none(
    open_books, dear_search, card, made_up
):
    draft, read = recommend(open_books(dear_search(service_leads=45)), card, made_up.COMPANY)

    (why_not,) = (why for told, why in left_out(draft, read).items() if told.startswith("Cost per lead in"))
    assert why_not == (
        "It waits, as no more actions are proposed at a time. The action is to cap what a click in"
        " Paid search may cost."
    )


def test_an_action_that_waits_is_named_with_the_order_of_all(open_books, dear_search, card, made_up):
    made = dear_search(service_leads=19)
    for back in range(14):
        made.campaigns.append({
            "platform": "meta_ads", "campaign_id": "T", "campaign_name": "Trial kit",
            "week_start": made_up.WEEK.start - timedelta(weeks=back), "channel": "Paid social",
            "spend_reporting": 1_000, "clicks": 500, "leads": 0 if back < 4 else 25,
        })  # fmt: skip
    draft, read = recommend(open_books(made), card, made_up.COMPANY)

    assert "Cap what a click may cost in Sensors" not in actions_of(draft, read)
    (why_not,) = (why for told, why in left_out(draft, read).items() if "in Sensors" in told)
    assert why_not == (
        "It waits, as no more actions are proposed at a time. The action is to cap what a click may cost in"
        " Sensors."
    )
    (heading,) = (one for one in draft.blocks if getattr(one, "anchor", "") == "also-serious")
    assert heading.sub.startswith("Actions on the more serious come first")


@pytest.fixture
def turned_down(eventful_made, made_up):
    """The eventful company with the reasons why sales turned leads of Paid social down."""

    def build(*, students):
        for back in range(14):
            rejected = 45 if 2 <= back <= 5 else 27
            own = students if 2 <= back <= 5 else 15
            for reason, count in (("Student", own), ("Too small", rejected - own)):
                eventful_made.reasons.append({
                    "channel": "Paid social", "week_start": made_up.WEEK.start - timedelta(weeks=back),
                    "reason": reason, "rejected_leads": count,
                })  # fmt: skip
        return eventful_made

    return build


@pytest.mark.parametrize(
    ("students", "confidence", "doubt"),
    [
        (25, "medium", "No reason that sales gave shows that the people reached changed."),
        (43, "high", "the audience is not at fault."),
    ],
)
def test_leads_that_sales_turns_down_are_to_be_looked_at_with_its_reasons(
    open_books, turned_down, students, confidence, doubt
):
    story = read_story(open_books(turned_down(students=students)).analyse())

    option = build_audience_option(story, story.analysis.finding("quality:Paid social"))

    assert option.words.title.startswith("Look with sales at the leads that {{name:")
    assert re.search(r"Of \{\{fact:\S+ rejections, \{\{fact:\S+ have the reason “", option.words.why)
    assert (option.confidence, option.words.against.endswith(doubt)) == (confidence, True)


@pytest.mark.parametrize("page_sessions", [400, 410])
def test_a_pause_says_that_the_forms_are_missing_too_and_which_page_had_as_many(
    open_books, eventful_made, card, made_up, page_sessions
):
    for back in range(14):
        week = made_up.WEEK.start - timedelta(weeks=back)
        eventful_made.campaigns.append({
            "platform": "meta_ads", "campaign_id": "T", "campaign_name": "Trial kit", "week_start": week,
            "channel": "Paid social", "spend_reporting": 1_000, "clicks": 500, "leads": 0 if back < 4 else 25,
        })  # fmt: skip
        eventful_made.visits.append({
            "channel": "Paid social", "campaign_id": "T", "device": "Mobile", "report_day": week,
            "sessions": 100, "web_conversions": 0 if back < 4 else 25,
        })  # fmt: skip
        for page, sessions, forms in (("/trial", page_sessions // 4, 0), ("/guide", 500, 40)):
            eventful_made.content.append({
                "content_id": f"page {page}", "content_type": "page", "title": page, "week_start": week,
                "sessions": sessions, "web_conversions": forms,
            })  # fmt: skip

    draft, read = recommend(open_books(eventful_made), card, made_up.COMPANY)

    pause = actions_of(draft, read)["Pause Trial kit"]
    lost = "Of 400 sessions that Trial kit brought, 0 sent a form; in as many days before, 100 of 400 did."
    assert lost in read(pause.why)
    page = "The page /trial had as many in those weeks: 400 sessions, of which 0 sent a form."
    assert (page in read(pause.why)) is (page_sessions == 400)
    assert "is consistent with a page or a form that does not work" in read(pause.against)
    assert "send a test form, then pause it" in read(pause.against)
