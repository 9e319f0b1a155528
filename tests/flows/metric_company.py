"""A tiny company with a snapshot of every mart, and every metric in hand-written SQL.

Written by hand, on purpose in another shape than MetricFlow's: one statement per mart, grouped by all that
the mart can be split by.
"""

from countersign.core.snapshot import write_snapshot
from countersign.core.warehouse import open_warehouse, read_rows
from countersign.core.workspace import Workspace
from flows.dbt_build import build_marts
from flows.metric_sql import explain_metrics
from tests.dbt_project.raw_rows import AS_OF, COMPANY, TINY, write_raw

ROWS = TINY


def build_with_snapshot(folder, rows=ROWS) -> Workspace:
    """A workspace with config, marts and a snapshot of all of them."""
    workspace = Workspace(folder)
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "company.yaml").write_text(
        "name: Tiny Company\nreporting_currency: EUR\ntime_zone: Europe/Berlin\n"
    )
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


def _cost(count):
    return f"round(sum(spend_reporting) / nullif(sum({count}), 0), 6)"


def _rate(part, whole):
    return f"sum({part}) / nullif(sum({whole}), 0)"


_DECIDED = "sum(accepted_leads) + sum(rejected_leads)"
_ADS = {
    "spend": "sum(spend_reporting)",
    "impressions": "sum(impressions)",
    "thousand_impressions": "sum(impressions) / 1000",
    "clicks": "sum(clicks)",
    "platform_conversions": "sum(platform_conversions)",
    "click_rate": _rate("clicks", "impressions"),
    "cost_per_click": _cost("clicks"),
    "cost_per_thousand_impressions": "round(1000 * sum(spend_reporting) / nullif(sum(impressions), 0), 6)",
}
_LEADS = {
    "leads": "sum(leads)",
    "accepted_leads": "sum(accepted_leads)",
    "rejected_leads": "sum(rejected_leads)",
    "decided_leads": _DECIDED,
    "customers": "sum(customers)",
    "pipeline": "sum(pipeline_reporting)",
    "cost_per_lead": _cost("leads"),
    "cost_per_accepted_lead": _cost("accepted_leads"),
    "cac": _cost("customers"),
    "sales_acceptance_rate": f"sum(accepted_leads) / nullif({_DECIDED}, 0)",
    "pipeline_per_spend": _rate("pipeline_reporting", "spend_reporting"),
}
CHANNEL_DAY = {
    **_ADS,
    **_LEADS,
    "sessions": "sum(sessions)",
    "web_conversions": "sum(web_conversions)",
    "mqls": "sum(mqls)",
    "opportunities": "sum(opportunities)",
    "revenue": "sum(revenue_reporting)",
    "conversion_rate": _rate("leads", "sessions"),
    "revenue_less_spend": "sum(revenue_reporting) - sum(spend_reporting)",
    "return_on_ad_spend": _rate("revenue_reporting", "spend_reporting"),
    "roi": "sum(revenue_reporting) / nullif(sum(spend_reporting), 0) - 1",
}
_STEPS = ("leads", "mqls", "accepted_leads", "sqls", "opportunities", "customers")
_LOST = {"mqls": "mql", "accepted_leads": "acceptance", "sqls": "sql", "opportunities": "opportunity",
         "customers": "customer"}  # fmt: skip
_RATES = ("lead_to_mql_rate", "mql_to_accepted_rate", "accepted_to_sql_rate", "sql_to_opportunity_rate",
          "opportunity_to_customer_rate")  # fmt: skip
FUNNEL_WEEK = {
    "funnel_sessions": "sum(sessions)",
    "funnel_leads": "sum(leads)",
    "funnel_mqls": "sum(mqls)",
    "funnel_accepted_leads": "sum(accepted_leads)",
    "funnel_customers": "sum(customers)",
    "sqls": "sum(sqls)",
    "leads_with_opportunity": "sum(opportunities)",
    "lead_to_customer_rate": _rate("customers", "leads"),
}
for _rate_name, _before, _after in zip(_RATES, _STEPS[:-1], _STEPS[1:], strict=True):
    FUNNEL_WEEK[_rate_name] = _rate(_after, _before)
    FUNNEL_WEEK[f"lost_before_{_LOST[_after]}"] = f"sum({_before}) - sum({_after})"
    FUNNEL_WEEK[f"drop_off_before_{_LOST[_after]}"] = f"1 - sum({_after}) / nullif(sum({_before}), 0)"

# By mart: the columns to group by, in the names that queries give them, and every metric over it.
BY_HAND = {
    "channel_day": ({"report_day": "report_day", "channel": "channel"}, CHANNEL_DAY),
    "campaign_week": (
        {
            "week_start": "week_start",
            "platform": "platform",
            "campaign_id": "campaign_id",
            "campaign_name": "ifnull(campaign_name, 'Not named')",
            "channel": "channel",
        },
        {f"campaign_{name}": sql for name, sql in {**_ADS, **_LEADS}.items()},
    ),
    "funnel_week": ({"week_start": "week_start", "channel": "channel"}, FUNNEL_WEEK),
    "follow_up_week": (
        {"week_start": "week_start", "channel": "channel", "is_event_lead": "is_event_lead"},
        {
            "leads_to_follow_up": "sum(leads)",
            "followed_up_leads": "sum(followed_up_leads)",
            "followed_up_within_promise": "sum(followed_up_within_promise)",
            "follow_up_rate": _rate("followed_up_leads", "leads"),
            "follow_up_within_promise_rate": _rate("followed_up_within_promise", "leads"),
        },
    ),
    "cac_by_cohort": (
        {"month_start": "cohort_month", "channel": "channel"},
        {
            "cohort_spend": "sum(spend_reporting)",
            "cohort_leads": "sum(leads)",
            "cohort_customers": "sum(customers)",
            "matured_leads": "sum(matured_leads)",
            "share_matured": _rate("matured_leads", "leads"),
            "cohort_cac": _cost("customers"),
        },
    ),
    "platform_reconciliation": (
        {"week_start": "week_start", "platform": "platform", "channel": "channel"},
        {
            "claimed_conversions": "sum(platform_conversions)",
            "crm_leads_of_platforms": "sum(crm_leads)",
            "claimed_minus_crm": "sum(platform_conversions) - sum(crm_leads)",
            "claimed_per_crm_lead": _rate("platform_conversions", "crm_leads"),
        },
    ),
    "rejection_reasons": (
        {"week_start": "week_start", "channel": "channel", "reason": "reason"},
        {"rejected_leads_by_reason": "sum(rejected_leads)"},
    ),
}
