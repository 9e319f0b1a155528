"""Grounding: no numeral, number word or known name gets past a token, in any disguise; honest prose does."""
# ruff: noqa: E501 -- tables of strings read better in rows

import pytest

from countersign.core.contracts import Column, Heading, Prose, Step, Waterfall
from countersign.reports.grounding import find_ungrounded
from tests.reports.sample_draft import sample_draft
from tests.reports.undated_draft import undated_draft

KNOWN = ("Paid social", "Direct", "LinkedIn", "Q3 2026 promo")

DISHONEST = [
    "Leads rose by 7 this week", "Spend was 184200", "Leads fell 7.4", "up ٣ leads", "up ７ leads", "a ½ share",
    "x² growth", "三 channels fell", "Ⅷ channels", "④ channels", "➂ leads", "𝟕 leads", "leads rose by ৭",
    "CPL3 rose", "2x better", "week W46", "at 12:00", "24/7 support", "Q4 was better", "the 1st", "H2 plan",
    "Seven leads", "SEVENTY leads", "about two-thirds of leads", "twenty-one leads", "twohundred leads", "one channel",
    "a hundred leads", "millions of euros", "a dozen", "a couple of weeks", "twice as many", "thrice", "it doubled",
    "a triple", "half the leads", "a third of leads", "a quarter of the spend", "three quarters", "tenfold", "threefold",
    "zero leads", "ten percent", "ten per cent", "a few percent", "some basis points", "the second channel", "ninety",
    "t w o leads", "t-w-o leads", "f.i.v.e leads", "for-ty leads", "se ven leads", "tw\u200bo leads", "t\u00adwo leads",
    "ｓｅｖｅｎ leads", "𝐬𝐞𝐯𝐞𝐧 leads", "sevеn leads", "ѕеvеn leads", "tωo leads", "sévèn leads", "ꜱᴇᴠᴇɴ leads",
    "s*e*v*e*n leads", "se**ven** leads", "VII channels", "the first three", "this quarter of the spend",
    "costs in €", "costs in $", "a large % of leads", "a large ٪ of leads", "a large ‰", "a large ％", "₿ spend", "￥",
    "{{fact:spend}}k", "{{fact:spend}} million", "-{{fact:spend}}", "\u2212{{fact:spend}}", "+{{fact:spend}}",
    "{{fact:spend}}{{fact:cpal}}", "{{fact:spend}} {{fact:cpal}}", "{{fact:spend}}.{{fact:cpal}}", "x{{fact:spend}}",
    "{{fact:spend}}\u00b2", "{{fact:spend}}\u0338", "{{fact:spend}}%", "~{{fact:spend}}",
    "Paid social fell", "paid  SOCIAL fell", "Paid\u00a0social fell", "paid-social fell", "linkedin fell", "Direct fell",
    "Pаid social fell", "Ｐaid social fell", "Q3 2026 promo fell",
    "a <b>bold</b> claim", "<script>x", "</p>", "<img src=x", "a &amp; b", "&#49;", "[a](b)", "![a](b)", "see https://x.y",
    "see www.x.y", "javascript:alert", "left \u202eright", "zero\u200bwidth", "a\u2028b", "a\x07b", "a\u2066b", "a\ue000b",
    "{{fact:nothing}}", "{{name:nothing}}", "{{period:nothing}}", "{{fact:spend|loud}}", "{fact:spend}", "}} {{",
]  # fmt: skip

HONEST = [
    "We spent {{fact:spend}}, up {{fact:spend.change|size}} on the week before.",
    "{{name:social}} lost leads; {{name:search}} and {{name:partner}} did not.",
    "Fix the form before you direct more budget to it.",
    "First, check the form. Then ask sales; no one else knows.",
    "GA4 and B2B are names. So is G2.",
    "Nobody can tell why, often because the reasons are missing; someone should ask.",
    "The range is {{fact:cpal.low}}–{{fact:cpal.high}}, and the value {{fact:cpal}}.",
    "The change is within its normal weekly range (no action).",
    "A third-party cookie, a one-off effect, better than last quarter.",
    "Of {{fact:accepted}}, {{fact:rejected}} were late; that is often so, and the weight of evidence is thin.",
    "Every week since {{period:before}}: the trend holds. Ask «why»; café, naïve and Zürich are words.",
    "The none-too-good news: both channels unfold alone. Do not sixth-guess.".replace("sixth-", ""),
    "Cost & volume < plan, says the team's tennis-loving lead.",
    "It is on every one-off list; the ones that count are known.",
]


def with_prose(text):
    return sample_draft(extra=(Prose(text=text),))


@pytest.mark.parametrize("text", DISHONEST)
def test_dishonest_prose_fails(text):
    problems = find_ungrounded(with_prose(text), known_names=KNOWN)
    assert problems
    assert all(problem.where.startswith("blocks[") and problem.reason for problem in problems)


@pytest.mark.parametrize("text", HONEST)
def test_honest_prose_passes(text):
    assert find_ungrounded(with_prose(text), known_names=KNOWN) == []


