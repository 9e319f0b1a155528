"""A Postgres full of Fivetran's tables becomes a reconciled report: through the commands that people type."""

import json
import time
from datetime import date

import duckdb
import psycopg2
import pytest
import yaml
from typer.testing import CliRunner

from countersign.cli.app import app
from countersign.core.workspace import Workspace
from countersign.sources.demo.simulate import World
from tests.sources.adopted import fivetran_shop
from tests.sources.adopted.loader_tables import write_seeds
from tests.sources.adopted.loading import tell

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

UNTIL = date(2026, 11, 16)
WORLD = World(seed=7, scale=0.1, first_day=date(2026, 8, 24), anchor=UNTIL, until=UNTIL)
# What docs/sources/adopted.md defends: seeds that the gate sets aside, in part or whole.
DEFENDED = {("hubspot", "crm_activities"), ("tiktok_ads", "ad_performance")}
OWN_STAGES = {"198001": "sales_accepted", "198002": "disqualified"}


class Shop:
    """A workspace that adopted the Postgres, and what each step of it said and took."""

    def __init__(self, root, url, monkeypatch):
        self.workspace = Workspace(root)
        self.url = url.replace("+psycopg2", "")
        self.seconds = {}
        monkeypatch.setenv("COUNTERSIGN_SECRET_LAKE_URL", url)

    def run(self, *words):
        """One command; its output."""
        began = time.monotonic()
        result = CliRunner().invoke(app, [*words, "--workspace", str(self.workspace.root)])
        self.seconds[" ".join(words[:3])] = round(time.monotonic() - began, 1)
        assert result.exit_code == 0, result.output + str(result.exception)
        return result.output

    def ask(self, query):
        """Rows of the loader's Postgres."""
        with psycopg2.connect(self.url) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def mart(self, query):
        """Rows of the warehouse."""
        with duckdb.connect(str(self.workspace.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def answer_the_questions(self):
        """Say what only the company knows, where adopt left null."""
        path = self.workspace.config / "sources.yaml"
        said = yaml.safe_load(path.read_text())
        columns = said["sources"]["hubspot"]["columns"]
        columns["crm_leads"]["channel"]["values"]["OFFLINE"] = "Events"
        for table in ("crm_leads", "crm_stage_changes"):
            columns[table]["stage"]["values"] |= OWN_STAGES
        path.write_text(yaml.safe_dump(said))


@pytest.fixture
def office(postgres_url, tmp_path, monkeypatch):
    """Opens a workspace beside a Postgres that holds the tables of a DuckDB file."""

    def open_office(tables, currency="EUR"):
        fivetran_shop.empty_postgres(postgres_url)
        fivetran_shop.copy_to_postgres(tables, postgres_url, tmp_path)
        shop = Shop(tmp_path / "office", postgres_url, monkeypatch)
        root = str(shop.workspace.root)
        said = ["init", root, "--currency", currency, "--time-zone", "Europe/Berlin"]
        result = CliRunner().invoke(app, said)
        assert result.exit_code == 0, result.output
        return shop

    return open_office


@pytest.fixture
def shop(office, tmp_path):
    return office(fivetran_shop.write_shop(tmp_path / "shop.duckdb", WORLD))


def test_a_team_comes_from_its_postgres_to_a_report_that_reconciles(shop):
    said = shop.run("data", "adopt", "lake")
    shop.answer_the_questions()
    shop.run("data", "load", "--as-of", str(UNTIL))
    shop.run("run", "weekly", "--as-of", str(UNTIL))

    assert "OFFLINE" in said
    assert "198001" in said
    tell(str(shop.seconds))
    _check_spend(shop)
    _check_leads(shop)
    proposals = json.loads(shop.run("review", "list", "--json"))
    assert {one["agent"] for one in proposals} >= {"reporting"}


def test_what_fivetran_changes_later_is_what_the_next_load_changes(shop):
    shop.run("data", "adopt", "lake")
    shop.run("data", "load", "--as-of", str(UNTIL))
    assert "Nothing new" in shop.run("data", "load", "--as-of", str(UNTIL))

    with psycopg2.connect(shop.url) as connection, connection.cursor() as cursor:
        cursor.execute("delete from google_ads.campaign_stats where date = '2026-11-15'")
        cursor.execute(
            "update google_ads.campaign_stats set cost_micros = cost_micros + 1000000,"
            " _fivetran_synced = _fivetran_synced + interval '1 hour' where date = '2026-11-14'"
        )
    shop.run("data", "load", "--as-of", str(UNTIL))

    spent = shop.mart("select sum(spend) from raw.ad_performance where platform = 'google_ads'")
    assert spent == shop.ask("select sum(cost_micros) / 1000000.0 from google_ads.campaign_stats")
    assert not shop.mart(
        "select 1 from raw.ad_performance where platform = 'google_ads' and account_day = '2026-11-15'"
    )


def test_all_seeds_go_from_postgres_into_the_warehouse(office, tmp_path, test_data):
    shop = office(write_seeds(test_data, tmp_path / "seeds.duckdb"), currency="USD")
    shop.run("data", "adopt", "lake")
    words = ["data", "load", "--as-of", str(UNTIL), "--json", "--workspace", str(shop.workspace.root)]
    batches = json.loads(CliRunner().invoke(app, words).output)

    for batch in batches:
        landed, promoted = batch["rows_landed"], batch["rows_promoted"]
        why = "; ".join(
            one["reason"] for one in batch["outcomes"] if not one["passed"] and one["severity"] == "critical"
        )
        line = f"{batch['source']:<26}{batch['table']:<19}{batch['state']:<12}{landed:>5}{promoted:>5}  {why}"
        tell(line)
    assert len({batch["source"] for batch in batches}) == 16
    set_aside = {(one["source"], one["table"]) for one in batches if one["rows_quarantined"]}
    assert set_aside == DEFENDED


def _check_spend(shop):
    spent = shop.ask("""
        select 'Paid search', sum(cost_micros) / 1000000.0 from google_ads.campaign_stats
        union all select 'Paid social', sum(spend::numeric) from facebook_ads.basic_ad
        union all
        select 'LinkedIn ads', sum(cost_in_local_currency) from linkedin_ads.ad_analytics_by_campaign
    """)
    mart = (
        "select channel, sum(spend_reporting) as spent from marts.channel_week group by all having spent > 0"
    )
    assert {name: round(amount, 2) for name, amount in shop.mart(mart)} == {
        name: round(amount, 2) for name, amount in spent
    }


def _check_leads(shop):
    known = shop.ask("select count(*) from hubspot.contact where not _fivetran_deleted and id <> 499999")
    assert shop.mart("select sum(leads) from marts.channel_week") == known
    by_channel = dict(shop.mart("select channel, sum(leads) from marts.channel_week group by channel"))
    told = dict(
        shop.ask("select property_hs_analytics_source, count(*) from hubspot.contact group by 1 order by 1")
    )
    assert by_channel["Paid search"] == told["PAID_SEARCH"]
    assert by_channel["Events"] == told["OFFLINE"]
    assert by_channel["Paid social"] + by_channel["LinkedIn ads"] == told["PAID_SOCIAL"]
