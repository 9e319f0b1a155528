-- The made-up company's raw tables as clean tables, written by hand for exactly this company: one currency, no
-- merged records, no e-mail or form events, no session landed one by one.
-- Variables: as_of (exclusive UTC timestamp), time_zone (of the company), session_minutes.

create macro report_day(instant) as
    cast(timezone(getvariable('time_zone'), timezone('UTC', instant)) as date);
create macro stage_rank(stage) as case stage
    when 'lead' then 0
    when 'mql' then 1
    when 'sales_accepted' then 2
    when 'sql' then 3
    when 'opportunity' then 4
    when 'customer' then 5
end;
create macro is_out(stage) as stage = 'disqualified';

create table ads as
select
    platform, account_id, campaign_id, campaign_name, ad_group_id, account_day, channel, spend as spend_reporting,
    impressions, clicks, platform_conversions, false as is_cut_in_another_zone
from warehouse.raw.ad_performance
where account_day <= report_day(getvariable('as_of') - interval 1 microsecond);

-- One sort of numbers; what describes a session is fetched for its first event afterwards. Days are looked up by
-- quarter of an hour, which is nine tenths cheaper than a conversion per event.
create table fct_sessions as
with quarters as (
    select quarter, report_day(make_timestamp(quarter * 900000000)) as report_day
    from (select distinct epoch_ms(occurred_at) // 900000 as quarter from warehouse.raw.web_events)
),

events as (
    select
        hash(visitor_key) as visitor, hash(event_key) as event, occurred_at, report_day,
        event_name = 'page_view' as is_page_view, is_conversion
    from warehouse.raw.web_events
    join quarters on quarter = epoch_ms(occurred_at) // 900000
    where occurred_at < getvariable('as_of')
),

in_order as (
    select
        visitor, event, occurred_at, report_day, is_page_view, is_conversion,
        coalesce(
            occurred_at - lag(occurred_at) over ordered > to_minutes(getvariable('session_minutes')), true
        ) as is_start,
        row_number() over ordered as position,
        count(*) filter (is_page_view) over ordered as pages,
        count(*) filter (is_conversion) over ordered as forms,
        count(*) over whole as all_events,
        count(*) filter (is_page_view) over whole as all_pages,
        count(*) filter (is_conversion) over whole as all_forms
    from events
    window
        ordered as (partition by visitor, report_day order by occurred_at, event rows unbounded preceding),
        whole as (partition by visitor, report_day)
),

starts as (
    select
        event, report_day,
        lead(position, 1, all_events + 1) over following - position as events,
        lead(pages - is_page_view::integer, 1, all_pages) over following - (pages - is_page_view::integer) as page_views,
        lead(forms - is_conversion::integer, 1, all_forms) over following - (forms - is_conversion::integer)
            as web_conversions
    from in_order
    where is_start
    window following as (partition by visitor, report_day order by position)
)

select
    event_key as session_id, visitor_key, _source as source, 'events' as origin,
    case utm_medium
        when 'cpc' then 'Paid Search'
        when 'paid_social' then 'Paid Social'
        when 'organic' then 'Organic Search'
        when 'email' then 'Email'
        when 'referral' then 'Referral'
        when '(none)' then 'Direct'
        else 'Unassigned'
    end as channel,
    utm_source, utm_medium, utm_campaign, page as landing_page, device, country,
    occurred_at as started_at, report_day, events, page_views, web_conversions
from warehouse.raw.web_events
join starts on starts.event = hash(event_key);

create view sessions as select channel, report_day, web_conversions from fct_sessions;

create table leads_exported as
select
    lead_id, created_at, lead_source, channel, platform, campaign_id, campaign_name, stage as current_stage,
    is_event_lead, email_key, visitor_key, account_id
from warehouse.raw.crm_leads
where created_at < getvariable('as_of');

create view stage_changes as select lead_id, stage, from_stage, changed_at from warehouse.raw.crm_stage_changes;

create table deals as
select opportunity_id, lead_id, account_id, created_at, closed_at, coalesce(is_won, false) as is_won, amount as amount_reporting
from warehouse.raw.crm_opportunities
where created_at < getvariable('as_of');

create table activities as
select activity_id, lead_id, occurred_at
from warehouse.raw.crm_activities
where occurred_at < getvariable('as_of');

create table verdicts as
select lead_id, verdict, coalesce(reason, 'Not stated') as reason, decided_at
from warehouse.raw.sales_feedback
where decided_at < getvariable('as_of');
