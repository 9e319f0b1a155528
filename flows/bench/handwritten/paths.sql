-- Ways to conversions, and those that led to none: touches of a person and of an account within 90 days.

create table path_summary as
with scopes as (
    from (values ('person'), ('account')) as scopes (scope)
),

touches as (
    select
        scope,
        case when scope = 'account' and account_id is not null then 'account ' || account_id else 'contact ' || contact_id end as buyer,
        touchpoint_id, touched_at, report_day, channel,
        case when campaign_id is null then channel || ' (no campaign)'
            else coalesce(campaign_name || ' ', '') || '[' || platform || ' ' || campaign_id || ']' end as campaign
    from fct_touchpoints
    cross join scopes
),

conversions as (
    select
        scope,
        case when scope = 'account' and account_id is not null then 'account ' || account_id else 'contact ' || contact_id end as buyer,
        conversion_id, conversion_type, converted_at, report_day, is_new_customer, coalesce(value_reporting, 0) as value
    from fct_conversions
    cross join scopes
),

converting as (
    select
        scope, conversion_type, conversions.report_day, is_new_customer, value,
        string_agg(channel, ' > ' order by touched_at, touchpoint_id) as channel_path,
        string_agg(campaign, ' > ' order by touched_at, touchpoint_id) as campaign_path,
        count(touchpoint_id) as touches
    from conversions
    join touches using (scope, buyer)
    where touched_at between converted_at - interval 90 day and converted_at
    group by scope, conversion_id, conversion_type, conversions.report_day, is_new_customer, value
),

unlinked as (
    select scope, conversion_type, report_day, is_new_customer, value, 'Not linked' as path
    from conversions
    anti join (
        select scope, conversion_id
        from conversions
        join touches using (scope, buyer)
        where touched_at between converted_at - interval 90 day and converted_at
    ) using (scope, conversion_id)
),

unconverted as (
    select
        scope, buyer, max(report_day) as report_day, count(*) as touches,
        string_agg(channel, ' > ' order by touched_at, touchpoint_id) as channel_path,
        string_agg(campaign, ' > ' order by touched_at, touchpoint_id) as campaign_path
    from (select *, max(touched_at) over (partition by scope, buyer) as last_touched_at from touches)
    where touched_at >= last_touched_at - interval 90 day
    group by scope, buyer
),

converted as (
    select distinct scope, buyer, conversion_type from conversions
),

-- A visitor's week is nearly always one visit: only the others need an order.
weeks as (
    select
        hash(visitor_key) as visitor, date_trunc('week', report_day) as week, count(*) as touches,
        min(channel) as channel, min(utm_campaign) as utm_campaign
    from fct_sessions
    anti join (select visitor_key from contacts where visitor_key is not null) using (visitor_key)
    group by all
),

campaigns as (
    select channel, lower(campaign_id) as utm_campaign, min(platform) as platform, min(campaign_id) as campaign_id,
        arg_max(campaign_name, account_day) as campaign_name
    from ads
    group by all
    having count(distinct platform) = 1
),

steps as (
    select null as visitor, week, null as touched_at, null as session_id, channel, utm_campaign, count(*) as journeys
    from weeks
    where touches = 1
    group by all
    union all
    select weeks.visitor, week, started_at, session_id, sessions.channel, sessions.utm_campaign, 1
    from weeks
    join fct_sessions as sessions on hash(visitor_key) = visitor and date_trunc('week', report_day) = week
    where touches > 1
),

named as (
    select
        visitor, week, touched_at, session_id, journeys, channel,
        case when campaign_id is null then channel || ' (no campaign)'
            else coalesce(campaign_name || ' ', '') || '[' || platform || ' ' || campaign_id || ']' end as campaign
    from steps
    left join campaigns using (channel, utm_campaign)
),

anonymous as (
    select week, channel as channel_path, campaign as campaign_path, 1 as touches, journeys
    from named
    where visitor is null
    union all
    select
        week, string_agg(channel, ' > ' order by touched_at, session_id),
        string_agg(campaign, ' > ' order by touched_at, session_id), count(*), 1
    from named
    where visitor is not null
    group by week, visitor
),

journeys as (
    select scope, conversion_type, report_day, is_new_customer, touches, channel_path, campaign_path, 1 as conversions, value,
        0 as unconverted
    from converting
    union all
    select scope, conversion_type, report_day, is_new_customer, 0, path, path, 1, value, 0
    from unlinked
    union all
    select
        unconverted.scope, types.conversion_type, report_day,
        (scope, buyer, 'customer') not in (select (scope, buyer, conversion_type) from converted), touches,
        channel_path, campaign_path, 0, 0, 1
    from unconverted
    cross join (values ('lead'), ('opportunity'), ('customer')) as types (conversion_type)
    anti join converted using (scope, buyer, conversion_type)
    union all
    select scope, 'lead', week, true, touches, channel_path, campaign_path, 0, 0, sum(journeys)
    from anonymous
    cross join scopes
    group by all
)

select
    scope, conversion_type, dimension, report_day, if(dimension = 'channel', channel_path, campaign_path) as path,
    is_new_customer, max(touches) as touches, sum(conversions) as conversions, sum(value) as value_reporting,
    sum(unconverted) as unconverted_journeys
from journeys
cross join (values ('channel'), ('campaign')) as dimensions (dimension)
group by all;
