"""Tables that dlt itself wrote: lists of a record lie in tables of their own, and still come together."""

from decimal import Decimal

import dlt
import pytest

from countersign.sources.adopted.files_store import DuckDBStore
from countersign.sources.adopted.recognising import survey_tables
from tests.sources.adopted.loading import land, only, refused, rows_of


@pytest.fixture
def loaded(tmp_path):
    """A DuckDB file that dlt filled with records as its verified sources yield them."""
    target = tmp_path / "lake.duckdb"
    pipeline = dlt.pipeline(
        "lake",
        destination=dlt.destinations.duckdb(str(target)),
        dataset_name="marketing",
        pipelines_dir=str(tmp_path / "pipelines"),
    )
    pipeline.run(CONTACTS, table_name="contacts")
    pipeline.run(DEALS, table_name="deals")
    pipeline.run(INSIGHTS, table_name="facebook_insights")
    return target


CONTACTS = [
    {"id": "11", "hs_object_id": "11", "createdate": "2026-10-01T08:00:00Z", "email": "a@example.com",
     "lifecyclestage": "lead", "hs_analytics_source": "PAID_SOCIAL", "is_deleted": False,
     "deals": [{"value": "11", "deals_id": "900"}]},
    {"id": "12", "hs_object_id": "12", "createdate": "2026-10-02T08:00:00Z", "email": "b@example.com",
     "lifecyclestage": "lead", "hs_analytics_source": "PAID_SOCIAL", "is_deleted": True, "deals": []},
]  # fmt: skip
DEALS = [
    {"id": "900", "dealstage": "won", "createdate": "2026-10-05T08:00:00Z", "amount": "1200.50",
     "hs_is_closed": True, "hs_is_closed_won": True, "closedate": "2026-10-20T08:00:00Z"},
]  # fmt: skip
INSIGHTS = [
    {"campaign_id": "5", "adset_id": "6", "ad_id": "7", "date_start": "2026-10-01", "spend": "12.34",
     "impressions": "100", "clicks": "9", "actions": [{"action_type": "lead", "value": "2"},
                                                      {"action_type": "link_click", "value": "9"}]},
    {"campaign_id": "5", "adset_id": "6", "ad_id": "8", "date_start": "2026-10-01", "spend": "0.66",
     "impressions": "10", "clicks": "1", "actions": []},
]  # fmt: skip


def test_both_vendors_are_recognised_in_one_dataset(loaded, tmp_path):
    store = DuckDBStore(loaded, tmp_path)
    survey = survey_tables(store.tables())
    store.close()

    assert {(one.loader, one.vendor, one.schema) for one in survey.recognised} == {
        ("dlt", "hubspot", "marketing"),
        ("dlt", "facebook_ads", "marketing"),
    }
    assert survey.not_understood == ()


def test_a_deal_finds_its_contact_through_the_list(workspace, loaded):
    said = {"crm_opportunities": {"currency": {"constant": "EUR"}}}
    batches = land(workspace, loaded, "dlt", "hubspot", schema="marketing", columns=said)

    (deal,) = rows_of(workspace, only(batches, "crm_opportunities"))
    assert (deal["lead_id"], deal["amount"], deal["is_won"]) == ("11", Decimal("1200.50"), True)
    assert [row["lead_id"] for row in rows_of(workspace, only(batches, "crm_leads"))] == ["11"]
    assert [row["record_id"] for row in rows_of(workspace, only(batches, "crm_removals"))] == ["12"]


def test_leads_of_an_ad_are_counted_from_the_list(workspace, loaded):
    said = {"ad_performance": {"currency": {"constant": "EUR"}}}
    batch = only(
        land(workspace, loaded, "dlt", "facebook_ads", schema="marketing", columns=said), "ad_performance"
    )

    (day,) = rows_of(workspace, batch)
    assert refused(workspace, batch) == []
    assert (day["spend"], day["clicks"], day["platform_conversions"]) == (Decimal("13.00"), 10, 2)
