"""What every connector brings: a page to switch it on with, tests, a sandbox, a mapping that fits."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from countersign.cli.data import app
from countersign.core.settings import source_secret_name
from countersign.sources.connecting.listing import adopted_vendors, list_connectors, render_connectors
from countersign.sources.connecting.registry import connector_names, find_connector
from countersign.sources.files.sources_file import parse_sources

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "sources"
MARK = "<!-- Made by `countersign data connectors --markdown`; a test compares. -->\n\n"
# A section of its own, or a paragraph that begins with the level.
PROVED = r"(?mi)^(?:##+ How far it is proved|(?=\*\*(?:live|recorded|specification-tested|sandbox only)\b))"
ENTRIES = {entry.name: entry for entry in list_connectors()}
NAMES = pytest.mark.parametrize("name", connector_names())
# Connectors that no vendor module of the sandbox speaks to, and why.
WITHOUT_SANDBOX = {
    "research": "it fetches no private address, and the sandbox listens on loopback",
    "ga4_export": "it reads files; the sandbox writes them",
}


def page(name: str) -> str:
    path = DOCS / ENTRIES[name].page
    assert path.is_file(), f"{name} has no page docs/sources/{path.name}"
    return path.read_text(encoding="utf-8")


def test_the_index_lists_what_there_is():
    _, _, lists = (DOCS / "README.md").read_text(encoding="utf-8").partition(MARK)
    assert lists == render_connectors(), (
        f"replace what follows {MARK.strip()!r} in docs/sources/README.md by what "
        "`countersign data connectors --markdown` prints"
    )


def test_the_index_leads_to_every_page_and_no_further():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([a-z0-9_]+\.md)\)", index))
    there = {path.name for path in DOCS.glob("*.md")} - {"README.md"}
    assert there - linked == set(), "pages that the index does not name"
    assert linked - there == set(), "pages that the index names and nobody wrote"


@NAMES
def test_a_connector_has_a_page_to_switch_it_on_with(name):
    text = page(name)
    assert re.search(r"^# \S", text)
    assert re.search(r"```yaml\n[^`]*sources:", text), "no YAML to copy"
    assert f"connector: {name}" in text
    assert re.search(PROVED, text)
    assert [table for table in ENTRIES[name].tables if table not in text] == []


@NAMES
def test_the_page_names_the_secrets(name):
    text, prefix = page(name), source_secret_name(name, "")
    secrets = [secret.variable.removeprefix(prefix) for secret in ENTRIES[name].secrets]
    assert [secret for secret in secrets if not re.search(rf"(?<![A-Z]){secret}\b", text)] == []
    assert not secrets or prefix in text, "not one whole variable to copy"


@NAMES
def test_the_page_calls_the_proof_what_it_is(name):
    _, *sections = re.split(PROVED, page(name))
    assert any(ENTRIES[name].proof in section.lower() for section in sections)
    assert ENTRIES[name].proof_note


@NAMES
def test_a_connector_is_tested_and_has_a_sandbox_or_a_reason(name):
    assert list((ROOT / "tests" / "sources" / name).glob("test_*.py")), "no tests"
    has_sandbox = (ROOT / "countersign/sources/sandbox/vendors" / f"{name}.py").is_file()
    assert has_sandbox != (name in WITHOUT_SANDBOX)


@NAMES
def test_the_shipped_mapping_fits_the_landed_tables_and_the_parts_that_are_read(name):
    entry = {"description": "Any.", "connector": name, "since": date(2026, 1, 1)}
    source = parse_sources({"sources": {name: entry}})[name]
    parts = {part for stream in find_connector(name).streams for part in stream.parts}
    if parts:
        assert {table.files.partition("/")[0] for table in source.tables} <= parts


def test_the_command_says_the_same_as_the_index():
    listed = json.loads(CliRunner().invoke(app, ["connectors", "--json"]).output)
    assert [one["name"] for one in listed] == connector_names()
    (hubspot,) = [one for one in listed if one["name"] == "hubspot"]
    assert hubspot["secrets"][0]["variable"] == "COUNTERSIGN_SECRET_HUBSPOT_ACCESS_TOKEN"
    assert "crm_leads" in hubspot["tables"]
    shown = CliRunner().invoke(app, ["connectors"]).output
    assert [one["name"] for one in listed if one["page"] not in shown] == []


def test_adopted_vendors_are_listed_by_loader():
    assert {"fivetran", "airbyte", "dlt"} <= set(adopted_vendors())
