"""Microsoft Advertising from the sandbox: reports are ordered, fetched as zips, and every row lands once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from countersign.core.errors import SourceError
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.vendors import microsoft_ads as vendor
from countersign.sources.sandbox.world import world_of
from tests.sources.ad_platforms import outcomes
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
ACCOUNT = {"account_id": vendor.ACCOUNT, "customer_id": vendor.CUSTOMER}


def microsoft(**options):
    return source_of("microsoft_ads", since=SINCE, options={**ACCOUNT, **options})


def load(workspace, world, **said):
    source = said.pop("source", microsoft())
    return load_from_sandbox(workspace, "microsoft_ads", world, source=source, **said)


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
        select '44' || campaign_id as campaign_id, '44' || ad_group_id as ad_group_id, day,
            (spend / 10)::decimal(18, 2) as spend, impressions // 9 as impressions, clicks // 9 as clicks,
            (conversions / 8)::decimal(18, 2) as conversions
        from ad_days where platform = 'google_ads' and impressions >= 9 and day >= ? order by 1, 2, 3
        """,
        [SINCE],
    )
    rows = undisturbed["ad_performance"]
    assert [
        (
            row["campaign_id"], row["ad_group_id"], row["account_day"], row["spend"],
            row["impressions"], row["clicks"], row["platform_conversions"],
        )
        for row in rows
    ] == [tuple(row.values()) for row in known]  # fmt: skip
    assert {(row["account_id"], row["currency"], row["account_time_zone"]) for row in rows} == {
        (str(vendor.ACCOUNT), "EUR", "Europe/Berlin")
    }
    assert all(row["campaign_name"].startswith('Bing, "exact" | ') for row in rows)
    assert {row["_bad"] for row in rows} == {None}


def test_campaigns_can_be_read_whole(workspace, world, undisturbed):
    load(workspace, world, source=microsoft(level="campaign"))

    rows = landed_rows(workspace, "ad_performance")
    assert {row["ad_group_id"] for row in rows} == {""}
    assert sum(row["spend"] for row in rows) == sum(row["spend"] for row in undisturbed["ad_performance"])


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace, world):
    load(workspace, world)
    before = landed_batches(workspace, "ad_performance")
    load(workspace, world)

    assert landed_batches(workspace, "ad_performance") == before


def test_days_without_any_row_land_nothing(workspace, world):
    load(
        workspace,
        world,
        source=microsoft(),
        since=SINCE - timedelta(days=700),
        through=SINCE - timedelta(days=690),
    )

    assert landed_batches(workspace, "ad_performance") == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault("too_many_requests", "microsoft_ads", "/Submit"),
        Fault("server_error", "microsoft_ads", "/Poll", at=2, times=2),
        Fault("unavailable", "microsoft_ads", "/download"),
        Fault("cut_off", "microsoft_ads", "/download"),
        Fault("cut_off", "microsoft_ads", "/Poll"),
        Fault("token_expires", "microsoft_ads", "/Poll", at=2),
    ],
    ids=lambda fault: f"{fault.kind} {fault.path}",
)
def test_a_fault_does_not_show(workspace, world, undisturbed, fault):
    load(workspace, world, faults=[fault])

    assert snapshot_of(workspace) == undisturbed


def test_a_report_that_never_comes_whole_is_refused(workspace, world):
    with pytest.raises(SourceError, match="cannot be read"):
        load(workspace, world, faults=[Fault("cut_off", "microsoft_ads", "/download", times=99)])
    assert landed_batches(workspace, "ad_performance") == []


def test_no_secret_is_kept_anywhere(workspace, world, caplog):
    load(workspace, world, faults=[Fault("token_expires", "microsoft_ads", "/Poll", at=2)])

    for secret in ("sandbox-microsoft_ads-", "-session-"):
        assert files_with(workspace.root, secret) == []
        assert secret not in caplog.text


def test_real_report_rows_are_accepted(workspace, test_data):
    streams = airbyte_records(test_data, "bing-ads")
    account = {"currency": "USD", "time_zone": "America/Chicago"}
    read = {
        name: [{**record, "_account": account} for record in streams[name]]
        for name in ("ad_group_performance_report_daily", "campaign_performance_report_daily")
    }

    source = source_of("microsoft_ads", options=ACCOUNT)
    told = outcomes(workspace, "microsoft_ads", read, part="performance", source=source)

    assert {name: str(outcome) for name, outcome in told.items()} == dict.fromkeys(
        read, "1 accepted, 0 refused"
    )
    spend = {row["ad_group_id"]: row["spend"] for row in landed_rows(workspace, "ad_performance")}
    assert spend == {"": Decimal(0), "1356799861840328": Decimal("0.01")}
