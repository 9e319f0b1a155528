"""Mappings that tests start from."""


def ads(**changes) -> dict:
    """ad_performance from data/ads.csv with columns id, day, cost."""
    columns = {
        "platform": {"constant": "google_ads"},
        "account_id": {"constant": ""},
        "campaign_id": "id",
        "ad_group_id": {"constant": ""},
        "account_day": "day",
        "spend": "cost",
        **changes.pop("columns", {}),
    }
    return {
        "table": "ad_performance",
        "files": "data/ads.csv",
        "currency": "EUR",
        "columns": columns,
        **changes,
    }


def leads(**changes) -> dict:
    """crm_leads from data/leads.csv with column id."""
    columns = {"lead_id": "id", **changes.pop("columns", {})}
    return {"table": "crm_leads", "files": "data/leads.csv", "columns": columns, **changes}
