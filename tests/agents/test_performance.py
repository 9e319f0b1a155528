"""The performance agent: what left its range, where and since when; silence is a result; nothing says why."""

from datetime import timedelta
from itertools import pairwise

import pytest

from agents.performance.agent import find_own_words, prepare
from countersign.analytics.explain import recompute
from countersign.core.contracts import Heading, Prose, Query, Table
from countersign.core.errors import AgentError
from countersign.governance.proposing import subject_of
from countersign.reports.html import render_html
from countersign.reports.tokens import Filler
from tests.agents.daily_company import Opened, made_days


@pytest.fixture
def open_days(tmp_path, card):
    def opened(made, **other) -> Opened:
        return Opened(tmp_path, card("performance"), made, **other)

    return opened


@pytest.fixture(scope="module")
def calm(tmp_path_factory, card_of):
    """A company at which nothing happened."""
    return Opened(tmp_path_factory.mktemp("calm"), card_of("performance"), made_days.Company(seed=11))


def said(draft) -> str:
    read = Filler(draft).plain
    told = [block for block in draft.blocks if isinstance(block, (Prose, Heading))]
    return "\n".join(f"{read(block.text)} {read(getattr(block, 'sub', ''))}" for block in told)


def test_silence_is_a_result_and_says_what_was_watched(calm):
    draft = calm.draft()

    assert Filler(draft).plain(draft.title) == "Nothing needs attention today"
    watched = "9 campaigns and 3 channels, by device and country where those are known, were held against"
    assert f"{watched} 364 days" in said(draft)
    assert "moved no further than chance and season explain" in said(draft)
    assert "For want of data: " in said(draft)
    assert not any(isinstance(block, Table) for block in draft.blocks)


def test_an_incident_has_its_place_its_range_its_start_and_an_owner(broken):
    draft = broken.draft()

    text = said(draft)
    assert "Forms sent per session in Camp 4 on Mobile fell 9" in text
    assert "Act today. Since 14 December" in text
    assert "was expected and" in text
    assert "would have been usual" in text
    assert "Head of marketing: open the page as these visitors do" in text
    assert "Judged up to 25 December" in text  # verdicts of younger leads are still to come


def test_a_reading_of_the_pattern_is_inferred_and_nothing_says_why(broken):
    draft = broken.draft()

    inferred = [
        block.text for block in draft.blocks if isinstance(block, Prose) and block.label == "inferred"
    ]
    assert len(inferred) == 1
    assert inferred[0].startswith("This looks like a page or a form that does not work there")
    counted = [block.text for block in draft.blocks if isinstance(block, Prose) and block.label == "measured"]
    assert not any("looks like" in text for text in counted)
    assert "Why it happened." in said(draft)


def test_leads_that_the_crm_never_got_are_looked_for_there(open_days):
    made = made_days.Company(seed=22, size=400.0)
    made.lose(0.5, at=made.where(start=8, channel="channel_1"))

    text = said(open_days(made).draft())

    assert "looks like forms that people send and that do not all arrive in the CRM" in text
    assert "send a test form and look for it in the CRM" in text
    assert "while forms sent per session" in text


def test_every_figure_is_the_same_when_it_is_worked_out_again_from_the_snapshot(broken):
    draft = broken.draft()

    held, done = {fact.id: fact for fact in draft.facts}, {}
    found = [recompute(fact, held, connection=broken.connection, done=done) for fact in draft.facts]
    assert all(one.matches for one in found)
    came = [fact for fact in draft.facts if fact.metric in ("web_conversion_rate", "acceptance_rate")]
    assert [type(fact.definition) for fact in came] == [Query, Query]
    expected = [fact for fact in draft.facts if fact.metric == "acceptance_rate_expected"]
    assert expected[0].interval.low < expected[0].value < expected[0].interval.high


def test_a_figure_of_another_snapshot_does_not_pass_for_this_ones(broken, calm):
    draft = broken.draft()

    held = {fact.id: fact for fact in draft.facts}
    expected = next(fact for fact in draft.facts if fact.metric == "acceptance_rate_expected")
    assert not recompute(expected, held, connection=calm.connection).matches


