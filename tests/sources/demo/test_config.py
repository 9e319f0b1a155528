"""The shipped config fits the demo company: every file lands, and nothing personal goes with it."""

import shutil
from datetime import UTC, datetime

import duckdb
import pytest

from countersign.core.workspace import open_workspace, shipped
from countersign.governance.policy import read_policy
from countersign.governance.roster import read_people
from countersign.sources.files import land_source, read_sources

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def landed(second_week, tmp_path_factory):
    """The whole demo company, both weeks, landed through its own mapping."""
    root = tmp_path_factory.mktemp("landed") / "workspace"
    shutil.copytree(second_week.root, root)
    workspace = open_workspace(root)
    company = workspace.company()
    for source in read_sources(workspace):
        land_source(workspace, company, source, landed_at=NOW)
    connection = duckdb.connect()
    connection.execute(f"set variable landing = '{workspace.landing}'")
    return connection


def rows_of(connection, table):
    return f"read_parquet(getvariable('landing') || '/*/{table}/*/rows.parquet', union_by_name = true)"


@pytest.mark.parametrize(
    "table",
    [
        "ad_performance", "web_sessions", "crm_leads", "crm_stage_changes", "crm_opportunities",
        "crm_activities", "sales_feedback",
    ],
)  # fmt: skip
def test_only_the_planted_cell_cannot_be_read(landed, table):
    rows, bad = landed.execute(f"select count(*), count(_bad) from {rows_of(landed, table)}").fetchone()

    assert rows > 1_000
    assert bad == (1 if table == "sales_feedback" else 0)


def test_every_lead_has_a_channel_and_a_stage_of_ours(landed):
    channels, unmapped = landed.execute(f"""
        select count(distinct channel), count(*) filter (where channel is null or stage is null)
        from {rows_of(landed, "crm_leads")}
    """).fetchone()

    assert (channels, unmapped) == (8, 0)


def test_paid_leads_name_a_campaign_that_the_platforms_know(landed):
    unknown = landed.execute(f"""
        select count(*) from {rows_of(landed, "crm_leads")} as leads
        where platform is not null and not exists (
            select 1 from {rows_of(landed, "ad_performance")} as ads
            where ads.platform = leads.platform and ads.campaign_id = leads.campaign_id
        )
    """).fetchone()

    assert unknown == (0,)


def test_contact_data_stays_outside_the_landing_area(landed, second_week):
    with (second_week.root / "data" / "crm" / "leads.csv").open() as file:
        file.readline()
        (
            _,
            _,
            email,
            phone,
            name,
            *_,
        ) = file.readline().split(",")
    rows = landed.execute(
        f"select count(*) from {rows_of(landed, 'crm_leads')} as lead where contains(lead::varchar, ?) "
        "or contains(lead::varchar, ?) or contains(lead::varchar, ?)",
        [email, phone, name],
    ).fetchone()

    assert "@" in email
    assert phone.startswith("+49")
    assert rows == (0,)


def test_somebody_can_approve_everything(demo):
    workspace = open_workspace(demo.root)
    policy = read_policy(workspace)
    roles = {role for person in read_people(workspace) for role in person.roles}

    for tier in policy.policies.tiers.values():
        assert roles & set(tier.approver_roles)
        assert tier.must_include is None or tier.must_include in roles


def test_shipped_config_holds_no_secret():
    for path in shipped("config").glob("*.yaml"):
        words = path.read_text(encoding="utf-8").lower()
        assert "api_key" not in words
        assert "password:" not in words


@pytest.mark.parametrize("room", ["agents", "countersign/analytics", "countersign/reports", "dbt_project"])
def test_no_room_that_judges_the_data_reads_the_truth(room):
    sources = [
        path
        for path in (shipped("config").parent / room).rglob("*")
        if path.suffix in {".py", ".sql", ".yaml", ".yml", ".md"}
    ]

    assert sources
    assert not [path for path in sources if "truth.json" in path.read_text(encoding="utf-8")]
