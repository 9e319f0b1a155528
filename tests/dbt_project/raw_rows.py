"""Raw warehouses made by hand: small enough to know every mart's answer."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Company, Workspace
from expectations.changed_days import forget_builds
from expectations.promotion import create_raw_tables

# Monday 16 March 2026, 00:00 in Berlin: the week of 9 March has just ended.
AS_OF = datetime(2026, 3, 15, 23, tzinfo=UTC)

COMPANY = Company(name="Tiny Company", reporting_currency="EUR", time_zone="Europe/Berlin")

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def write_raw(workspace: Workspace, rows: Rows) -> None:
    """Create the raw and quality tables and insert rows, naming only the columns that matter.

    Nothing notes the days of rows that are written like this, so the next build starts from nothing.
    """
    with open_warehouse(workspace) as connection:
        create_raw_tables(connection)
        forget_builds(connection)
        for table, some in rows.items():
            for number, row in enumerate(some, start=1):
                named = dict(row)
                if table.startswith("raw."):
                    named = {"_source": "files", "_batch_id": "b1", "_row": number, **named}
                names = ", ".join(named)
                marks = ", ".join("?" for _ in named)
                connection.execute(f"insert into {table} ({names}) values ({marks})", list(named.values()))


def ad(day: str, spend: str, **other: Any) -> dict[str, Any]:
    """One row of ad performance: a day of the campaign Brand on google_ads in Paid search."""
    return {
        "platform": "google_ads", "account_id": "a", "campaign_id": "c1", "campaign_name": "Brand",
        "ad_group_id": "", "account_day": day, "channel": "Paid search", "currency": "EUR",
        "spend": spend, "impressions": 1000, "clicks": 100, "platform_conversions": 3, **other,
    }  # fmt: skip


def batch(**other: Any) -> dict[str, Any]:
    """One row of quality.batches."""
    return {
        "batch_id": "b1", "source": "files", "landed_table": "ad_performance", "file": "data/ads.csv",
        "content_hash": "c", "mapping_hash": "m", "landed_at": "2026-03-15 06:00:00",
        "gated_at": "2026-03-15 06:01:00", "rows_landed": 5, "rows_promoted": 5, "rows_quarantined": 0,
        "rows_withdrawn": 0, "state": "promoted", "quality": "passed", "checks_total": 9,
        "checks_passed": 9, "warnings_failed": 0, "data_from": "2026-03-02", "data_through": "2026-03-09",
        "outcomes": "[]", **other,
    }  # fmt: skip


TINY: Rows = {
    "raw.ad_performance": [
        ad("2026-03-02", "100"),
        ad("2026-03-08", "50.5"),
        ad("2026-03-09", "60"),
        ad("2026-03-04", "40", platform="Meta", campaign_id="c2", campaign_name="Faces",
           channel=" Paid social ", platform_conversions=5),
        ad("2026-03-16", "999"),  # at as_of
    ],
    "raw.single_ad_performance": [
        {"platform": "google_ads", "account_id": "a1", "campaign_id": "c1", "ad_group_id": "g1",
         "ad_id": "d1", "ad_text": "Sensors from stock", "account_day": "2026-03-02", "currency": "EUR",
         "spend": "60", "impressions": 900, "clicks": 40, "platform_conversions": 2},
    ],
    "raw.web_sessions": [
        # 00:30 on Monday in Berlin
        {"session_key": "s1", "started_at": "2026-03-01 23:30:00", "channel": "Paid search",
         "conversions": 1},
        {"session_key": "s2", "started_at": "2026-03-03 10:00:00", "channel": "Paid search",
         "conversions": 0},
        {"session_key": "s3", "started_at": "2026-03-03 10:00:00", "channel": None, "conversions": 0},
        {"session_key": "s4", "started_at": "2026-03-15 23:00:00", "channel": "Paid search"},  # at as_of
    ],
    "raw.crm_leads": [
        {"lead_id": "L1", "created_at": "2026-03-02 08:00:00", "channel": "Paid search",
         "lead_source": "Google", "platform": "google_ads", "campaign_id": "c1", "stage": "opportunity"},
        # 00:30 on Monday 9 March in Berlin
        {"lead_id": "L2", "created_at": "2026-03-08 23:30:00", "channel": "Paid search",
         "lead_source": "Google", "platform": "google_ads", "campaign_id": "c1", "stage": "disqualified"},
        {"lead_id": "L3", "created_at": "2026-03-04 08:00:00", "channel": "Paid social",
         "lead_source": "Meta", "stage": "sales_accepted"},
        {"lead_id": "L4", "created_at": "2026-03-05 08:00:00", "channel": " ", "stage": "sql",
         "is_event_lead": True},
        {"lead_id": "L5", "channel": "Paid search", "lead_source": "Google", "stage": "lead"},  # undated
        {"lead_id": "L6", "created_at": "2026-03-15 23:00:00", "channel": "Paid search"},  # at as_of
        {"lead_id": "L7", "created_at": "2026-03-03 08:00:00", "channel": "Paid search",
         "lead_source": "Google", "stage": "disqualified"},
        {"lead_id": "L8", "created_at": "2026-03-03 08:00:00", "channel": "Paid search",
         "lead_source": "Google", "stage": "disqualified"},
    ],
    "raw.crm_stage_changes": [
        {"lead_id": "L3", "stage": "mql", "from_stage": "lead", "changed_at": "2026-03-04 09:00:00"},
        {"lead_id": "L3", "stage": "sales_accepted", "from_stage": "mql",
         "changed_at": "2026-03-16 09:00:00"},
        {"lead_id": "L7", "stage": "mql", "from_stage": "lead", "changed_at": "2026-03-03 09:00:00"},
        {"lead_id": "L7", "stage": "disqualified", "from_stage": "mql",
         "changed_at": "2026-03-06 09:00:00"},
    ],
    "raw.crm_opportunities": [
        {"opportunity_id": "O1", "lead_id": "L1", "created_at": "2026-03-05 09:00:00",
         "closed_at": "2026-03-12 09:00:00", "is_won": True, "amount": "5000", "currency": "EUR"},
        {"opportunity_id": "O2", "lead_id": "L4", "closed_at": "2026-03-11 09:00:00", "is_won": True,
         "amount": "700", "currency": "EUR"},
        {"opportunity_id": "O3", "created_at": "2026-03-10 09:00:00"},
        {"opportunity_id": "O4", "lead_id": "L1", "created_at": "2026-03-06 09:00:00",
         "closed_at": "2026-03-20 09:00:00", "is_won": True, "amount": "900", "currency": "EUR"},
    ],
    "raw.crm_activities": [
        {"activity_id": "A0", "lead_id": "L1", "occurred_at": "2026-03-01 08:00:00"},
        {"activity_id": "A1", "lead_id": "L1", "occurred_at": "2026-03-02 10:00:00"},
        {"activity_id": "A2", "lead_id": "L3", "occurred_at": "2026-03-06 08:00:00"},
        {"activity_id": "A3", "lead_id": "L7", "occurred_at": "2026-03-04 12:00:00"},
    ],
    "raw.sales_feedback": [
        {"lead_id": "L1", "verdict": "rejected", "reason": "No answer", "decided_at": "2026-03-03 08:00:00"},
        {"lead_id": "L1", "verdict": "accepted", "decided_at": "2026-03-04 08:00:00"},
        {"lead_id": "L2", "verdict": "rejected", "reason": "Too small", "decided_at": "2026-03-10 08:00:00"},
    ],
    "quality.batches": [batch()],
}  # fmt: skip

LEADS_ONLY: Rows = {
    "raw.crm_leads": [
        {"lead_id": "L1", "created_at": "2026-03-02 08:00:00", "channel": "Referral"},
        {"lead_id": "L2", "created_at": "2026-03-03 08:00:00"},
    ]
}

UNDATED_ONLY: Rows = {
    "raw.crm_leads": [
        {"lead_id": "L1", "lead_source": "Google", "stage": "customer"},
        {"lead_id": "L2", "lead_source": "Google", "stage": "lead"},
        {"lead_id": "L3", "stage": "lead"},
    ]
}
