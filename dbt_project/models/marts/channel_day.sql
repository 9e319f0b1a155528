-- Grain: one row per channel and day on which anything happened. Money: reporting currency.
-- Leads and what became of them count on the day the lead was created; opportunities and pipeline on the
-- day the opportunity was opened; revenue on the day it was won.

with ad_days as (
    select
        channel,
        account_day as report_day,
        sum(spend_reporting) as spend_reporting,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions
    from {{ ref('fct_ad_performance') }}
    group by channel, account_day
),

session_days as (
    select channel, report_day, sessions, web_conversions
    from {{ ref('int_web_days') }}
),

lead_days as (
    select
        channel,
        report_day,
        count(*) as leads,
        {{ count_where('is_mql') }} as mqls,
        {{ count_where('is_accepted') }} as accepted_leads,
        {{ count_where('is_rejected') }} as rejected_leads,
        {{ count_where('is_customer') }} as customers
    from {{ ref('int_leads__enriched') }}
    where report_day is not null
    group by channel, report_day
),

opened_days as (
    select
        channel,
        opened_day as report_day,
        count(*) as opportunities,
        sum(amount_reporting) as pipeline_reporting
    from {{ ref('int_opportunities__enriched') }}
    where opened_day is not null
    group by channel, opened_day
),

won_days as (
    select
        channel,
        won_day as report_day,
        sum(won_amount_reporting) as revenue_reporting
    from {{ ref('int_opportunities__enriched') }}
    where won_day is not null
    group by channel, won_day
),

days as (
    select channel, report_day from ad_days
    union
    select channel, report_day from session_days
    union
    select channel, report_day from lead_days
    union
    select channel, report_day from opened_days
    union
    select channel, report_day from won_days
)

select
    ---------- keys
    days.channel,
    days.report_day,

    ---------- measures
    {{ money(known('has_spend', 'spend_reporting')) }} as spend_reporting,
    {{ whole(known('has_impressions', 'impressions')) }} as impressions,
    {{ whole(known('has_clicks', 'clicks')) }} as clicks,
    {{ money(known('has_platform_conversions', 'platform_conversions')) }} as platform_conversions,
    {{ whole(known('has_sessions', 'sessions')) }} as sessions,
    {{ whole(known('has_web_conversions', 'web_conversions')) }} as web_conversions,
    {{ whole(known('has_leads', 'leads')) }} as leads,
    {{ whole(known('has_mqls', 'mqls')) }} as mqls,
    {{ whole(known('has_sales_outcomes', 'accepted_leads')) }} as accepted_leads,
    {{ whole(known('has_sales_outcomes', 'rejected_leads')) }} as rejected_leads,
    {{ whole(known('has_customers', 'customers')) }} as customers,
    {{ whole(known('has_opportunities', 'opportunities')) }} as opportunities,
    {{ money(known('has_amounts', 'pipeline_reporting')) }} as pipeline_reporting,
    {{ money(known('has_amounts', 'revenue_reporting')) }} as revenue_reporting
from days
left join ad_days on days.channel = ad_days.channel and days.report_day = ad_days.report_day
left join session_days on days.channel = session_days.channel and days.report_day = session_days.report_day
left join lead_days on days.channel = lead_days.channel and days.report_day = lead_days.report_day
left join opened_days on days.channel = opened_days.channel and days.report_day = opened_days.report_day
left join won_days on days.channel = won_days.channel and days.report_day = won_days.report_day
cross join {{ ref('int_coverage') }} as coverage
