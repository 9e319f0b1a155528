-- The marts by channel. What this company does not have is not asked for: nothing here can be unknown.

create table channel_day as
with parts as (
    select
        channel, account_day as report_day, spend_reporting, impressions, clicks, platform_conversions,
        0 as sessions, 0 as web_conversions, 0 as leads, 0 as mqls, 0 as accepted_leads,
        0 as rejected_leads, 0 as customers, 0 as opportunities,
        0::decimal(18, 6) as pipeline_reporting, 0::decimal(18, 6) as revenue_reporting
    from ads

    union all by name
    select channel, report_day, count(*) as sessions, sum(web_conversions)::bigint as web_conversions
    from sessions
    group by channel, report_day

    union all by name
    select
        channel, report_day, count(*) as leads,
        count(*) filter (stage_reached >= 1) as mqls,
        count(*) filter (sales_outcome = 'accepted') as accepted_leads,
        count(*) filter (sales_outcome = 'rejected') as rejected_leads,
        count(*) filter (stage_reached >= 5) as customers
    from leads
    where report_day is not null
    group by channel, report_day

    union all by name
    select channel, opened_day as report_day, 1 as opportunities, amount_reporting as pipeline_reporting
    from opportunities
    where opened_day is not null

    union all by name
    select channel, won_day as report_day, amount_reporting as revenue_reporting
    from opportunities
    where won_day is not null
)

select
    channel,
    report_day,
    coalesce(sum(columns([
        'spend_reporting', 'impressions', 'clicks', 'platform_conversions', 'sessions', 'web_conversions',
        'leads', 'mqls', 'accepted_leads', 'rejected_leads', 'customers', 'opportunities',
        'pipeline_reporting', 'revenue_reporting'
    ])), 0)
from parts
group by channel, report_day;

create table channel_week as
select channel, week_start(report_day) as week_start, sum(columns(* exclude (channel, report_day)))
from channel_day
group by 1, 2;

create table funnel_week as
with steps as (
    select
        channel, week_start,
        count(*) filter (stage_reached >= 3) as sqls,
        count(*) filter (stage_reached >= 4) as opportunities
    from leads
    where week_start is not null
    group by channel, week_start
)

select
    weeks.channel, weeks.week_start, sessions, leads, mqls, accepted_leads,
    coalesce(steps.sqls, 0) as sqls, coalesce(steps.opportunities, 0) as opportunities, customers
from channel_week as weeks
left join steps on steps.channel = weeks.channel and steps.week_start = weeks.week_start
where sessions <> 0 or leads <> 0;

create table lead_cost_week as
select
    channel, week_start, spend_reporting, leads, accepted_leads, rejected_leads,
    leads - accepted_leads - rejected_leads as undecided_leads,
    cast(spend_reporting / nullif(leads, 0) as decimal(18, 6)) as cost_per_lead,
    cast(spend_reporting / nullif(accepted_leads, 0) as decimal(18, 6)) as cost_per_accepted_lead,
    week_start + 6 + getvariable('acceptance_maturity_days') <= last_day() as is_acceptance_mature
from channel_week
where spend_reporting <> 0 or leads <> 0;

create table follow_up_week as
select
    channel, week_start, is_event_lead,
    count(*) as leads,
    count(hours_to_follow_up) as followed_up_leads,
    count(*) filter (hours_to_follow_up <= getvariable('promise_hours')) as followed_up_within_promise,
    cast(quantile_cont(hours_to_follow_up, 0.5) as decimal(18, 6)) as median_hours_to_follow_up
from leads
where week_start is not null
group by channel, week_start, is_event_lead;

create table rejection_reasons as
select channel, week_start, coalesce(reason, 'Not stated') as reason, count(*) as rejected_leads
from leads
where sales_outcome = 'rejected' and week_start is not null
group by all;

create table cac_by_cohort as
with spend as (
    select channel, month_start(report_day) as cohort_month, sum(spend_reporting) as spend_reporting
    from channel_day
    group by 1, 2
    having sum(spend_reporting) <> 0
),

cohorts as (
    select
        channel, cohort_month,
        count(*) as leads,
        count(*) filter (stage_reached >= 5) as customers,
        count(*) filter (is_customer_mature) as matured
    from leads
    where cohort_month is not null
    group by channel, cohort_month
)

select
    channel, cohort_month,
    coalesce(spend_reporting, 0) as spend_reporting,
    coalesce(leads, 0) as leads,
    coalesce(customers, 0) as customers,
    coalesce(matured, 0) as matured_leads,
    cast(matured / nullif(leads, 0) as decimal(18, 6)) as share_matured,
    cast(coalesce(spend_reporting, 0) / nullif(customers, 0) as decimal(18, 6)) as cac_reporting
from spend
full join cohorts using (channel, cohort_month);
