"""Every metric in hand-written SQL: one statement per mart, in another shape than MetricFlow's.

By mart: the columns to group by, in the names that queries give them, and every metric over it.
"""


def _cost(count):
    return f"round(sum(spend_reporting) / nullif(sum({count}), 0), 6)"


def _rate(part, whole):
    return f"sum({part}) / nullif(sum({whole}), 0)"


def _sums(prefix, columns):
    return {f"{prefix}_{_KPI.get(name, name)}": f"sum({name})" for name in columns}


def _funnel(prefix, *names):
    return {f"{prefix}_{name}": _rate(*FUNNEL_RATES[name]) for name in names}


_KPI = {"opportunities": "leads_with_opportunity"}
FUNNEL_RATES = {
    "lead_to_mql_rate": ("mqls", "leads"),
    "mql_to_accepted_rate": ("accepted_leads", "mqls"),
    "accepted_to_sql_rate": ("sqls", "accepted_leads"),
    "sql_to_opportunity_rate": ("opportunities", "sqls"),
    "opportunity_to_customer_rate": ("customers", "opportunities"),
    "lead_to_customer_rate": ("customers", "leads"),
}
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
