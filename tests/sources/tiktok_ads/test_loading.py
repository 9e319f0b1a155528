"""TikTok ads from the sandbox: what goes wrong inside an HTTP 200 does not show, or is refused in words."""

from datetime import timedelta

import pytest

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.vendors import tiktok_ads as vendor
from countersign.sources.sandbox.world import world_of
from countersign.sources.tiktok_ads.answers import read_answer
from countersign.sources.tiktok_ads.streams import TikTokOptions, account_of, with_account
from tests.sources.ad_platforms import outcomes
from tests.sources.connecting.listening import answer, listening
from tests.sources.sandboxed import (
    airbyte_records,
    files_with,
    landed_batches,
    landed_rows,
    load_from_sandbox,
    small_world,
    snapshot_of,
    source_of,
)

WORLD = small_world(weeks=6, scale=0.3)
# Two weeks are read, so that the many loads of this file stay quick.
SINCE = WORLD.until - timedelta(weeks=2)
ACCOUNT = {"advertiser_id": vendor.ADVERTISER}


def tiktok(**options):
    return source_of("tiktok_ads", since=SINCE, options={**ACCOUNT, **options})


def load(workspace, world, **said):
    return load_from_sandbox(workspace, "tiktok_ads", world, source=said.pop("source", tiktok()), **said)


@pytest.fixture(scope="module")
def world():
    with world_of(WORLD) as known:
        yield known


@pytest.fixture(scope="module")
def undisturbed(new_workspace, world):
    """What a load without faults gives."""
    found = new_workspace()
    load(found, world)
    return snapshot_of(found)


def test_every_ad_group_and_day_lands_with_its_figures(world, undisturbed):
    known = world.rows(
        """
        select '17' || campaign_id as campaign_id, campaign, '17' || ad_group_id as ad_group_id, day,
            (spend / 5)::decimal(18, 2) as spend, impressions // 4 as impressions, clicks // 4 as clicks,
            floor(conversions / 4)::bigint as conversions
        from ad_days where platform = 'meta_ads' and impressions >= 4 and day >= ? order by 1, 3, 4
        """,
        [SINCE],
    )
    rows = undisturbed["ad_performance"]
    assert [
        (
            row["campaign_id"], row["campaign_name"], row["ad_group_id"], row["account_day"], row["spend"],
            row["impressions"], row["clicks"], row["platform_conversions"],
        )
        for row in rows
    ] == [tuple(row.values()) for row in known]  # fmt: skip
    assert {(row["account_id"], row["currency"], row["account_time_zone"]) for row in rows} == {
        (vendor.ADVERTISER, "EUR", "Europe/Berlin")
    }
    assert {(row["platform_conversion_value"], row["_bad"]) for row in rows} == {(None, None)}


def test_the_value_of_conversions_can_be_asked_for(workspace, world):
    load(workspace, world, source=tiktok(value_metric="total_complete_payment_rate"))

    for row in landed_rows(workspace, "ad_performance"):
        assert row["platform_conversion_value"] == row["platform_conversions"] * 80


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace, world):
    load(workspace, world)
    before = landed_batches(workspace, "ad_performance")
    load(workspace, world)

    assert landed_batches(workspace, "ad_performance") == before


@pytest.mark.parametrize(
    "fault",
    [
        Fault("too_many_requests", "tiktok_ads", "/get/"),
        Fault("server_error", "tiktok_ads", "/get/", at=2, times=2),
        Fault("unavailable", "tiktok_ads", "/info/"),
        Fault("cut_off", "tiktok_ads", "/get/", at=2),
        Fault("page_twice", "tiktok_ads", "/get/"),
    ],
    ids=lambda fault: fault.kind,
)
def test_a_fault_does_not_show(workspace, world, undisturbed, fault, monkeypatch):
    monkeypatch.setattr(vendor, "LARGEST_PAGE", 15)
    load(workspace, world, faults=[fault])

    assert snapshot_of(workspace) == undisturbed


def test_pages_that_never_agree_are_refused(workspace, world, monkeypatch):
    monkeypatch.setattr(vendor, "LARGEST_PAGE", 15)
    with pytest.raises(SourceError, match="changed its report while we read it"):
        load(workspace, world, faults=[Fault("page_twice", "tiktok_ads", "/get/", times=99)])
    assert landed_batches(workspace, "ad_performance") == []


@pytest.mark.parametrize("code", [40100, 50000, 50002, 51010])
def test_a_code_that_asks_for_patience_inside_http_200_is_waited_out(code):
    with listening(answer({"code": code, "message": "x"}), answer({"code": 0, "data": {}})) as server:
        assert api_at(server.url).get("/x")["code"] == 0


@pytest.mark.parametrize(
    ("code", "fix"), [(40105, "secrets and the scopes"), (40002, "the source's options"), (50000, "patience")]
)
def test_a_code_inside_http_200_is_a_refusal(code, fix):
    with listening(answer({"code": code, "message": "no"})) as server, pytest.raises(SourceError, match=fix):
        api_at(server.url).get("/x")


def test_a_token_that_ran_out_is_refused_in_words_and_kept_nowhere(workspace, world, caplog):
    with pytest.raises(SourceError, match="renew the token if it ran out") as refused:
        load(workspace, world, faults=[Fault("token_expires", "tiktok_ads", "/get/", at=2)])
    load(workspace, world)

    assert files_with(workspace.root, "sandbox-tiktok_ads-access_token") == []
    assert "sandbox-tiktok_ads-access_token" not in caplog.text + str(refused.value)


def test_an_advertiser_that_the_token_does_not_know_is_refused(workspace, world):
    with pytest.raises(SourceError, match="does not know the advertiser"):
        load(workspace, world, source=tiktok(advertiser_id="7"))


def test_real_report_records_are_accepted(workspace, test_data):
    streams = airbyte_records(test_data, "tiktok-marketing")
    options = TikTokOptions(**ACCOUNT)
    account = account_of(streams["advertisers"][0])
    # Other levels and totals are the same spend in another cut; without an ad group they are refused.
    read = {
        name: [with_account(record, account, options) for record in streams[name]]
        for name in ("ad_groups_reports_daily", "campaigns_reports_daily", "ad_groups_reports_lifetime")
    }

    told = outcomes(
        workspace, "tiktok_ads", read, part="report", source=source_of("tiktok_ads", options=ACCOUNT)
    )

    assert {name: str(outcome) for name, outcome in told.items()} == {
        "ad_groups_reports_daily": "3 accepted, 0 refused",
        "campaigns_reports_daily": "0 accepted, 3 refused",
        "ad_groups_reports_lifetime": "0 accepted, 3 refused",
    }
    row = next(
        row for row in landed_rows(workspace, "ad_performance") if row["ad_group_id"] and row["account_day"]
    )
    assert (str(row["account_day"]), row["spend"], row["clicks"]) == ("2021-10-20", 20, 53)
    assert (row["currency"], row["account_time_zone"]) == ("USD", "Etc/GMT+8")


def api_at(url):
    return Api(
        "TikTok", url, auth=None, attempts=3, backoff_s=0.01, requests_per_second=0, reading=read_answer
    )
