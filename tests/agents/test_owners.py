"""Who acts on a finding: whom config/sources.yaml names, else nobody; never invented."""

import pytest

from agents.owners import area_of, find_owner, read_source_owners
from agents.performance.kinds import kind_of
from countersign.core.contracts import Finding
from countersign.core.workspace import Workspace

SOURCES = """
sources:
  search: {name: Search ads, owner: Search agency, tables: [
    {table: ad_performance, columns: {channel: {constant: Paid search}, platform: {constant: google_ads}}}]}
  social: {owner: Social team, tables: [{table: ad_performance, columns: {channel: {constant: Paid social}}}]}
  web: {owner: Web team, tables: [{table: web_sessions, columns: {}}]}
  crm: {owner: Sales operations, tables: [{table: crm_leads}, {table: crm_activities}]}
  verdicts: {owner: Head of sales, tables: [{table: sales_feedback}]}
"""


@pytest.fixture
def sources(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "sources.yaml").write_text(SOURCES)
    return read_source_owners(Workspace(tmp_path))


def finding(kind, metric="cost_per_lead", **place):
    return Finding(key="k", kind=kind, metric=metric, place=place, facts={}, severity="act", label="measured")


@pytest.mark.parametrize(
    ("found", "owner"),
    [
        (finding("waste", channel="Paid search", campaign="Brand"), "Search agency"),
        (finding("quality", "sales_acceptance_rate", channel="Paid social"), "Social team"),
        (
            finding("drop_off", "leads_per_click", channel="Paid search", step="Leads", of="Clicks"),
            "Web team",
        ),
        (finding("slow_follow_up", "share_within_promise", channel="Events"), "Head of sales"),
        (finding("waste", channel="Podcasts"), ""),
        (finding("change", "pipeline"), ""),
    ],
)
def test_the_source_of_a_finding_names_who_acts(sources, found, owner):
    assert find_owner(sources, area_of(found), finding=found) == owner


def test_what_the_crm_lacks_is_for_whoever_runs_it_and_not_for_those_who_call(sources):
    lost = finding("incident", "leads_per_web_conversion")

    assert find_owner(sources, kind_of("crm_sync_broken").area, finding=lost) == "Sales operations"
    assert find_owner(sources, kind_of("sales_stopped_following_up").area, finding=lost) == "Head of sales"


def test_a_workspace_without_sources_names_nobody(tmp_path):
    assert read_source_owners(Workspace(tmp_path)) == ()
    assert find_owner((), "media", finding=finding("waste", channel="Paid search")) == ""
