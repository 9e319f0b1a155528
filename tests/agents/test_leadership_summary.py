"""The leadership summary: one plain page, made from the drafts of its run, with nothing that they lack."""

import re

import pytest

from agents.asking import Answer, Ask
from agents.feeding import Fed, carry_over, is_fed, read_fed_facts
from agents.leadership_summary.agent import find_unfed, prepare, write_summary
from agents.leadership_summary.page import Page, trade_words
from agents.recommendation.agent import write_recommendation
from agents.reporting.agent import write_report
from agents.sheet import Sheet
from agents.story import read_story
from countersign.core.contracts import Derived, Prose, Table
from countersign.core.errors import AgentError
from countersign.core.hashing import canonical_json, sha256_hex
from countersign.reports.grounding import find_ungrounded
from countersign.reports.html import render_html
from countersign.reports.markdown import render_markdown
from countersign.reports.omissions import find_omissions
from countersign.reports.outline import read_strings
from countersign.reports.tokens import Filler

# About 200 words; a week with more that is serious takes a few more, because nothing serious is left out
# and figures of other weeks say of which.
MOST_WORDS = {"eventful": 265, "quiet": 150}


@pytest.fixture
def feed(card, made_up):
    """Drafts the report and the recommendation of a company, and gives the summary's card that holds them."""

    def feed_card(opened, *, grants=None, without=()):
        analysis = opened.analyse()
        writers = {"reporting": write_report, "recommendation": write_recommendation}
        fed = [
            Fed(
                write(analysis, opened.snapshot, card=card(name), company=made_up.COMPANY, ask=None),
                approver="Head of marketing",
            )
            for name, write in writers.items()
            if name not in without
        ]
        own = card("leadership_summary")
        return own.model_copy(update={"fed": tuple(fed), "grants": grants or own.grants})

    return feed_card


@pytest.fixture
def summarise(feed, made_up):
    """Writes the summary of a company, with a model or without."""

    def write(opened, *, ask=None, **changes):
        fed = feed(opened, **changes)
        return write_summary(opened.analyse(), opened.snapshot, card=fed, company=made_up.COMPANY, ask=ask)

    return write


@pytest.fixture
def quiet(open_books, made_up):
    """A company in whose last week nothing happened."""
    books = made_up.Books()
    for back in range(14):
        wobble = (2, -1, 0)[back % 3]
        for channel in ("Paid search", "Direct"):
            books.week(back, channel, spend_reporting=9_000 + 90 * wobble, leads=100 + wobble, sessions=900)
    return open_books(books)


@pytest.fixture(params=["eventful", "quiet"])
def any_company(request):
    """A company with incidents, and one without."""
    return request.getfixturevalue(request.param)


def read_prose(draft):
    """The text of a draft as people read it, without its table."""
    table = next((f"blocks[{at}]" for at, block in enumerate(draft.blocks) if isinstance(block, Table)), "-")
    fill = Filler(draft).plain
    return [fill(spot.text) for spot in read_strings(draft) if not spot.where.startswith(table)]


def test_a_page_says_what_happened_what_it_cost_what_is_proposed_and_what_is_not_known(eventful, summarise):
    draft = summarise(eventful)
    text = " ".join(read_prose(draft))

    headings = [block.text for block in draft.blocks if block.kind == "heading"]
    assert headings == [
        "What happened", "What it means in money", "What we propose, and who decides", "What we do not know",
    ]  # fmt: skip
    assert "Paid search" in read_prose(draft)[0]
    assert "A lead from Paid search went from" in text
    assert "would have cost" in text
    assert "Head of marketing decides; until then" in text
    assert [block.label for block in draft.blocks if isinstance(block, Prose)][-1] == "not_known"


def test_what_would_have_been_is_labelled_inferred_and_what_was_is_not(eventful, summarise):
    draft = summarise(eventful)
    labels = {
        Filler(draft).plain(block.text): block.label for block in draft.blocks if isinstance(block, Prose)
    }

    (supposed,) = [text for text in labels if "would have cost" in text]
    assert labels[supposed] == "inferred"
    assert labels[next(text for text in labels if text.startswith("A lead from Paid search went"))] is None


def test_a_figure_of_other_weeks_says_of_which_leads_it_is(eventful, summarise):
    text = read_prose(summarise(eventful))

    (accepted,) = [line for line in text if line.startswith("Sales accepts")]
    (dear,) = [line for line in text if "across paid channels" in line]
    assert re.search(r"^Sales accepts [\d.]+% \(.+ – .+\) of the leads", accepted)
    assert re.search(r"across paid channels \(leads of .+\)", dear)
    assert "(leads of" not in next(line for line in text if line.startswith("A lead from Paid search went"))


