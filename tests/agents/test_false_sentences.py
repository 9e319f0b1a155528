"""False sentences as a person would write them, with real figures: each is refused; true ones are read."""

import pytest

from agents.reporting.offline import write_offline
from agents.reporting.opening import calm_line
from agents.shapes.reading import Reader
from agents.story import read_story

# {now}, {search} and so on stand for tokens of the made-up company: cost per lead rose in Paid search alone,
# and sales turns down leads from Paid social.
WORDS = {
    "now": "{{fact:cost_per_lead_now}}",
    "prior": "{{fact:cost_per_lead_prior}}",
    "size": "{{fact:cost_per_lead_change|size}}",
    "low": "{{fact:cost_per_lead_low}}",
    "high": "{{fact:cost_per_lead_high}}",
    "leads": "{{fact:leads_now}}",
    "leads_before": "{{fact:leads_prior}}",
    "leads_size": "{{fact:leads_change|size}}",
    "spend": "{{fact:spend_now}}",
    "spend_before": "{{fact:spend_prior}}",
    "search": "{{name:channel_2}}",
    "social": "{{name:channel_1}}",
    "search_now": "{{fact:cost_per_lead_now_channel_2}}",
    "search_size": "{{fact:cost_per_lead_change_channel_2|size}}",
    "social_now": "{{fact:cost_per_lead_now_channel_1}}",
    "social_size": "{{fact:cost_per_lead_change_channel_1|size}}",
    "accepted": "{{fact:quality_now_channel_1}}",
    "accepted_before": "{{fact:quality_prior_channel_1}}",
    "dear": "{{fact:waste_cost_channel_1}}",
    "paid": "{{fact:waste_cost_paid_channel_1}}",
    "clicks_factor": "{{fact:factor_1|size}}",
    "mix_factor": "{{fact:factor_2|size}}",
}
FALSE = (
    "Cost per lead rose {size} to {now}, most of it in {social}.",
    "Cost per lead rose {search_size} to {now}.",
    "Cost per lead fell {size} to {now}.",
    "Cost per lead rose from {now} to {prior}.",
    "Cost per lead rose {size} to {search_now}.",
    "Cost per lead in {social} rose {search_size} to {search_now}.",
    "Cost per lead in {social} left its usual range.",
    "Cost per lead in {search} stayed in its usual range.",
    "Cost per lead was {now}, inside the usual {low} to {high}.",
    "Cost per lead was {now}, below the usual {low} to {high}.",
    "Cost per lead was {prior}, above the usual {low} to {high}.",
    "Cost per lead is the lowest of the weeks shown.",
    "Cost per lead did not rise to {now}.",
    "Leads rose {leads_size} to {leads}.",
    "Leads ({leads}) stayed in their usual range.",
    "Leads fell {leads_size} to {leads_before}.",
    "Spend rose from {spend_before} to {spend}.",
    "Spend ({spend}) left its usual range.",
    "The rise sits in {social}.",
    "The fall sits in {search}.",
    "Most of the rise is in {social}.",
    "A lead costs {search_now} in {social} and {social_now} in {search}.",
    "A lead costs {low} in {search}.",
    "More clicks per lead took {clicks_factor} off.",
    "More clicks per lead added {mix_factor}.",
    "Dearer clicks added {clicks_factor}.",
    "Sales accepts {accepted} of the leads from {search} where it used to accept {accepted_before}.",
    "Sales accepts {accepted_before} of the leads from {social} where it used to accept {accepted}.",
    "Sales turns down more leads from {search}.",
    "An accepted lead from {search} costs {dear}, against {paid} across paid channels.",
    "An accepted lead from {social} costs {paid}, against {dear} across paid channels.",
    "Cost per lead rose {size} to {now}, since {search} was neglected.",
)
TRUE = (
    "Cost per lead rose {size} to {now}, most of it in {search}.",
    "Cost per lead rose from {prior} to {now}.",
    "Cost per lead was {now}, above the usual {low} to {high}.",
    "The rise sits in {search}.",
    "Sales turns down more leads from {social}.",
    "More clicks per lead added {clicks_factor}.",
)


@pytest.fixture
def reader(eventful, card):
    """Reads sentences about the eventful company; nothing of the offline writer's own is taken over."""
    story = read_story(eventful.analyse(), sources=card("reporting").sources)
    write_offline(story)
    return Reader(story)


def test_false_sentences_with_real_figures_are_refused(reader):
    passed = [said for said in FALSE if not reader.find_unread(said.format(**WORDS), plain=[])]

    assert passed == []


def test_the_same_words_are_read_where_they_are_true(reader):
    refused = [said for said in TRUE if reader.find_unread(said.format(**WORDS), plain=[])]

    assert refused == []


def test_a_figure_of_older_leads_says_so_and_of_which(open_books, eventful_made, card):
    for row in eventful_made.days:
        if row["channel"] == "Paid social":
            row.update(accepted_leads=24, rejected_leads=12)
    story = read_story(open_books(eventful_made).analyse(), sources=card("reporting").sources)
    write_offline(story)
    reader, said = Reader(story), f"{calm_line(story)}."

    assert "the sales acceptance rate for leads of {{period:matured_week}} (" in said
    assert reader.find_unread(said, plain=[]) == []
    for wrong in ("week", "prior_week", "no such period"):
        false = said.replace("{{period:matured_week}}", f"{{{{period:{wrong}}}}}")
        assert reader.find_unread(false, plain=[]) != []
