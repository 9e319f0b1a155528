"""The report in Chromium: no accessibility violation, no overflow, no request, at 1440 and 390 px."""

import os
import shutil
from pathlib import Path

import pytest

from countersign.reports.html import render_html
from tests.reports.sample_draft import sample_draft
from tests.reports.undated_draft import undated_draft

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / ".cache" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
DRAFTS = {
    "report": sample_draft(),
    "recommendation": sample_draft(kind="recommendation"),
    "undated": undated_draft(),
}


def need(what: str, *, install: str) -> None:
    message = f"{what} is missing; install it with: {install}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        need("Chromium", install="apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(params=[(name, width) for name in DRAFTS for width in (1440, 390)], ids=str)
def page(request, browser, tmp_path):
    name, width = request.param
    file = tmp_path / "report.html"
    file.write_text(render_html(DRAFTS[name], company="Northlight & Co"), encoding="utf-8")
    opened = browser.new_page(viewport={"width": width, "height": 900})
    opened.asked = []
    opened.said = []
    opened.on("request", lambda asked: opened.asked.append(asked.url))
    opened.on("console", lambda said: opened.said.append(said.text))
    opened.goto(file.as_uri())
    yield opened
    opened.close()


def test_there_is_no_accessibility_violation(page):
    if not AXE.is_file():
        need("axe-core", install="npm install --prefix .cache/axe axe-core@4")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 20
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def test_nothing_overflows_and_nothing_is_asked_of_the_network(page):
    width = page.viewport_size["width"]
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    assert page.said == []


def test_the_fonts_are_the_embedded_ones(page):
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)")
    assert {family.strip('"') for family in loaded} == {"Inter", "Source Serif 4"}


def test_a_pill_leads_to_its_evidence(page):
    pill = page.locator("a.fn").first
    pill.click()
    target = page.evaluate("document.querySelector(':target').id")
    assert target == pill.get_attribute("href").removeprefix("#")
