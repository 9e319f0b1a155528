"""A tiny company of which every mart says something, with a snapshot of all of them."""

from countersign.core.snapshot import write_snapshot
from countersign.core.warehouse import open_warehouse, read_rows
from countersign.core.workspace import Workspace
from flows.dbt_build import build_marts
from flows.metric_sql import explain_metrics
from tests.dbt_project.raw_rows import AS_OF, COMPANY, TINY, write_raw

_AUDIENCES = {"L1": ("Makers", "DE"), "L2": ("Makers", "AT"), "L3": ("Schools", None)}


def _lead(row):
    segment, country = _AUDIENCES.get(row["lead_id"], (None, None))
    return {**row, "segment": segment, "country": country}


def _ticket(number, created, **other):
    return {"ticket_id": f"T{number}", "created_at": created, "status": "open", **other}


ROWS = {
    **TINY,
    "raw.crm_leads": [_lead(row) for row in TINY["raw.crm_leads"]],
    "raw.support_tickets": [
        _ticket(1, "2026-03-03 08:00:00", first_reply_at="2026-03-03 10:00:00", priority="high",
                solved_at="2026-03-04 08:00:00", satisfaction="good"),
        _ticket(2, "2026-03-04 08:00:00", first_reply_at="2026-03-04 14:00:00", satisfaction="bad"),
        _ticket(3, "2026-03-10 08:00:00", satisfaction="offered"),
    ],
    "raw.manual_kpis": [
        {"kpi": "brand_recall", "segment": "", "period_start": "2026-01-01", "value": "0.2", "unit": "share",
         "sample_size": 100, "measured_by": "Panel"},
        {"kpi": "brand_recall", "segment": "", "period_start": "2026-02-01", "value": "0.3", "unit": "share",
         "sample_size": 300, "measured_by": "Panel"},
        {"kpi": "brand_recall", "segment": "Makers", "period_start": "2026-02-01", "value": "0.9",
         "unit": "share", "sample_size": 10, "measured_by": "Panel"},
        {"kpi": "trust", "segment": "", "period_start": "2026-02-01", "value": "7.5", "unit": "score",
         "measured_by": "Reviews"},
    ],
    "raw.email_campaigns": [
        {"platform": "mailchimp", "email_campaign_id": "m1", "campaign_name": "News", "channel": "Newsletter",
         "sent_at": "2026-03-03 08:00:00", "sends": 110, "deliveries": 100, "opens": 40, "clicks": 10,
         "replies": 1, "bounces": 10, "unsubscribes": 2},
        {"platform": "mailchimp", "email_campaign_id": "m2", "campaign_name": "Offer",
         "channel": "Newsletter", "sent_at": "2026-03-10 08:00:00", "sends": 50, "deliveries": 50,
         "opens": None, "clicks": 5},
    ],
    "raw.social_posts": [
        {"platform": "linkedin", "page_id": "p", "post_id": "s1", "published_at": "2026-03-03 08:00:00",
         "post_type": "image", "impressions": 1000, "reactions": 20, "comments": 3, "shares": 2,
         "clicks": 25},
        {"platform": "facebook", "page_id": "p", "post_id": "s2", "published_at": "2026-03-10 08:00:00",
         "post_type": "video", "impressions": 500, "reactions": 5},
    ],
}  # fmt: skip

EVENTS = """
events:
  - {day: 2026-02-20, kind: brief, name: Brand, campaign_id: c1}
  - {day: 2026-03-01, kind: launch, name: Brand, campaign_id: c1}
  - {day: 2026-03-09, kind: decision, name: Brand goes on, campaign_id: c1}
  - {day: 2026-02-27, kind: brief, name: Faces, campaign_id: c2}
"""


def build_with_snapshot(folder, rows=ROWS) -> Workspace:
    """A workspace with config, marts and a snapshot of all of them."""
    workspace = Workspace(folder)
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "company.yaml").write_text(
        "name: Tiny Company\nreporting_currency: EUR\ntime_zone: Europe/Berlin\n"
    )
    (folder / "config" / "events.yaml").write_text(EVENTS)
    write_raw(workspace, rows)
    build_marts(workspace, COMPANY, as_of=AS_OF)
    with open_warehouse(workspace) as connection:
        marts = read_rows(
            connection,
            "select table_name from information_schema.tables where table_schema = 'marts'"
            " and table_type = 'BASE TABLE'",
        )
        write_snapshot(
            connection,
            workspace,
            COMPANY,
            tables=[row["table_name"] for row in marts],
            as_of=AS_OF,
            metric_sql=explain_metrics(workspace),
            data_through={"files": AS_OF.date()},
            quality={},
            code_version="test",
            dbt_version="test",
        )
    return workspace
