"""Confidential sources: no model outside this machine sees a snapshot that holds one."""

from datetime import UTC, datetime

import pytest
import yaml

from countersign.core.contracts import Snapshot
from countersign.core.settings import Settings
from countersign.core.workspace import Workspace
from flows.confidential import find_withheld

OUTSIDE = Settings(model_base_url="https://models.example.com/v1")


@pytest.fixture
def place(tmp_path):
    def place(**source):
        table = {"table": "crm_leads", "files": "data/x.csv", "columns": {"lead_id": "id"}}
        entry = {"description": "x", "tables": [table], **source}
        (tmp_path / "config").mkdir(exist_ok=True)
        (tmp_path / "config" / "sources.yaml").write_text(yaml.safe_dump({"sources": {"crm": entry}}))
        return Workspace(tmp_path)

    return place


def _snapshot(*sources):
    return Snapshot.model_construct(
        id="s1", as_of=datetime(2026, 11, 16, tzinfo=UTC), data_through=dict.fromkeys(sources)
    )


def test_a_confidential_source_keeps_outside_models_away(place):
    workspace = place(confidentiality="confidential")

    assert "crm may not be shown" in find_withheld(workspace, OUTSIDE, _snapshot("crm"))


def test_a_company_may_allow_it(place):
    workspace = place(confidentiality="confidential", allow_outside_models=True)

    assert find_withheld(workspace, OUTSIDE, _snapshot("crm")) == ""


@pytest.mark.parametrize("confidentiality", ["public", "internal"])
def test_other_sources_keep_nobody_away(place, confidentiality):
    assert find_withheld(place(confidentiality=confidentiality), OUTSIDE, _snapshot("crm")) == ""


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/v1", "http://[::1]:9/v1", "http://localhost:8080/v1"])
def test_a_model_on_this_machine_is_no_outside_model(place, url):
    settings = Settings(model_base_url=url)

    assert find_withheld(place(confidentiality="confidential"), settings, _snapshot("crm")) == ""


@pytest.mark.parametrize("url", ["http://127.0.0.1.example.com/v1", "http://localhost.example.com/v1"])
def test_a_name_that_looks_like_this_machine_is_outside(place, url):
    settings = Settings(model_base_url=url)

    assert find_withheld(place(confidentiality="confidential"), settings, _snapshot("crm"))


def test_a_source_that_nobody_lists_counts_as_confidential(place):
    assert "old_crm" in find_withheld(place(), OUTSIDE, _snapshot("crm", "old_crm"))


def test_without_a_model_nothing_is_withheld(place):
    assert find_withheld(place(confidentiality="confidential"), Settings(), _snapshot("crm")) == ""
