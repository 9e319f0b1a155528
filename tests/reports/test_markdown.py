"""render_markdown and render_terminal: the same figures as the HTML, and names that stay names."""

import io
import re

import pytest
from rich.console import Console

from countersign.reports.markdown import escape_markdown, render_markdown
from countersign.reports.terminal import render_terminal
from tests.reports.sample_draft import sample_draft
from tests.reports.undated_draft import undated_draft


def terminal_text(draft, *, width=120) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(render_terminal(draft))
    return console.file.getvalue()


def test_every_footnote_that_is_cited_is_defined():
    text = render_markdown(sample_draft())
    cited = set(re.findall(r"\[\^(\d+)\](?!:)", text))
    defined = set(re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE))
    assert cited == defined == {str(number) for number in range(1, 10)}


def test_markdown_carries_the_figures_and_the_labels():
    text = render_markdown(sample_draft())
    assert text.startswith(
        "_Weekly performance, 9–15 November 2026, compared with 2–8 November_\n\n# Cost per"
    )
    assert "| Cost per accepted lead | €431.38[^1] | +13.4%[^1] (worse) | €380.31[^1] |" in text
    assert "**Not known:** Whether the rejected leads" in text
    assert "### Fix: Exclude regions outside sales coverage in Q3 2026 promo" in text


def test_tables_have_as_many_cells_as_heads():
    table = []
    for line in [*render_markdown(sample_draft()).splitlines(), ""]:
        if line.startswith("|"):
            table.append(len(re.findall(r"(?<!\\)\|", line)))
        elif table:
            assert len(set(table)) == 1
            table = []


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("<script>", r"\<script\>"),
        ("[x](http://y)", r"\[x\](http\://y)"),
        ("a|b", r"a\|b"),
        ("# big", r"\# big"),
        ("1. list", r"1\. list"),
        ("- list", r"\- list"),
        ("*bold* _x_ `y`", r"\*bold\* \_x\_ \`y\`"),
        ("&amp;", r"\&amp;"),
        ("a\n\nb", "a  b"),
    ],
)
def test_markdown_in_names_is_shown_as_it_stands(name, written):
    assert escape_markdown(name) == written


def test_a_name_with_markup_stays_in_its_cell():
    assert r"| Display \<b\>\{\{fact:cpal\}\}\</b\> |" in render_markdown(sample_draft())


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_shows_what_an_approver_must_read(width):
    text = " ".join(terminal_text(sample_draft(), width=width).split())
    for expected in (
        "€431.38",
        "Measured:",
        "Not known:",
        "Fix:",
        "HubSpot CRM",
        "countersign explain fact-",
    ):
        assert expected in text


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_narrow_terminal_folds_and_cuts_no_figure(width):
    assert "…" not in terminal_text(sample_draft(), width=width)


def test_the_terminal_never_reads_names_as_markup():
    names = {**sample_draft().names, "social": "[bold red]x[/bold red][link=file:///]"}
    assert "[bold red]x" in terminal_text(sample_draft().model_copy(update={"names": names}))


@pytest.mark.parametrize("render", [render_markdown, terminal_text])
def test_an_undated_draft_reads_well(render):
    text = render(undated_draft())
    assert "the data has no dates" in text
    assert "None" not in text