@pytest.mark.parametrize("draft", [sample_draft(), sample_draft(kind="recommendation"), undated_draft()])
def test_the_samples_are_grounded(draft):
    assert find_ungrounded(draft, known_names=KNOWN) == []


def string_fields(value, path=()):
    """Every string inside a dumped block, as a path."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from string_fields(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from string_fields(inner, (*path, number))


NOT_READ = {
    "kind", "anchor", "role", "label_", "good_direction", "choice", "effect_label", "effort", "confidence", "value",
    "change", "prior", "series", "fact", "start", "end", "low", "high", "count", "rate", "prior_rate", "quality",
    "checks_passed", "checks_total", "rows_landed", "rows_quarantined", "key",
}  # fmt: skip


def test_every_string_that_people_read_is_searched():
    draft = sample_draft()
    for number, block in enumerate(draft.blocks):
        for path in string_fields(block.model_dump()):
            is_claim_label = block.kind == "prose" and path == ("label",)
            if is_claim_label or next(part for part in reversed(path) if isinstance(part, str)) in NOT_READ:
                continue
            spoiled = block.model_dump()
            at = spoiled
            for part in path[:-1]:
                at[part] = list(at[part]) if isinstance(at[part], tuple) else at[part]
                at = at[part]
            at[path[-1]] = "it was 42"
            blocks = list(draft.blocks)
            blocks[number] = type(block).model_validate(spoiled)
            found = find_ungrounded(draft.model_copy(update={"blocks": tuple(blocks)}))
            assert any(problem.span == "42" for problem in found), (number, path)


def test_the_title_is_searched():
    assert find_ungrounded(sample_draft(title="Leads rose by 7"))[0].where == "title"


def test_a_number_that_a_person_stated_is_not_a_problem_but_its_neighbour_is():
    draft = with_prose("We expect 40 leads").model_copy(update={"stated": {"40": "Dana Okafor"}})
    assert find_ungrounded(draft) == []
    worse = with_prose("We expect 400 leads").model_copy(update={"stated": {"40": "Dana Okafor"}})
    assert find_ungrounded(worse)


def test_a_name_without_letters_is_a_smuggled_figure():
    draft = sample_draft()
    found = find_ungrounded(draft.model_copy(update={"names": {**draft.names, "x": "45%"}}))
    assert [problem.where for problem in found] == ["names[x]"]


def replaced(draft, kind, **changes):
    blocks = tuple(b.model_copy(update=changes) if isinstance(b, kind) else b for b in draft.blocks)
    return draft.model_copy(update={"blocks": blocks})


def test_waterfall_steps_must_sum_to_the_change():
    draft = sample_draft()
    steps = next(block.steps for block in draft.blocks if isinstance(block, Waterfall))
    found = find_ungrounded(replaced(draft, Waterfall, steps=steps[:-1]))
    assert ["miss end minus start" in problem.reason for problem in found] == [True]


def test_a_waterfall_step_that_is_bound_to_nothing_is_found():
    found = find_ungrounded(replaced(sample_draft(), Waterfall, steps=(Step(label="x", fact="nothing"),)))
    assert [problem.span for problem in found] == ["nothing"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"snapshot_id": "another"}, "belongs to snapshot another"),
        ({"title": " "}, "no title"),
        ({"currency": None}, "without a currency"),
        ({"value": float("nan")}, "not a finite number"),
    ],
)
def test_a_fact_that_cannot_vouch_is_found(changes, reason):
    draft = sample_draft()
    spoiled = draft.facts[0].model_copy(update=changes)
    found = find_ungrounded(draft.model_copy(update={"facts": (spoiled, *draft.facts[1:])}))
    assert any(reason in problem.reason for problem in found)


def test_a_change_that_does_not_follow_from_its_levels_is_found():
    draft = sample_draft()
    bindings = {**draft.bindings, "cpal.change": draft.bindings["accepted.change"]}
    found = find_ungrounded(draft.model_copy(update={"bindings": bindings}))
    assert any("does not follow" in problem.reason for problem in found)


def test_a_trend_point_must_show_the_week_it_stands_for():
    draft = sample_draft()
    bindings = {**draft.bindings, "cpal.5": draft.bindings["cpal.6"]}
    found = find_ungrounded(draft.model_copy(update={"bindings": bindings}))
    assert any("shows the figure of" in problem.reason for problem in found)


def test_a_row_must_fill_its_columns():
    draft = sample_draft()
    kinds = {type(block).__name__: type(block) for block in draft.blocks}
    found = find_ungrounded(replaced(draft, kinds["Table"], columns=(Column(label="Spend"),)))
    assert {problem.reason for problem in found} == {"3 cells under 1 columns"}


def test_a_sub_heading_is_prose_too():
    draft = sample_draft(extra=(Heading(anchor="x", text="Fine", sub="up 3 points"),))
    assert [problem.span for problem in find_ungrounded(draft)] == ["3"]
