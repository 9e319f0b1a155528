"""The offline writers: the finding first, what is normal named, gaps admitted, nothing ungrounded."""

from agents.recommendation.agent import write_recommendation
from agents.reporting.agent import write_report
from countersign.core.contracts import Action, Prose, Waterfall
from countersign.reports.grounding import find_ungrounded
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


def test_a_quiet_week_is_called_normal_and_explains_nothing(open_books, card, made_up):
    calm = made_up.Books()
    for back in range(14):
        wobble = (2, -1, 0)[back % 3]
        for channel in ("Paid search", "Direct"):
            calm.week(back, channel, spend_reporting=9_000 + 90 * wobble, leads=100 + wobble, sessions=900)

    draft, read = write(open_books(calm), card, made_up.COMPANY, agent="reporting")

    assert read(draft.title).startswith("A normal week: ")
    assert not any(isinstance(block, Waterfall) for block in draft.blocks)
    assert not any("Why it changed" in getattr(block, "text", "") for block in draft.blocks)


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
        read(draft.title) == "30.0% of the leads from Organic search became customers, against 15.2% of all"
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