@pytest.mark.parametrize("name", list(MOST_WORDS))
def test_it_is_one_page_without_trade_words(request, summarise, name):
    draft = summarise(request.getfixturevalue(name))

    assert sum(len(line.split()) for line in read_prose(draft)) <= MOST_WORDS[name]
    assert [word for spot in read_strings(draft) for word in trade_words(spot.text)] == []
    (table,) = [block for block in draft.blocks if isinstance(block, Table)]
    assert len(table.rows) <= 3


def test_it_tells_every_serious_finding_and_nothing_ungrounded(any_company, summarise):
    draft = summarise(any_company)

    assert find_ungrounded(draft) == []
    assert find_omissions(draft) == []


def test_every_figure_stands_in_a_draft_that_fed_it_or_is_worked_out_from_those(any_company, feed, made_up):
    card = feed(any_company)
    draft = write_summary(
        any_company.analyse(), any_company.snapshot, card=card, company=made_up.COMPANY, ask=None
    )
    held = {fact.id: fact for fed in card.fed for fact in fed.draft.facts}

    assert draft.facts
    for fact in draft.facts:
        assert is_fed(fact, held)
        assert fact.id in held or isinstance(fact.definition, Derived)


def test_it_names_the_drafts_it_was_made_from_by_the_digest_that_the_ledger_keeps(eventful, feed, made_up):
    card = feed(eventful)
    draft = write_summary(eventful.analyse(), eventful.snapshot, card=card, company=made_up.COMPANY, ask=None)

    assert [(fed.agent, fed.digest) for fed in draft.fed_by] == [
        (fed.draft.agent, sha256_hex(canonical_json(fed.draft))) for fed in card.fed
    ]
    for shown in (render_markdown(draft).replace("\\", ""), render_html(draft, company="Acme")):
        assert all(fed.digest[:12] in shown for fed in draft.fed_by)


@pytest.mark.parametrize("without", ["reporting", "recommendation"])
def test_it_does_not_run_without_its_inputs(eventful, summarise, without):
    with pytest.raises(AgentError, match=f"reads the draft of {without}"):
        summarise(eventful, without=(without,))


def test_it_sees_nothing_through_another_agent_that_its_own_card_does_not_grant(eventful, card, feed):
    grants = {
        table: tuple(column for column in columns if column != "spend_reporting")
        for table, columns in card("leadership_summary").grants.items()
    }
    fed = feed(eventful).fed
    facts = read_fed_facts(fed, grants=grants)

    assert facts
    assert not [name for fact in facts.values() for name in fact.columns if name.endswith("spend_reporting")]
    sheet = Sheet(eventful.analyse())
    report = fed[0].draft
    assert carry_over(report.title, report, sheet=sheet, facts=facts) == ""
    named = f"Seen in {{{{name:{next(iter(report.names))}}}}}"
    assert carry_over(named, report, sheet=sheet, facts=facts).startswith("Seen in {{name:")


def test_a_figure_that_no_input_holds_is_found(eventful, feed, made_up):
    card = feed(eventful)
    draft = write_summary(eventful.analyse(), eventful.snapshot, card=card, company=made_up.COMPANY, ask=None)
    empty = Page(read_story(eventful.analyse()), {}, facts={})

    assert len(find_unfed(empty, draft)) == len(set(draft.bindings.values()))


def test_a_models_words_are_used_when_they_are_plain_and_true(eventful, feed, made_up):
    card = feed(eventful)
    desk = prepare(eventful.analyse(), eventful.snapshot, card=card)
    title = "The price of a lead rose {{fact:cost_per_lead_change|size}} to {{fact:cost_per_lead_now}}"
    shorter = desk.offline.model_copy(update={"title": title})

    def send(question):
        return Answer(wording=shorter)

    draft = write_summary(
        eventful.analyse(), eventful.snapshot, card=card, company=made_up.COMPANY,
        ask=Ask(provider="here", model="stub", send=send),
    )  # fmt: skip

    assert (draft.model_call.provider, draft.title) == ("here", shorter.title)


@pytest.mark.parametrize(
    ("title", "problem"),
    [
        ("Cost per lead rose to {{fact:cost_per_lead_now}}", "leadership does not say"),
        ("Everything is fine", "nobody can check"),
        ("Leads fell to 12", "nobody can check"),
        (
            "{{fact:leads_now}} leads and then {{fact:leads_now}} leads and so on and so forth " * 9,
            "no more words",
        ),
    ],
)
def test_a_models_words_are_refused_when_they_are_not(eventful, feed, title, problem):
    desk = prepare(eventful.analyse(), eventful.snapshot, card=feed(eventful))

    found = desk.find_problems(desk.offline.model_copy(update={"title": title}))

    assert re.search(problem, "\n".join(found))


def test_a_serious_finding_may_not_be_left_out(eventful, feed):
    desk = prepare(eventful.analyse(), eventful.snapshot, card=feed(eventful))
    happened = [line for line in desk.offline.happened if "Also serious" not in line]

    assert len(happened) < len(desk.offline.happened)
    found = desk.find_problems(desk.offline.model_copy(update={"happened": happened}))
    assert any("left out" in problem for problem in found)
