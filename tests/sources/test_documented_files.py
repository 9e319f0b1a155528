"""What the pages of docs/sources say to copy is copied here, and lands."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from countersign.core.workspace import Workspace
from countersign.sources.files import land_source, parse_sources
from countersign.sources.manual.recording import ENTRY
from countersign.sources.research.options import ResearchOptions
from tests.sources.sandboxed import KEY, landed_rows

DOCS = Path(__file__).resolve().parents[2] / "docs" / "sources"
LANDED_AT = datetime(2026, 11, 16, 6, tzinfo=UTC)


def blocks(page: str, kind: str) -> list[str]:
    """The code blocks of a page, of one kind."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def land(workspace: Workspace, page: str, name: str, file: str, *, number: int = -1) -> list[dict]:
    """Copy the page's CSV and YAML into a workspace and land them."""
    path = workspace.root / file
    path.parent.mkdir(parents=True)
    path.write_text(blocks(page, "csv")[0], encoding="utf-8")
    (workspace.config / "sources.yaml").write_text(blocks(page, "yaml")[number], encoding="utf-8")
    (batch,) = land_source(workspace, workspace.company(), name, landed_at=LANDED_AT, pseudonym_key=KEY)
    rows = landed_rows(workspace, batch.table)
    assert [row["_bad"] for row in rows if row["_bad"]] == []
    return rows


def test_the_documented_form_of_sales_lands(workspace):
    rows = land(workspace, "sales_feedback.md", "sales", "data/sales/form.csv")
    assert [(row["lead_id"], row["verdict"]) for row in rows] == [
        ("L-1001", "accepted"), ("L-1002", "rejected"), ("L-1002", "accepted"), ("L-1003", "rejected"),
    ]  # fmt: skip
    assert str(rows[0]["decided_at"]) == "2026-11-09 09:15:00", "Berlin is an hour ahead of UTC"


def test_the_documented_figures_land(workspace):
    rows = land(workspace, "manual_kpis.md", "manual_kpis", "data/manual/kpis.csv")
    assert len(rows) == 4
    assert rows[1]["value"] == Decimal("0.42")
    assert {row["entered_on"] for row in rows} == {date(2026, 10, 5), date(2026, 10, 9), date(2026, 11, 2)}


def test_the_documented_mapping_of_figures_is_the_one_that_write_adds():
    assert yaml.safe_load(blocks("manual_kpis.md", "yaml")[0]) == yaml.safe_load(f"sources:\n{ENTRY}")


def test_the_documented_rates_of_the_central_bank_land_without_its_holidays(workspace):
    rows = land(workspace, "exchange_rates.md", "exchange_rates", "data/exchange_rates/ecb.csv", number=0)
    assert [(row["base_currency"], row["currency"], row["rate_day"], row["rate"]) for row in rows] == [
        ("EUR", "CHF", date(2025, 12, 24), Decimal("0.9345")),
        ("EUR", "USD", date(2025, 12, 24), Decimal("1.1787")),
        ("EUR", "USD", date(2025, 12, 29), Decimal("1.1766")),
    ]


def test_the_documented_rates_of_a_plain_file_land_with_all_their_digits(workspace):
    path = workspace.root / "data" / "finance" / "rates.csv"
    path.parent.mkdir(parents=True)
    path.write_text('datum,waehrung,kurs\n30.11.2025,usd,"1,1576004321"\n', encoding="utf-8")
    (workspace.config / "sources.yaml").write_text(blocks("exchange_rates.md", "yaml")[1], encoding="utf-8")
    land_source(workspace, workspace.company(), "finance_rates", landed_at=LANDED_AT, pseudonym_key=KEY)
    (row,) = landed_rows(workspace, "fx_rates")
    assert (row["base_currency"], row["currency"], row["rate_day"]) == ("EUR", "USD", date(2025, 11, 30))
    assert row["rate"] == Decimal("1.1576004321")


def test_the_documented_export_of_reviews_lands(workspace):
    rows = land(workspace, "research.md", "review_export", "data/reviews/monday.csv")
    assert [(row["note_id"], row["rating"]) for row in rows] == [
        ("R-1", Decimal("0.8")),
        ("R-2", Decimal("0.4")),
    ]
    assert rows[0]["author_key"].startswith("au_")


def test_the_documented_list_of_pages_is_accepted():
    source = parse_sources(yaml.safe_load(blocks("research.md", "yaml")[0]))["voices"]
    options = ResearchOptions.model_validate(source.options)
    assert {page.take for page in options.pages} == {"reviews", "feed", "items", "text"}


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_every_yaml_on_a_page_is_yaml(page):
    for block in blocks(page, "yaml"):
        assert yaml.safe_load(block)
