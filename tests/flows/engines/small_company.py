"""A company with rows in every landed table, made of what engines disagree on.

Ties, nulls, zeros, halves, letters beyond ASCII, instants at the edges of days and of daylight saving.
Every number follows from a row's position, so that nobody has to read a thousand literals.
"""

from datetime import UTC, datetime, timedelta

from tests.dbt_project.raw_rows import TINY, Rows, ad, batch

# The night in which Berlin's clocks go forward lies inside: days are cut at 23:00 and at 22:00 UTC.
FIRST = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
AS_OF = datetime(2026, 4, 12, 22, tzinfo=UTC)
COUNTED = 60
CHANNELS = ("Paid search", "Paid social", "Émail", "événement", "zone", "Zone", None)
STAGES = ("lead", "mql", "sales_accepted", "sql", "opportunity", "customer", "disqualified")


def at(number: int, *, hours: float = 0) -> str:
    """Instant of row `number`: 15.25 hours after the one before, over about six weeks."""
    instant = FIRST + timedelta(hours=15.25 * number + hours)
    return instant.replace(tzinfo=None).isoformat(sep=" ")


def pick(values, number: int):
    """One of the values, by turns."""
    return values[number % len(values)]


def _ads():
    for number in range(COUNTED):
        day = (FIRST + timedelta(days=1 + number % 40)).date().isoformat()
        yield ad(
            day,
            f"{number * 7.000001:.6f}",
            platform=pick(("google_ads", "Meta", "linkedin"), number),
            campaign_id=f"n{number % 4}",
            campaign_name=pick(("Ångström", "angle", "Zoo", None), number // 3),
            ad_group_id=str(number),
            channel=pick(CHANNELS, number),
            impressions=pick((0, None, 1000), number),
            clicks=pick((0, None, 9), number),
            platform_conversions=pick(("0.5", "1.5", None, "0"), number),
            platform_conversion_value=pick(("10.005", None), number),
        )


def _single_ads():
    for number in range(COUNTED):
        yield {
            "platform": pick(("google_ads", "Meta"), number),
            "account_id": "a1",
            "campaign_id": f"n{number % 4}",
            "ad_group_id": pick(("0", "1", ""), number),
            "ad_id": f"d{number % 12}",
            "ad_name": pick(("Zoo", " ", None), number),
            "ad_text": pick(("Füllstand messen!", "füllstand  MESSEN", "Hi", None), number),
            "account_day": (FIRST + timedelta(days=1 + number % 40)).date().isoformat(),
            "currency": "EUR",
            "spend": f"{number * 3.000001:.6f}",
            "impressions": pick((0, None, 1000), number),
            "clicks": pick((0, None, 9), number),
            "platform_conversions": pick(("0.5", None, "0"), number),
        }


def _leads():
    for number in range(COUNTED):
        yield {
            "lead_id": f"n{number}",
            "created_at": at(number) if number % 11 else None,
            "email_key": f"e{number % 50}",
            "visitor_key": f"v{number % 45}" if number % 3 else None,
            "account_id": f"a{number % 9}" if number % 4 else None,
            "lead_source": pick(("Web", " web ", "", None), number),
            "channel": pick(CHANNELS, number),
            "platform": pick(("google_ads", "Meta", None), number),
            "campaign_id": pick((f"n{number % 4}", None), number // 2),
            "country": pick(("DE", "FR", None), number),
            "segment": pick(("Small", "Große", None), number),
            "stage": pick(STAGES, number),
            "is_event_lead": pick((True, False, None), number),
        }


def _stage_changes():
    for number in range(COUNTED):
        for step in range(number % 6):
            yield {
                "lead_id": f"n{number}",
                "from_stage": STAGES[step],
                "stage": STAGES[step + 1],
                "changed_at": at(number, hours=7 * step + 1),
            }


def _deals():
    for number in range(30):
        yield {
            "opportunity_id": f"o{number}",
            "lead_id": f"n{number * 2}" if number % 5 else None,
            "account_id": f"a{number % 9}" if number % 2 else None,
            "created_at": at(number, hours=20),
            "closed_at": at(number, hours=90.5) if number % 3 else None,
            "is_won": number % 3 == 1,
            "deal_stage": pick(("Proposal", "Won"), number),
            "amount": pick(("0", "1234.565", "99.999999", None), number),
            "currency": "EUR",
        }


def _sessions():
    for number in range(4 * COUNTED):
        yield {
            "session_key": f"n{number}",
            "visitor_key": f"v{number % 70}",
            "started_at": at(number // 4, hours=number % 4 * 0.75 - 1),
            "channel": pick(CHANNELS, number),
            "utm_source": pick(("google", "Newsletter", None), number),
            "utm_medium": pick(("cpc", "email", None), number),
            "utm_campaign": pick(("Ångström", " ANGLE ", None), number),
            "landing_page": pick(("/", "/preise", None), number),
            "device": pick(("desktop", "mobile", None), number),
            "country": pick(("DE", None), number),
            "page_views": pick((1, 0, None), number),
            "conversions": pick((0, 1, None), number),
        }


def _web_events():
    for number in range(COUNTED):
        yield {
            "event_key": f"w{number}",
            "event_name": pick(("page_view", "sign_up"), number),
            "occurred_at": at(number // 5, hours=number % 5 * 0.4),
            "visitor_key": f"w{number % 7}",
            "utm_source": pick(("google", None), number // 5),
            "utm_medium": pick(("organic", None), number // 5),
            "page": pick(("/", "/termin"), number),
            "referrer_host": pick(("www.google.com", "news.example", None), number),
            "is_conversion": number % 6 == 0,
            "_source": "shop",
        }


def _lead_events():
    for number in range(COUNTED):
        yield {
            "event_id": f"x{number}",
            "event_type": pick(("form_submission", "page_view", "event_attendance", "download"), number),
            "occurred_at": at(number, hours=-0.5),
            "lead_id": f"n{number}" if number % 3 else None,
            "email_key": f"e{number % 50}",
            "visitor_key": f"v{number % 50}",
            "asset_id": pick(("fair", "Übersicht", None), number),
            "asset_name": pick(("Fair", "Übersicht", None), number),
            "page": pick(("/", None), number),
        }


def _emails():
    for number in range(12):
        yield {
            "platform": "Klaviyo",
            "email_campaign_id": f"k{number}",
            "campaign_name": pick(("Märznews", "offer"), number),
            "channel": "Émail",
            "sent_at": at(number * 4),
            "sends": number * 100,
            "deliveries": pick((0, 96, 77), number),
            "opens": pick((0, 31, None), number),
            "clicks": pick((7, 0), number),
            "bounces": 1,
            "unsubscribes": None,
        }


def _email_events():
    for number in range(COUNTED):
        yield {
            "event_id": f"m{number}",
            "platform": "Klaviyo",
            "event_type": pick(("click", "open"), number),
            "occurred_at": at(number, hours=2),
            "email_campaign_id": f"k{number % 12}",
            "email_key": f"e{number}",
        }


def _tickets():
    for number in range(40):
        yield {
            "ticket_id": f"desk:{number}",
            "created_at": at(number),
            "first_reply_at": at(number, hours=number / 7) if number % 4 else None,
            "solved_at": at(number, hours=number) if number % 5 else None,
            "status": pick(("open", "solved", "merged"), number),
            "priority": pick(("urgent", "low", None), number),
            "topic": pick(("Lieferung", "billing", None), number),
            "account_id": f"a{number % 9}",
            "satisfaction": pick(("good", "bad", None), number),
        }


def _merged(*companies: Rows) -> Rows:
    tables = sorted({table for company in companies for table in company})
    return {table: [row for company in companies for row in company.get(table, ())] for table in tables}


EVERYTHING: Rows = _merged(
    TINY,
    {
        "raw.ad_performance": list(_ads()),
        "raw.single_ad_performance": list(_single_ads()),
        "raw.crm_leads": list(_leads()),
        "raw.crm_stage_changes": list(_stage_changes()),
        "raw.crm_opportunities": list(_deals()),
        "raw.crm_accounts": [
            {"account_id": f"a{number}", "account_name": pick(("Müller", "müller"), number),
             "industry": pick(("Chemie", None), number), "country": "DE", "employees": number * 10}
            for number in range(9)
        ],
        "raw.crm_activities": [
            {"activity_id": f"n{number}", "lead_id": f"n{number}", "activity_type": "call",
             "occurred_at": at(number, hours=number / 3 - 1)}
            for number in range(COUNTED)
        ],
        "raw.crm_removals": [
            {"record_type": "lead", "record_id": "gone", "removal": "merged", "merged_into": "n1"}
        ],
        "raw.sales_feedback": [
            {"lead_id": f"n{number}", "verdict": pick(("accepted", "Rejected "), number),
             "reason": pick(("Too small", "zu klein", " ", None), number), "decided_at": at(number, hours=30)}
            for number in range(0, COUNTED, 2)
        ],
        "raw.web_sessions": list(_sessions()),
        "raw.web_events": list(_web_events()),
        "raw.web_traffic_days": [
            {"property_id": "p", "traffic_day": f"2026-04-{number + 1:02}", "channel": pick(CHANNELS, number),
             "utm_source": "", "utm_medium": "", "utm_campaign": "", "landing_page": "", "device": "",
             "country": "",
             "sessions": 3 * number, "conversions": f"{number * 0.5}"}
            for number in range(10)
        ],
        "raw.lead_events": list(_lead_events()),
        "raw.email_campaigns": list(_emails()),
        "raw.email_events": list(_email_events()),
        "raw.support_tickets": list(_tickets()),
        "raw.social_posts": [
            {"platform": "linkedin", "page_id": "p", "post_id": f"s{number}", "published_at": at(number),
             "impressions": number * 100, "reactions": number, "clicks": pick((0, None, 5), number)}
            for number in range(9)
        ],
        "raw.search_terms": [
            {"site": "example.com", "search_day": "2026-03-09", "query": f"füllstand {number}", "page": "/",
             "country": "", "device": "", "impressions": number * 50, "clicks": number, "position": "3.55"}
            for number in range(9)
        ],
        "raw.manual_kpis": [
            {"kpi": "Recall", "segment": "", "period_start": f"2026-0{month}-01", "value": f"0.3{month}",
             "unit": "share", "measured_by": "Panel", "entered_on": "2026-03-20"}
            for month in (1, 2, 3)
        ],
        "quality.batches": [
            batch(rows_landed=200, rows_promoted=200),
            batch(batch_id="b2", landed_table="crm_leads", file="data/leads.csv", rows_landed=200,
                  rows_promoted=198, rows_quarantined=2,
                  quality="failed", data_through="2026-04-11",
                  outcomes='[{"severity": "critical", "passed": false, "rows": 1, "reason": "Später."},'
                  ' {"severity": "critical", "passed": false, "rows": 1, "reason": "Zeile \\"doppelt\\"."},'
                  ' {"severity": "warning", "passed": false, "rows": 9, "reason": "Not told."}]'),
        ],
    },
)  # fmt: skip
