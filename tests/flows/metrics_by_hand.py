"""Every metric in hand-written SQL: one statement per mart, in another shape than MetricFlow's.

By mart: the columns to group by, in the names that queries give them, and every metric over it.
"""


def _own(*columns):
    return {column: column for column in columns}


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
_REVENUE = {
    "opportunities": "sum(opportunities)",
    "revenue": "sum(revenue_reporting)",
    "revenue_less_spend": "sum(revenue_reporting) - sum(spend_reporting)",
    "return_on_ad_spend": _rate("revenue_reporting", "spend_reporting"),
    "roi": "sum(revenue_reporting - spend_reporting) / nullif(sum(spend_reporting), 0)",
}
CHANNEL_DAY = {
    **_ADS,
    **_LEADS,
    **_REVENUE,
    "sessions": "sum(sessions)",
    "web_conversions": "sum(web_conversions)",
    "mqls": "sum(mqls)",
    "conversion_rate": _rate("leads", "sessions"),
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

_TICKETS = (
    "tickets", "pressing_tickets", "replied_tickets", "solved_tickets", "rated_tickets", "satisfied_tickets",
)  # fmt: skip
_PEOPLE = "ifnull(sample_size, 1)"
_NAMED = {"campaign_name": "ifnull(campaign_name, 'Not named')"}
_CAMPAIGN = {**_NAMED, **_own("platform", "campaign_id", "channel")}
_LEAD_CAMPAIGN = {**_NAMED, **_own("week_start", "platform", "campaign_id")}


def _survey(part, name, condition):
    asked = f"filter (segment = 'All' and {condition})"
    return {
        f"{part}_weights": f"sum({_PEOPLE}) {asked}",
        f"{part}_values": f"sum(value * {_PEOPLE}) {asked}",
        name: f"sum(value * {_PEOPLE}) {asked} / sum({_PEOPLE}) {asked}",
    }


def _where(measure, known):
    return f"sum({measure}) filter ({known} is not null)"


def _both(part, whole):
    return f"{_where(part, whole)} / nullif({_where(whole, part)}, 0)"


def _basis(basis, measure="value_reporting"):
    return f"sum({measure}) filter (basis = '{basis}')"


_MAIL = {"opens": "open", "clicks": "click", "replies": "reply", "unsubscribes": "unsubscribe"}
_SPENT = _basis("pipeline influenced", "spend_reporting")  # the same under every basis
_BASES = {
    f"{how}_{what}": _basis(f"{what} {how}")
    for how in ("brought", "influenced")
    for what in ("pipeline", "revenue")
}
_RETURN = {
    **_BASES,
    "returned_spend": _SPENT,
    "influenced_opportunities": _basis("pipeline influenced", "opportunities"),
    **{f"{name}_per_spend": f"{sql} / nullif({_SPENT}, 0)" for name, sql in _BASES.items()},
    "brought_revenue_less_spend": f"{_BASES['brought_revenue']} - {_SPENT}",
    "brought_roi": f"{_BASES['brought_revenue']} / nullif({_SPENT}, 0) - 1",
}
_CONTENT = {
    **_sums(
        "content",
        ("sessions", "page_views", "web_conversions", "shown", "clicks", "engagements", "submissions"),
    ),
    "first_touches": "sum(first_touches)",
    "content_engagements_where_shown": _where("engagements", "shown"),
    "content_shown_where_engaged": _where("shown", "engagements"),
    "content_clicks_where_shown": _where("clicks", "shown"),
    "content_shown_where_clicked": _where("shown", "clicks"),
    "content_conversion_rate": _rate("web_conversions", "sessions"),
    "content_click_rate": _both("clicks", "shown"),
    "content_engagement_rate": _both("engagements", "shown"),
}

BY_HAND = {
    "channel_day": ({"report_day": "report_day", "channel": "channel"}, CHANNEL_DAY),
    "campaign_week": (
        {**_CAMPAIGN, **_own("week_start")},
        {f"campaign_{name}": sql for name, sql in {**_ADS, **_LEADS, **_REVENUE}.items()},
    ),
    "campaign_speed": (
        {**_CAMPAIGN, "report_day": "launched_on"},
        {
            "campaign_days_to_launch": "sum(launched_on - briefed_on)",
            "campaigns_with_brief": "nullif(count(briefed_on), 0)",
            "mean_days_to_launch": "avg(launched_on - briefed_on)",
            "campaign_days_to_decision": "sum(decided_on - launched_on)",
            "campaigns_with_decision": "nullif(count(decided_on), 0)",
            "mean_days_to_decision": "avg(decided_on - launched_on)",
        },
    ),
    "funnel_week": (_own("week_start", "channel"), FUNNEL_WEEK),
    "follow_up_week": (
        _own("week_start", "channel", "is_event_lead"),
        {
            "leads_to_follow_up": "sum(leads)",
            "followed_up_leads": "sum(followed_up_leads)",
            "followed_up_within_promise": "sum(followed_up_within_promise)",
            "follow_up_rate": _rate("followed_up_leads", "leads"),
            "follow_up_within_promise_rate": _rate("followed_up_within_promise", "leads"),
        },
    ),
    "cac_by_cohort": (
        {"month_start": "cohort_month", **_own("channel")},
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
        _own("week_start", "platform", "channel"),
        {
            "claimed_conversions": "sum(platform_conversions)",
            "crm_leads_of_platforms": "sum(crm_leads)",
            "claimed_minus_crm": "sum(platform_conversions) - sum(crm_leads)",
            "claimed_per_crm_lead": _rate("platform_conversions", "crm_leads"),
        },
    ),
    "rejection_reasons": (
        _own("week_start", "channel", "reason"),
        {"rejected_leads_by_reason": "sum(rejected_leads)"},
    ),
    "pipeline_by_campaign": (
        {
            **_LEAD_CAMPAIGN,
            "channel": "channel",
            "stage_group": "stage_group",
            "deal_stage": "deal_stage",
        },
        {
            "staged_opportunities": "sum(opportunities)",
            "staged_pipeline": "sum(pipeline_reporting)",
            "open_pipeline": "sum(if(stage_group = 'open', pipeline_reporting, 0 * pipeline_reporting))",
            "opportunities_without_amount": "sum(opportunities_without_amount)",
            "revenue_of_opened": "sum(revenue_reporting)",
            "won_opportunities": "sum(if(stage_group = 'won', opportunities, 0))",
            "closed_opportunities": "sum(if(stage_group = 'open', 0, opportunities))",
            "win_rate": "sum(if(stage_group = 'won', opportunities, 0))"
            " / nullif(sum(if(stage_group = 'open', 0, opportunities)), 0)",
        },
    ),
    "support_week": (
        _own("week_start"),
        {
            **{name: f"sum({name})" for name in _TICKETS},
            "reply_hours": "sum(hours_to_first_reply)",
            "solution_hours": "sum(hours_to_solve)",
            "satisfaction_rate": _rate("satisfied_tickets", "rated_tickets"),
            "reply_rate": _rate("replied_tickets", "tickets"),
            "solve_rate": _rate("solved_tickets", "tickets"),
            "mean_hours_to_first_reply": _rate("hours_to_first_reply", "replied_tickets"),
            "mean_hours_to_solve": _rate("hours_to_solve", "solved_tickets"),
        },
    ),
    "wasted_spend": (
        {
            **_LEAD_CAMPAIGN,
            "channel": "channel",
            "judged_by": "ifnull(judged_by, 'not judged')",
            "rule": "rule",
        },
        {
            "limited_spend": "sum(spend_reporting)",
            "judged_spend": "sum(spend_reporting) filter (wasted_spend_reporting is not null)",
            "wasted_spend": "sum(wasted_spend_reporting)",
            "wasted_share": "sum(wasted_spend_reporting)"
            " / nullif(sum(spend_reporting) filter (wasted_spend_reporting is not null), 0)",
        },
    ),
    "kpi_inputs": (
        {
            "report_day": "period_start",
            "kpi": "kpi",
            "segment": "segment",
            "kpi_unit": "unit",
            "measured_by": "measured_by",
        },
        {
            "entered_figures": "count(*)",
            "people_asked": "sum(sample_size)",
            "entered_weights": f"sum({_PEOPLE})",
            "entered_values": f"sum(value * {_PEOPLE})",
            "entered_kpi": f"sum(value * {_PEOPLE}) / sum({_PEOPLE})",
            **_survey("recall", "brand_recall", "kpi = 'brand_recall'"),
            **_survey("trust", "brand_trust", "kpi in ('trust', 'brand_trust')"),
        },
    ),
    "campaign_return": (
        {
            "campaign_name": "ifnull(campaign_name, 'Not named')",
            "channel": "ifnull(channel, 'Not known')",
            **_own("month_start", "platform", "campaign_id", "is_matured"),
        },
        _RETURN,
    ),
    "content_performance": (
        {"content_title": "title", **_own("week_start", "content_id", "content_type", "journey_stage")},
        _CONTENT,
    ),
    "engagement_week": (
        _own("week_start", "medium", "platform", "channel"),
        {
            "engagement_shown": "sum(shown) filter (engaged is not null)",
            "engagement_engaged": "sum(engaged) filter (shown is not null)",
            "engagement_rate": _both("engaged", "shown"),
        },
    ),
    "ltv_month": (
        {"month_start": "cohort_month", **_own("channel", "segment", "months_since")},
        {
            "new_customers": "sum(if(months_since = 0, customers, null))",
            "customer_revenue": "sum(revenue_reporting)",
            "revenue_per_customer": "round(sum(revenue_reporting)"
            " / nullif(sum(if(months_since = 0, customers, null)), 0), 6)",
        },
    ),
    "retention_cohorts": (
        {"month_start": "cohort_month", **_own("channel", "segment", "months_since")},
        {
            "customers_to_keep": "sum(customers)",
            "active_customers": "sum(active_customers)",
            "repeat_customers": "sum(repeat_customers)",
            "active_share": "max(active_share)",
            "retention_rate": "max(repeat_share)",
        },
    ),
    "email_campaign_week": (
        {
            "campaign_name": "ifnull(campaign_name, 'Not named')",
            **_own("week_start", "platform", "campaign_id", "channel"),
        },
        {
            **{f"email_{name}": f"sum({name})" for name in ("sends", "deliveries", "bounces", *_MAIL)},
            **{f"email_deliveries_with_{name}": _where("deliveries", name) for name in _MAIL},
            "email_sends_with_bounces": _where("sends", "bounces"),
            **{f"email_{rate}_rate": _both(name, "deliveries") for name, rate in _MAIL.items()},
            "email_bounce_rate": _both("bounces", "sends"),
        },
    ),
    "lead_quality_week": (
        {**_LEAD_CAMPAIGN, "channel": "channel"},
        {
            **_sums("quality", ("rejected_leads", *_STEPS)),
            "quality_decided_leads": _DECIDED,
            "quality_sales_acceptance_rate": f"sum(accepted_leads) / nullif({_DECIDED}, 0)",
            **_funnel("quality", *FUNNEL_RATES),
            "quality_points": "sum(lead_quality * (accepted_leads + rejected_leads))",
            "lead_quality": f"sum(lead_quality * (accepted_leads + rejected_leads)) / nullif({_DECIDED}, 0)",
            "pipeline_of_leads": "sum(pipeline_reporting)",
            "pipeline_per_lead": "round(sum(pipeline_reporting) / sum(leads), 6)",
        },
    ),
    "lead_conversion_week": (
        _own("week_start", "channel", "is_event_lead", "sourced_by"),
        {
            **_sums("sourced", ("rejected_leads", *_STEPS)),
            **_funnel("sourced", *FUNNEL_RATES),
            "lead_to_opportunity_rate": _rate("opportunities", "leads"),
            "sourced_pipeline_of_leads": "sum(pipeline_reporting)",
            "revenue_of_leads": "sum(revenue_reporting)",
        },
    ),
    "follow_up": (
        _own("week_start", "channel", "stage", "is_event_lead"),
        {
            "stage_entries": "sum(entered_leads)",
            "promised_stage_entries": "sum(entered_leads) filter (promise_hours is not null)",
            "answered_stage_entries": "sum(followed_up_leads)",
            "stage_entries_answered_in_time": "sum(followed_up_within_promise)",
            "late_stage_entries": "sum(late_leads)",
            "stage_entries_waiting_late": "sum(waiting_late_leads)",
            "stage_answer_rate": _rate("followed_up_leads", "entered_leads"),
            "answered_in_time_rate": _rate("followed_up_within_promise", "entered_leads"),
            "late_rate": _rate("late_leads", "entered_leads"),
        },
    ),
    "sales_feedback_week": (
        _own("week_start", "channel", "verdict", "reason"),
        {
            "verdicts": "sum(leads)",
            "acceptances": "coalesce(sum(leads) filter (verdict = 'accepted'), 0)",
            "rejections": "coalesce(sum(leads) filter (verdict = 'rejected'), 0)",
            "accepted_verdict_rate": "coalesce(sum(leads) filter (verdict = 'accepted'), 0) / sum(leads)",
        },
    ),
    "segment_response_week": (
        _own("week_start", "segment", "country", "channel"),
        {
            **_sums("audience", ("leads", "mqls", "accepted_leads", "customers")),
            "audience_decided_leads": _DECIDED,
            "audience_sales_acceptance_rate": f"sum(accepted_leads) / nullif({_DECIDED}, 0)",
            **_funnel("audience", "lead_to_mql_rate", "mql_to_accepted_rate", "lead_to_customer_rate"),
            "audience_pipeline_of_leads": "sum(pipeline_reporting)",
            "audience_pipeline_per_lead": "round(sum(pipeline_reporting) / sum(leads), 6)",
        },
    ),
    "attribution_day": (
        {
            "attribution_model": "model",
            "attribution_scope": "scope",
            "platform": "ifnull(platform, 'None')",
            "campaign_id": "ifnull(campaign_id, 'None')",
            "campaign_name": "campaign",
            **_own("report_day", "conversion_type", "is_new_customer", "channel"),
        },
        {
            "credited_conversions": "sum(credit)",
            "credited_value": "sum(value_credit)",
            "linked_credit": "sum(if(channel = 'Not linked', 0, credit))",
            "linked_share": "sum(if(channel = 'Not linked', 0, credit)) / sum(credit)",
        },
    ),
}
