"""One row of each landed table that breaks no rule, critical or warning; defects change one thing of it."""

from collections.abc import Mapping
from datetime import date, timedelta

from countersign.core.landed import landed_table

Row = Mapping[str, object]

AT = "2026-11-09 10:00:00"
LATER = "2026-11-10 10:00:00"

GOOD_ROWS: dict[str, Row] = {
    "ad_performance": {
        "platform": "google_ads",
        "account_id": "a1",
        "account_time_zone": "Europe/Berlin",
        "campaign_id": "c1",
        "campaign_name": "Brand",
        "ad_group_id": "g1",
        "account_day": "2026-11-09",
        "channel": "Paid search",
        "currency": "EUR",
        "spend": "12.340001",
        "impressions": 100,
        "clicks": 10,
        "platform_conversions": "2.5",
    },
    "single_ad_performance": {
        "platform": "google_ads",
        "account_id": "a1",
        "campaign_id": "c1",
        "ad_group_id": "g1",
        "ad_id": "d1",
        "ad_text": "Pressure sensors from stock",
        "account_day": "2026-11-09",
        "currency": "EUR",
        "spend": "12.340001",
        "impressions": 100,
        "clicks": 10,
        "platform_conversions": "2.5",
    },
    "web_sessions": {
        "session_key": "s1",
        "visitor_key": "v1",
        "started_at": AT,
        "channel": "Paid search",
        "landing_page": "/demo",
        "device": "mobile",
        "page_views": 3,
        "conversions": 1,
    },
    "crm_leads": {
        "lead_id": "l1",
        "created_at": AT,
        "lead_source": "web",
        "self_reported_source": "A colleague told me",
        "channel": "Paid search",
        "stage": "mql",
        "consent": "granted",
        "consent_at": AT,
        "updated_at": LATER,
    },
    "crm_stage_changes": {
        "lead_id": "l1",
        "stage": "mql",
        "from_stage": "lead",
        "changed_at": AT,
        "source_time_zone": "UTC",
    },
    "crm_opportunities": {
        "opportunity_id": "o1",
        "lead_id": "l1",
        "created_at": AT,
        "closed_at": LATER,
        "is_won": True,
        "amount": "1000.10",
        "currency": "EUR",
        "updated_at": LATER,
    },
    "crm_activities": {
        "activity_id": "t1",
        "lead_id": "l1",
        "activity_type": "call",
        "occurred_at": AT,
        "owner_id": "p1",
    },
    "sales_feedback": {"lead_id": "l1", "verdict": "rejected", "reason": "No budget", "decided_at": AT},
    "crm_accounts": {
        "account_id": "a1",
        "account_name": "Northwind",
        "created_at": AT,
        "industry": "Software",
        "country": "DE",
        "employees": 120,
        "lifecycle": "customer",
        "updated_at": LATER,
    },
    "crm_removals": {
        "record_type": "lead",
        "record_id": "l1",
        "removal": "merged",
        "merged_into": "l2",
        "removed_at": AT,
    },
    "lead_events": {
        "event_id": "e1",
        "event_type": "form_submission",
        "occurred_at": AT,
        "lead_id": "l1",
        "email_key": "k1",
        "asset_id": "f1",
        "asset_name": "Demo form",
        "page": "/demo",
    },
    "web_events": {
        "event_key": "e1",
        "event_name": "page_view",
        "occurred_at": AT,
        "visitor_key": "v1",
        "session_key": "s1",
        "page": "/demo",
        "referrer_host": "www.example.com",
        "device": "desktop",
        "is_conversion": False,
        "value": "10",
        "currency": "EUR",
    },
    "web_traffic_days": {
        "property_id": "p1",
        "property_time_zone": "Europe/Berlin",
        "traffic_day": "2026-11-09",
        "utm_source": "google",
        "utm_medium": "cpc",
        "utm_campaign": "brand",
        "landing_page": "/demo",
        "device": "desktop",
        "country": "DE",
        "channel": "Paid search",
        "sessions": 100,
        "engaged_sessions": 60,
        "users": 90,
        "page_views": 250,
        "conversions": "4",
    },
    "search_terms": {
        "site": "example.com",
        "search_day": "2026-11-09",
        "search_time_zone": "America/Los_Angeles",
        "query": "workflow software",
        "page": "/product",
        "country": "DEU",
        "device": "desktop",
        "impressions": 100,
        "clicks": 10,
        "position": "3.2",
    },
    "email_campaigns": {
        "platform": "mailchimp",
        "email_campaign_id": "c1",
        "campaign_name": "November letter",
        "subject": "What is new",
        "channel": "Email",
        "sent_at": AT,
        "sends": 1000,
        "deliveries": 980,
        "opens": 400,
        "clicks": 50,
        "replies": 3,
        "bounces": 20,
        "unsubscribes": 2,
    },
    "email_events": {
        "event_id": "e1",
        "platform": "klaviyo",
        "event_type": "clicked",
        "occurred_at": AT,
        "email_campaign_id": "c1",
        "email_key": "k1",
        "page": "/demo",
    },
    "support_tickets": {
        "ticket_id": "t1",
        "created_at": AT,
        "first_reply_at": "2026-11-09 11:00:00",
        "solved_at": LATER,
        "status": "solved",
        "priority": "normal",
        "topic": "billing",
        "contact_channel": "email",
        "email_key": "k1",
        "subject": "Invoice",
        "body": "Where is the invoice?",
        "satisfaction": "good",
        "updated_at": LATER,
    },
    "social_posts": {
        "platform": "linkedin",
        "page_id": "p1",
        "post_id": "o1",
        "published_at": AT,
        "post_type": "image",
        "text": "We are hiring",
        "link": "https://www.linkedin.com/feed/update/o1",
        "impressions": 1000,
        "reactions": 20,
        "comments": 3,
        "shares": 2,
        "clicks": 15,
    },
    "research_notes": {
        "note_id": "n1",
        "kind": "review",
        "captured_at": LATER,
        "published_at": AT,
        "origin": "https://reviews.example.com/us",
        "about": "us",
        "title": "Solid",
        "text": "Does what it says.",
        "author_key": "k1",
        "rating": "0.8",
        "language": "en",
    },
    "manual_kpis": {
        "kpi": "brand_recall",
        "segment": "Germany",
        "period_start": "2026-10-01",
        "period_end": "2026-10-31",
        "value": "0.42",
        "unit": "share",
        "sample_size": 400,
        "measured_by": "Autumn survey",
        "entered_on": "2026-11-09",
    },
    "fx_rates": {"base_currency": "EUR", "currency": "USD", "rate_day": "2026-11-09", "rate": "1.0832"},
}

# For the other tables it is the first column of the key.
TELLING = {
    "ad_performance": "campaign_id",
    "single_ad_performance": "ad_id",
    "web_traffic_days": "utm_campaign",
    "search_terms": "query",
    "email_campaigns": "email_campaign_id",
    "social_posts": "post_id",
    "crm_removals": "record_id",
    "manual_kpis": "segment",
    "fx_rates": "rate_day",
}


def telling_column(table: str) -> str:
    """The column that gives each good row of a table a key of its own."""
    return TELLING.get(table, landed_table(table).key[0])


def build_good_rows(table: str, count: int, **changes: object) -> list[dict[str, object]]:
    """Rows with keys of their own that break no rule, each with the changes.

    >>> [row["lead_id"] for row in build_good_rows("crm_leads", 2)]
    ['k00000', 'k00001']
    """
    key = telling_column(table)
    return [{**GOOD_ROWS[table], key: _told_apart(table, number), **changes} for number in range(count)]


def _told_apart(table: str, number: int) -> str:
    if table == "fx_rates":
        # No part of this key is a free text: the rows lie on days of their own.
        return str(date(2026, 11, 9) - timedelta(days=number))
    return f"k{number:05d}"
