"""render_html: one file that stands alone, says what the draft says, and lets nothing out of a name."""

import re
from functools import cache
from html.parser import HTMLParser

import pytest

from countersign.core.contracts import Kpis, KpiTile, Prose, Step, Trend, Waterfall
from countersign.reports.figures import DraftError
from countersign.reports.html import render_html
from tests.reports.sample_draft import sample_draft
from tests.reports.undated_draft import undated_draft

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Reader(HTMLParser):
    """Checks that tags balance, and collects ids, links, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name == "href"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text += data


def page_of(draft=None) -> str:
    return render_html(draft, company="Northlight & Co") if draft else sample_page()


@cache
def sample_page() -> str:
    return render_html(sample_draft(), company="Northlight & Co")


def text_of(draft=None) -> str:
    return " ".join(Reader(page_of(draft)).text.split())


@pytest.mark.parametrize("draft", [sample_draft(), sample_draft(kind="recommendation"), undated_draft()])
def test_tags_balance_and_every_link_has_a_target(draft):
    page = Reader(page_of(draft))
    assert len(page.ids) == len(set(page.ids))
    assert page.links
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)


def test_the_same_draft_gives_the_same_bytes():
    assert page_of() == page_of(sample_draft().model_validate_json(sample_draft().model_dump_json()))


def test_nothing_is_loaded_from_anywhere_and_nothing_runs():
    page = page_of()
    assert re.findall(r"https?://|//[a-z]+\.|@import", re.sub(r"base64,[^)]+", "", page)) == []
    assert set(re.findall(r"url\((.{5})", page)) == {"data:"}
    tags = Reader(page).tags
    assert {tag for tag, _ in tags} & {"script", "iframe", "object", "embed", "form", "img", "link"} == set()
    assert not any(name.startswith("on") for _, attrs in tags for name in attrs)
    assert "default-src 'none'" in page


def test_titles_and_figures_are_filled_in():
    text = text_of()
    assert "Cost per accepted lead rose 13.4% to €431.38, with fewer Paid social leads" in text
    assert "Northlight & Co · Weekly performance, 9–15 November 2026, compared with 2–8 November" in text
    assert "{{" not in text.replace("{{fact:cpal}}", "")


def test_the_labels_stand_literally():
    text = text_of()
    assert all(label in text for label in ("Measured", "Inferred", "Not known"))


def test_good_and_bad_follow_the_direction_and_the_normal_range():
    page = page_of()
    assert '<span class="d r">↑ 13.4%<span class="vh"> (worse)</span></span>' in page
    assert '<span class="d r">↓ 5.5%<span class="vh"> (worse)</span></span>' in page
    assert '<span class="d z">↑ 7.2%<span class="vh"> (neutral)</span></span>' in page
    assert '<span class="d z">↓ 7.8%<span class="vh"> (in normal range)</span></span>' in page


def test_every_figure_has_evidence_that_names_its_query():
    text = text_of()
    assert "Every figure was matched to a query (118 of 118)" in text
    assert text.count("countersign explain ") == 118
    assert "select cost_per_accepted_lead from marts.channel_week" in text


def test_the_footer_says_who_wrote_the_wording():
    assert "written by the offline writer, without a model" in text_of()
    assert "because small-1 failed: the model timed out" in text_of(undated_draft())
    written = sample_draft().model_copy(
        update={"model_call": sample_draft().model_call.model_copy(update={"provider": "x", "model": "m-9"})}
    )
    assert "drafted by the model m-9" in text_of(written)


@pytest.mark.parametrize("word", ["approv", "pending", "receipt", "digest"])
def test_the_bytes_say_nothing_of_their_approval(word):
    draft = undated_draft()
    assert word not in text_of(draft).lower()


def test_names_do_not_break_out():
    names = {
        **sample_draft().names,
        "social": '"><script>alert(1)</script>{{fact:cpal}}',
        "search": "a\u202eb",
    }
    page = page_of(sample_draft().model_copy(update={"names": names}))
    assert "<script" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{fact:cpal}}" in page
    Reader(page)


def test_a_company_cannot_break_out_of_the_style_sheet():
    page = render_html(sample_draft(), company='x"}</style><b>')
    assert page.count("</style>") == 1
    assert "<b>" not in page.split("<h1>")[0]


def test_sql_and_titles_of_evidence_are_escaped():
    draft = sample_draft()
    definition = draft.facts[0].definition.model_copy(update={"sql": "select '</pre><script>'"})
    first = draft.facts[0].model_copy(update={"definition": definition, "title": "<i>t</i>"})
    facts = (first, *draft.facts[1:])
    assert "<script>" not in page_of(draft.model_copy(update={"facts": facts}))


@pytest.mark.parametrize(
    "changes",
    [{"snapshot_id": "another"}, {"title": ""}, {"value": float("inf")}, {"currency": None}],
)
def test_a_figure_without_evidence_does_not_render(changes):
    draft = sample_draft()
    spoiled = draft.facts[0].model_copy(update=changes)
    with pytest.raises(DraftError):
        page_of(draft.model_copy(update={"facts": (spoiled, *draft.facts[1:])}))


def test_an_unbound_alias_does_not_render():
    with pytest.raises(DraftError, match="nothing"):
        page_of(sample_draft(extra=(Kpis(tiles=(KpiTile(name="x", value="nothing"),)),)))


def test_what_a_person_stated_says_whose_it_is():
    draft = sample_draft(extra=(Prose(text="We expect 40 leads."),))
    assert "40 (stated by Dana Okafor)" in text_of(draft.model_copy(update={"stated": {"40": "Dana Okafor"}}))


def test_a_cross_section_says_that_it_has_no_dates():
    text = text_of(undated_draft())
    assert "the data has no dates" in text
    assert "Before" not in text
    assert "Change in rate" not in text


def test_a_value_that_is_not_known_says_so():
    draft = sample_draft()
    fact = draft.fact("spend").model_copy(update={"value": None})
    facts = tuple(fact if fact.id == old.id else old for old in draft.facts)
    assert "not known" in text_of(draft.model_copy(update={"facts": facts}))


def test_a_trend_with_one_known_week_draws_no_line():
    trend = next(block for block in sample_draft().blocks if isinstance(block, Trend))
    short = trend.model_copy(update={"points": trend.points[-1:]})
    blocks = tuple(short if block is trend else block for block in sample_draft().blocks)
    draft = sample_draft()
    blocks = tuple(short if isinstance(block, Trend) else block for block in draft.blocks)
    assert "Too few weeks are known" in text_of(draft.model_copy(update={"blocks": blocks}))


def test_a_waterfall_with_an_unknown_step_is_refused():
    draft = sample_draft()
    fact = draft.fact("part.mix").model_copy(update={"value": None})
    facts = tuple(fact if fact.id == old.id else old for old in draft.facts)
    with pytest.raises(DraftError, match="not known"):
        page_of(draft.model_copy(update={"facts": facts}))


def test_a_waterfall_that_only_falls_stays_inside_its_track():
    flat = Waterfall(
        start_label="Before", start="cpal", end_label="Now", end="cpal.prior", good_direction="down",
        steps=(Step(label="All", fact="part.mix"), Step(label="Rest", fact="part.mix")),
    )  # fmt: skip
    page = page_of(sample_draft(extra=(flat,)))
    edges = [(float(a), float(b)) for a, b in re.findall(r"left:([-\d.]+)%;width:([-\d.]+)%", page)]
    assert edges
    assert all(left >= 0 and width >= 0 and left + width <= 100 for left, width in edges)