def test_what_is_over_is_said_to_be_over_and_stands_apart_with_its_days(open_days):
    made = made_days.Company(seed=22, size=400.0)
    for start, end, channel in ((32, 30, "channel_0"), (12, 0, "channel_1")):
        at = made.where(start=start, end=end, channel=channel)
        made.sessions[at] = made.leads[at] = 0
    opened = open_days(made)
    draft = opened.draft()

    over = [one for one in opened.analysis.incidents if one.is_over]
    assert [one.place for one in over] == [{"channel": "channel_0"}]
    assert "1 thing left the expected range earlier and is over" in said(draft)
    read = Filler(draft).plain
    assert "Channel 0" not in read(draft.title)
    tables = [
        (read(heading.text), [f"{read(row.name)}, {read(row.note)}" for row in table.rows])
        for heading, table in pairwise(draft.blocks)
        if isinstance(table, Table)
    ]
    assert tables[-1] == ("Over since", ["Sessions per click in Channel 0, 28–29 November"])
    assert not any("Channel 0" in row for _, rows in tables[:-1] for row in rows)


def test_a_day_on_which_all_is_over_needs_nobody(open_days):
    made = made_days.Company(seed=22, size=400.0)
    at = made.where(start=32, end=30, channel="channel_0")
    made.sessions[at] = made.leads[at] = 0

    draft = open_days(made).draft()

    assert Filler(draft).plain(draft.title) == "Nothing needs attention today"
    assert "1 thing left the expected range earlier and is over" in said(draft)


def test_days_that_a_source_has_not_delivered_are_no_drop(open_days):
    made = made_days.Company(seed=11)
    for values in (made.spend, made.clicks, made.impressions, made.sessions, made.leads):
        values[..., -3:] = 0
    opened = open_days(made, through=made.as_of - timedelta(days=4))

    assert opened.analysis.watch.last_day.start == made.as_of - timedelta(days=4)
    assert not [one for one in opened.analysis.incidents if one.severity == "act"]
    text = said(opened.draft())
    assert "Ads (ad performance) ends on 26 December; " in text
    assert "that was judged up to 26 December" in text


def test_data_that_failed_a_check_is_told(open_days):
    made = made_days.Company(seed=11)
    draft = open_days(made, through=made.as_of - timedelta(days=1), quality="failed").draft()

    assert "Ads (ad performance): 8 of 9 checks passed; what rests on it is in doubt" in said(draft)


def test_a_company_of_a_few_days_is_told_so_and_nothing_is_judged(open_days):
    draft = open_days(made_days.Company(seed=3, days=60)).draft()

    assert Filler(draft).plain(draft.title) == "Too few days are known to say what needs attention"
    assert "Only 60 days are on record" in said(draft)
    assert "Judged were" not in said(draft)


def test_a_model_may_leave_out_sentences_but_the_first_and_write_none(broken):
    desk = prepare(broken.analysis, broken.snapshot, card=broken.card)
    item = desk.offline.items[0]
    first, later = item.measured.split(". ", 1)
    first = f"{first}."

    def reworded(**changes):
        items = [item.model_copy(update=changes), *desk.offline.items[1:]]
        return desk.offline.model_copy(update={"items": items})

    assert desk.find_problems(reworded(measured=first)) == []
    assert find_own_words(reworded(measured=f"{first} It was the new agency."), desk.offline)
    assert find_own_words(reworded(measured=first.replace("was", "was not", 1)), desk.offline)
    assert find_own_words(reworded(measured=""), desk.offline)
    assert find_own_words(reworded(measured=later), desk.offline)
    assert find_own_words(reworded(heading="All is well"), desk.offline)
    assert find_own_words(desk.offline.model_copy(update={"title": "All is well"}), desk.offline)


def test_todays_note_replaces_yesterdays_that_nobody_has_read(broken):
    draft = broken.draft()
    yesterday = draft.period.model_copy(
        update={"start": draft.period.start - timedelta(days=1), "end": draft.period.start}
    )

    assert subject_of(draft) == subject_of(draft.model_copy(update={"period": yesterday}))


def test_the_page_is_one_file_with_its_day(broken):
    page = render_html(broken.draft(), company="Acme")

    assert "What needs attention, 29 December 2024" in page


def test_an_analysis_of_a_week_is_refused(eventful, card):
    with pytest.raises(AgentError, match="watched nothing"):
        prepare(eventful.analyse(), eventful.snapshot, card=card("performance"))
