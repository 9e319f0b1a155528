"""What may head a report and what may not, names that read alike, and data too old or thin to judge."""

from datetime import timedelta

import pytest

from agents.recommendation.agent import write_recommendation
from agents.reporting.agent import write_report
from countersign.core.contracts import Action, Funnel, Heading, Kpis, Prose, Trend, Trust
from countersign.reports.html import render_html
from countersign.reports.markdown import render_markdown
from countersign.reports.tokens import fill_plain

NO_COUNTS = {"mqls": 0, "accepted_leads": 0, "rejected_leads": 0, "opportunities": 0}


def drafted(opened, card, company, writer=write_report):
    name = "reporting" if writer is write_report else "recommendation"
    draft = writer(opened.analyse(), opened.snapshot, card=card(name), company=company, ask=None)
    return draft, lambda text: fill_plain(text, draft)


@pytest.fixture
def sources(made_up):
    """Undated leads of sources, given as (name, leads, customers)."""

    def build(*rows):
        books = made_up.Books()
        for name, leads, won in rows:
            books.sources.append({
                "source": "crm", "lead_source": name, "channel": "Unassigned", "leads": leads,
                "dated_leads": 0, "undated_leads": leads, "customers": won, **NO_COUNTS,
            })  # fmt: skip
        return books

    return build


SCHOOL = (("Google", 2868, 1147), ("Direct", 2543, 818), ("Reference", 534, 490), ("Chat", 1755, 448),
          ("google", 5, 0), ("Club", 40, 38))  # fmt: skip


def test_the_title_is_the_source_that_makes_most_difference_with_its_counts(
    open_books, sources, card, made_up
):
    draft, read = drafted(open_books(sources(*SCHOOL)), card, made_up.COMPANY)

    assert read(draft.title).startswith("490 of 534 leads from Reference became customers (91.8%)")


def test_a_point_more_than_the_average_is_no_finding_however_many_leads(open_books, sources):
    analysis = open_books(sources(*SCHOOL)).analyse()

    assert analysis.finding("cross_section:lead_source:Google") is None
    assert analysis.finding("cross_section:lead_source:Chat").note == "below"


def test_names_that_would_read_alike_keep_the_spelling_of_their_source(open_books, sources, card, made_up):
    draft, read = drafted(open_books(sources(*SCHOOL)), card, made_up.COMPANY)
    table = next(block for block in draft.blocks if block.kind == "table")
    subs = [read(block.sub) for block in draft.blocks if isinstance(block, Heading)]

    assert {"Google", "google"} <= {read(row.name) for row in table.rows}
    assert any("Google and google are counted apart" in sub for sub in subs)


def test_the_share_and_the_level_of_its_interval_are_named(open_books, sources, card, made_up):
    draft, _ = drafted(open_books(sources(*SCHOOL)), card, made_up.COMPANY)
    table = next(block for block in draft.blocks if block.kind == "table")

    labels = [column.label for column in table.columns]
    assert labels[2:] == ["Share that became customers", "80% interval from", "80% interval to"]


def test_sources_make_an_action_each_way_that_repeats_nothing_and_says_small_counts(
    open_books, sources, card, made_up
):
    draft, read = drafted(open_books(sources(*SCHOOL)), card, made_up.COMPANY, write_recommendation)
    good, poor = (block for block in draft.blocks if isinstance(block, Action))

    assert good.against != poor.against
    assert "Club has only 40 leads" in read(good.against)
    assert "Not known" not in read(good.effect)
    assert read(draft.title).count("ind out") == 1


def test_a_recommendation_of_nothing_says_why_and_shows_no_empty_evidence(open_books, made_up, card):
    books = made_up.Books()
    for back in range(14):
        books.week(back, "Paid search", spend_reporting=9_000 + back % 3, leads=100 + back % 3)
    draft, read = drafted(open_books(books), card, made_up.COMPANY, write_recommendation)
    page, text = render_html(draft, company="Acme"), render_markdown(draft)

    assert "because no finding is serious enough" in " ".join(
        read(block.text) for block in draft.blocks if isinstance(block, Prose)
    )
    assert "0 of 0" not in page + text
    assert "Evidence" not in text
    assert ">Evidence<" not in page


