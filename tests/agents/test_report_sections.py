"""The sections of a weekly report: in which order they stand, what they leave out and what they call free."""

import re
from datetime import timedelta

import pytest

from agents.reporting.agent import write_report
from countersign.core.contracts import Heading
from countersign.reports.tokens import Filler


@pytest.fixture
def report(card, made_up):
    """Writes the report of a company, with what fills in its tokens."""

    def write(opened):
        analysis, own = opened.analyse(), card("reporting")
        draft = write_report(analysis, opened.snapshot, card=own, company=made_up.COMPANY, ask=None)
        return draft, Filler(draft).plain

    return write


def test_what_else_needs_someone_stands_before_the_tables_and_single_pieces_stand_last(
    open_books, eventful_made, report, made_up
):
    for number, weeks_ago in ((1, 9), (2, 0)):
        eventful_made.content.append({
            "content_id": f"email {number}", "content_type": "email", "title": f"Mailing {number}",
            "repeat_key": "same", "week_start": made_up.WEEK.start - timedelta(weeks=weeks_ago),
            "shown": 1000, "engagements": 80,
        })  # fmt: skip

    draft, _ = report(open_books(eventful_made))

    order = [block.anchor for block in draft.blocks if isinstance(block, Heading)]
    assert order[:6] == ["change", "trend", "attention", "also-serious", "channels", "quality"]
    assert order.index("funnel") < order.index("repeats") < order.index("trust")


def test_the_dearest_and_the_cheapest_of_all_channels_are_named_however_many_lie_between(
    open_books, eventful_made, report, made_up
):
    for back in range(14):
        eventful_made.week(back, "LinkedIn ads", spend_reporting=9_000, leads=50, clicks=900, sessions=800)

    draft, read = report(open_books(eventful_made))

    (heading,) = [read(block.text) for block in draft.blocks if getattr(block, "anchor", "") == "channels"]
    assert re.fullmatch(
        r"A lead is dearest in Paid search \(€\S+\) and cheapest in Paid social \(€\S+\)", heading
    )


def test_a_channel_without_media_cost_is_not_called_free(eventful, report):
    draft, _ = report(eventful)

    at = next(at for at, block in enumerate(draft.blocks) if getattr(block, "anchor", "") == "channels")
    assert "Spend is what media cost; what else a channel costs" in draft.blocks[at].sub
    missing = {cell.missing for row in draft.blocks[at + 1].rows for cell in row.cells if cell.value is None}
    assert "No media cost" in missing


def test_one_text_alone_that_stands_in_two_ads_is_no_section(open_books, eventful_made, report, made_up):
    for name in ("1", "2"):
        eventful_made.ads.append({
            "platform": "meta_ads", "campaign_id": "c1", "campaign_name": "Spring", "ad_group_id": "g1",
            "ad_group_name": "Lookalikes", "ad_id": name, "ad_name": None, "ad_text": "Watch how",
            "repeat_key": "same", "channel": "Paid social", "week_start": made_up.WEEK.start,
            "spend_reporting": 2000, "clicks": 100, "platform_conversions": 80,
        })  # fmt: skip

    draft, _ = report(open_books(eventful_made))

    assert "repeated-ads" not in {getattr(block, "anchor", "") for block in draft.blocks}


def test_a_channel_of_few_leads_that_lies_beyond_keeps_the_others_from_being_called_the_ends(
    open_books, eventful_made, report
):
    for back in range(14):
        eventful_made.week(back, "LinkedIn ads", spend_reporting=9_000, leads=2, clicks=90, sessions=80)

    draft, read = report(open_books(eventful_made))

    (heading,) = [read(block.text) for block in draft.blocks if getattr(block, "anchor", "") == "channels"]
    assert heading.startswith("A lead costs ")
    assert "dearest" not in heading
