"""Tokens: prose becomes segments, and anything that leads to no fact, name or period fails."""
# ruff: noqa: E501 -- tables of strings read better in rows

from datetime import date

import pytest

from countersign.core.contracts import Window
from countersign.reports.figures import DraftError
from countersign.reports.tokens import Figure, Name, Period, Stated, Text, clean_name, fill, fill_plain
from tests.reports.sample_draft import sample_draft


def test_prose_becomes_words_figures_names_and_periods():
    draft = sample_draft()

    segments = fill("{{name:social}} spent {{fact:spend|short}} in {{period:week}}", draft)

    assert [type(segment) for segment in segments] == [Name, Text, Figure, Text, Period]
    assert "".join(segment.text for segment in segments) == "Paid social spent €184.2k in 9–15 November"


def test_a_period_says_its_days_or_its_length_and_its_year_only_when_it_is_another():
    draft = sample_draft()
    last_year = Window(start=date(2025, 11, 3), end=date(2025, 12, 1))
    draft = draft.model_copy(update={"periods": {**draft.periods, "then": last_year}})

    assert fill_plain("{{period:then}}", draft) == "3–30 November 2025"
    assert fill_plain("{{period:then|length}}, {{period:week|length}}", draft) == "4 weeks, 1 week"


def test_figures_of_one_title_share_one_evidence_number_in_reading_order():
    draft = sample_draft()

    numbers = [
        s.evidence
        for s in fill("{{fact:cpal}} {{fact:spend}} {{fact:rejected}}", draft)
        if isinstance(s, Figure)
    ]

    assert numbers[0] == numbers[1] == 1
    assert numbers[2] > 1


@pytest.mark.parametrize(
    "text",
    [
        "{{fact:nothing}}", "{{name:nothing}}", "{{period:nothing}}", "{{fact:}}", "{{fact:cpal|loud}}",
        "{{name:social|short}}", "{{period:week|short}}", "{fact:cpal}", "{{fact:cpal}", "{{fact:cpal}}}", "{{{fact:cpal}}}", "{{ fact:cpal }}",
        "{{date:week}}", "{{fact:cpal|}}", "a } b", "{% if x %}", "{{fact:{{name:social}}}}",
    ],
)  # fmt: skip
def test_a_token_that_leads_nowhere_fails_and_says_which(text):
    with pytest.raises(DraftError) as error:
        fill(text, sample_draft())
    assert "found:" in str(error.value)


def test_a_name_that_looks_like_a_token_is_not_filled_again():
    assert fill_plain("{{name:display}}", sample_draft()) == "Display <b>{{fact:cpal}}</b>"


def test_a_fact_of_another_snapshot_has_no_evidence():
    draft = sample_draft()
    strange = draft.facts[0].model_copy(update={"snapshot_id": "another"})
    with pytest.raises(DraftError, match="no evidence"):
        fill("x", draft.model_copy(update={"facts": (strange, *draft.facts[1:])}))


def test_what_a_person_stated_is_marked_as_theirs():
    draft = sample_draft().model_copy(update={"stated": {"40": "Dana Okafor"}})
    assert fill("We expect 40 leads, not 400.", draft)[1] == Stated("40", "Dana Okafor")
    assert sum(isinstance(s, Stated) for s in fill("400 and 1,40 and 40.5", draft)) == 0


def test_names_lose_invisible_and_bidirectional_characters():
    assert clean_name("Paid\u202esocial\u200b\x00\nads") == "Paidsocial ads"