@pytest.mark.parametrize(
    ("spend", "told_beside", "title"),
    [
        (9_200, True, "100 leads at €92.00 each, a little above the usual range"),
        (11_500, False, "Cost per lead rose"),
    ],
)
def test_only_a_movement_that_matters_heads_the_report(open_books, made_up, card, spend, told_beside, title):
    books = made_up.Books()
    for back in range(1, 14):
        books.week(back, "Paid search", spend_reporting=9_000, leads=100, clicks=900)
    books.week(0, "Paid search", spend_reporting=spend, leads=100, clicks=900)
    draft, read = drafted(open_books(books), card, made_up.COMPANY)

    assert read(draft.title).startswith(title)
    told = " ".join(read(block.text) for block in draft.blocks if isinstance(block, Prose))
    assert ("Spend rose" in told) is told_beside


def test_weeks_that_differ_wildly_are_not_called_normal(open_books, made_up, card):
    books = made_up.Books()
    for back, spend in enumerate((5, 900, 2, 40, 0, 0, 700, 1, 90, 300)):
        if spend:
            books.week(back, "Paid search", spend_reporting=spend, clicks=spend, impressions=90 * spend)
    draft, read = drafted(open_books(books), card, made_up.COMPANY)
    trend = next(block for block in draft.blocks if isinstance(block, Trend))
    tiles = next(block for block in draft.blocks if isinstance(block, Kpis)).tiles

    assert read(draft.title) == "Spend was €5.00; the weeks before differ too much to say what is normal"
    assert trend.low is None
    assert [tile.name for tile in tiles] == ["Spend", "Clicks", "Cost per click", "Clicks per impression"]
    assert tiles[2].change is None


def test_old_data_are_told_as_old_and_marked_behind(open_books, made_up, card, trust_row):
    books = made_up.Books()
    for back in range(20, 34):
        books.week(back, "Paid search", spend_reporting=500 + back % 3, clicks=90, impressions=900)
    end = made_up.MONDAY - timedelta(weeks=20) + timedelta(days=6)
    for source, day in (("google_ads", end), ("facebook_ads", end - timedelta(days=60))):
        books.trust.append({**trust_row, "source": source, "landed_table": "ad_performance",
                            "data_through": day, "is_fresh": False})  # fmt: skip
    draft, read = drafted(open_books(books), card, made_up.COMPANY)
    lede = read(next(block.text for block in draft.blocks if isinstance(block, Prose)))

    assert "normal week" not in read(draft.title)
    assert read(draft.title).endswith("in the last week on record")
    assert "none of this is a picture of today" in lede
    assert "Facebook ends on" in lede or "Facebook Ads ends on" in lede
    assert all(row.is_behind for block in draft.blocks if isinstance(block, Trust) for row in block.rows)
    assert "dot passed" not in render_html(draft, company="Acme")


def test_each_step_of_the_funnel_says_of_how_many_and_of_which_weeks(eventful, card, made_up):
    draft, read = drafted(eventful, card, made_up.COMPANY)
    steps = next(block for block in draft.blocks if isinstance(block, Funnel)).steps
    late = next(step for step in steps if "accepted" in step.name)

    assert "created" in read(late.cohort)
    assert all(step.cohort for step in steps)


def test_what_is_not_known_stands_in_one_list_below_the_figures(open_books, made_up, card):
    books = made_up.Books()
    for back in range(14):
        books.week(back, "Direct", leads=50 + back % 3)
    draft, _ = drafted(open_books(books), card, made_up.COMPANY)
    kinds = [block.kind for block in draft.blocks]
    unknown = [number for number, block in enumerate(draft.blocks)
               if isinstance(block, Prose) and block.label == "not_known"]  # fmt: skip

    assert len(unknown) > 1
    assert unknown == list(range(unknown[0], unknown[-1] + 1))
    assert kinds.index("trend") < unknown[0]
