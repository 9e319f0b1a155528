"""Fivetran's seeds, as its dbt packages ship them: every row lands, or is refused for a reason."""

from decimal import Decimal

import pytest

from countersign.sources.adopted.shipped import vendors_of
from tests.sources.adopted.loader_tables import seed_rows
from tests.sources.adopted.loading import land, only, refused, rows_of, tell

SCHEMAS = {"linkedin_ads": "linkedin", "microsoft_ads": "ad_reporting", "tiktok_ads": "ad_reporting"}
# What docs/sources/adopted.md defends, by vendor and table: refused rows and why.
DEFENDED = {
    ("tiktok_ads", "ad_performance"): (2, "no currency"),
    ("facebook_ads", "ad_performance"): (10, "no currency"),
}


@pytest.mark.parametrize("vendor", vendors_of("fivetran"))
def test_every_row_lands_or_is_refused_for_a_defended_reason(workspace, seeds, vendor):
    batches = land(workspace, seeds, "fivetran", vendor, schema=SCHEMAS.get(vendor, vendor))

    assert batches
    for batch in batches:
        why = refused(workspace, batch)
        kept = f"{batch.rows_landed:>4} rows, {batch.rows_landed - len(why):>4} accepted"
        tell(f"{vendor:<14}{batch.table:<20}{batch.file:<28}{kept}  {', '.join(sorted(set(why)))}")
        expected, reason = DEFENDED.get((vendor, batch.table), (0, ""))
        assert len(why) == expected
        assert set(why) <= {reason}


def test_a_company_that_says_its_currency_has_all_of_meta(workspace, seeds, test_data):
    said = {"ad_performance": {"currency": {"constant": "EUR"}}}
    batch = only(
        land(workspace, seeds, "fivetran", "facebook_ads", schema="facebook_ads", columns=said),
        "ad_performance",
    )

    assert refused(workspace, batch) == []
    ads = seed_rows(test_data, "dbt_facebook_ads", "facebook_ads_basic_ad_data")
    assert _sum(rows_of(workspace, batch), "spend") == sum(Decimal(row["spend"]) for row in ads)


def test_micros_of_google_end_as_exact_money(workspace, seeds, test_data):
    batch = only(land(workspace, seeds, "fivetran", "google_ads", schema="google_ads"), "ad_performance")

    stats = seed_rows(test_data, "dbt_google_ads", "campaign_stats_data")
    micros = sum(int(row["cost_micros"]) for row in stats)
    assert _sum(rows_of(workspace, batch), "spend") == Decimal(micros) / 1_000_000


def test_money_of_microsoft_and_linkedin_is_no_micros(workspace, seeds, test_data):
    microsoft = land(workspace, seeds, "fivetran", "microsoft_ads", schema="ad_reporting")
    linkedin = land(workspace, seeds, "fivetran", "linkedin_ads", schema="linkedin")

    folder, name = "dbt_ad_reporting", "microsoft_ads_campaign_performance_daily_report_data"
    days = seed_rows(test_data, folder, name)
    spent = sum(Decimal(row["spend"]) for row in days)
    assert _sum(rows_of(workspace, microsoft[0]), "spend") == spent
    days = seed_rows(test_data, "dbt_linkedin", "linkedin_ad_analytics_by_campaign_data")
    spent = sum(Decimal(row["cost_in_local_currency"] or 0) for row in days)
    assert _sum(rows_of(workspace, linkedin[0]), "spend") == spent


def test_an_opened_message_is_no_click(workspace, seeds):
    (batch,) = land(workspace, seeds, "fivetran", "linkedin_ads", schema="linkedin")

    rows = rows_of(workspace, batch)
    assert max(row["clicks"] for row in rows) == 4
    assert all(row["clicks"] <= row["impressions"] for row in rows)


def test_a_deleted_ticket_is_left_out(workspace, seeds, test_data):
    batch = only(land(workspace, seeds, "fivetran", "zendesk", schema="zendesk"), "support_tickets")

    tickets = seed_rows(test_data, "dbt_zendesk", "ticket_data")
    kept = {f"zendesk:{row['id']}" for row in tickets if row["status"] != "deleted"}
    assert {row["ticket_id"] for row in rows_of(workspace, batch)} == kept
    assert len(kept) < len(tickets)


def test_merged_and_deleted_leads_of_marketo_are_removals(workspace, seeds, test_data):
    batches = land(workspace, seeds, "fivetran", "marketo", schema="marketo")

    merges = seed_rows(test_data, "dbt_marketo", "marketo_activity_merge_leads_data")
    gone = {one.strip(" []") for row in merges for one in row["merge_ids"].split(",")} - {""}
    removed = [row for batch in batches if batch.table == "crm_removals" for row in rows_of(workspace, batch)]
    assert {row["record_id"] for row in removed if row["removal"] == "merged"} == gone
    assert sum(row["removal"] == "deleted" for row in removed) == len(
        {row["lead_id"] for row in seed_rows(test_data, "dbt_marketo", "marketo_activity_delete_lead_data")}
    )


def test_one_conversation_lands_however_often_it_changed(workspace, seeds, test_data):
    batch = only(land(workspace, seeds, "fivetran", "intercom", schema="intercom"), "support_tickets")

    history = seed_rows(test_data, "dbt_intercom", "conversation_history_data")
    by_time = sorted(history, key=lambda row: row["updated_at"])
    newest = {f"intercom:{row['id']}": row["updated_at"] for row in by_time}
    landed = {row["ticket_id"]: f"{row['updated_at']}" for row in rows_of(workspace, batch)}
    assert landed == newest
    assert len(history) > len(newest)


def _sum(rows, column):
    return sum(row[column] for row in rows)
