-- The raw tables of a made-up company with as many web events as asked for, spread evenly over its days.
-- Everything follows from hashes of row numbers, so that two runs make the same company.
-- Variables: sessions, first_session (number of the first one), first_day, days.

create or replace temp macro share(number, salt) as (hash(number * 31 + salt) % 1000000) / 1000000.0;
create or replace temp macro pick(number, salt, among) as cast(hash(number * 31 + salt) % among as integer);
create or replace temp macro key_of(kind, number) as md5(kind || number);

create or replace temp table made_sessions as
with numbered as (
    select
        number,
        cast(getvariable('first_day') + pick(number, 1, getvariable('days')) as timestamp)
            + to_seconds(case number % 2 when 0 then 6 * 3600 + pick(number, 2, 20000) else 14 * 3600 + pick(number, 2, 32000) end)
            as started_at,
        -- Two visits a visitor, one in the morning and one later, so that they never overlap.
        number // 2 as visitor,
        1 + pick(number, 3, 11) as events,
        pick(number, 4, 100) as origin
    from range(getvariable('first_session'), getvariable('first_session') + getvariable('sessions')) as made(number)
)

select
    number,
    started_at,
    key_of('visitor', visitor) as visitor_key,
    events,
    case when origin < 25 then 'google' when origin < 35 then 'facebook' when origin < 43 then 'linkedin'
        when origin < 65 then 'google' when origin < 70 then 'newsletter' when origin < 75 then 'partner.example' else '(direct)'
    end as utm_source,
    case when origin < 25 then 'cpc' when origin < 43 then 'paid_social' when origin < 65 then 'organic'
        when origin < 70 then 'email' when origin < 75 then 'referral' else '(none)'
    end as utm_medium,
    case when origin < 43 then 'campaign-' || pick(number, 5, 12) end as utm_campaign,
    -- One visit in 83 becomes a lead.
    number % 83 = 0 as is_lead
from numbered;

insert into raw.web_events by name
select
    key_of('event', number * 16 + step) as event_key,
    case when step = events - 1 and is_lead then 'generate_lead' else 'page_view' end as event_name,
    started_at + to_seconds(step * (20 + pick(number * 16 + step, 6, 500))) as occurred_at,
    'UTC' as source_time_zone,
    visitor_key,
    case when step = 0 then utm_source end as utm_source,
    case when step = 0 then utm_medium end as utm_medium,
    case when step = 0 then utm_campaign end as utm_campaign,
    '/pages/' || pick(number * 16 + step, 7, 60) as page,
    case pick(number, 8, 3) when 0 then 'desktop' when 1 then 'mobile' else 'tablet' end as device,
    case pick(number, 9, 4) when 0 then 'DE' when 1 then 'AT' when 2 then 'FR' else 'US' end as country,
    step = events - 1 and is_lead as is_conversion,
    'web' as _source, 'events' as _batch_id, number * 16 + step as _row
from made_sessions
cross join range(11) as steps(step)
where step < events;

create or replace temp table made_leads as
select
    number // 83 as number,
    'L' || lpad(cast(number // 83 as varchar), 10, '0') as lead_id,
    started_at + interval 70 minute as created_at,
    -- One lead in four cannot be linked to a visit.
    case when pick(number, 10, 4) > 0 then visitor_key end as visitor_key,
    case utm_medium when 'cpc' then 'Paid Search' when 'paid_social' then 'Paid Social' when 'organic' then 'Organic Search'
        when 'email' then 'Email' when 'referral' then 'Referral' else 'Direct' end as channel,
    case utm_source when 'google' then 'google_ads' when 'facebook' then 'meta_ads' when 'linkedin' then 'linkedin_ads' end as platform,
    utm_campaign as campaign_id,
    pick(number, 11, 6) as reached
from made_sessions
where is_lead;

insert into raw.crm_leads by name
select
    lead_id, created_at, 'UTC' as source_time_zone, 
    -- One lead in ten is another of the person before.
    key_of('address', number - cast(number % 10 = 9 as integer)) as email_key, visitor_key,
    'A' || (number // 3) as account_id, channel as lead_source, channel,
    case when campaign_id is not null then platform end as platform, campaign_id,
    case pick(number, 12, 3) when 0 then 'Laboratories' when 1 then 'Plants' else 'Offices' end as segment,
    (['lead', 'mql', 'sales_accepted', 'sql', 'opportunity', 'customer'])[reached + 1] as stage,
    pick(number, 13, 20) = 0 as is_event_lead,
    'crm' as _source, 'leads' as _batch_id, number as _row
from made_leads;

insert into raw.crm_stage_changes by name
select
    lead_id,
    (['lead', 'mql', 'sales_accepted', 'sql', 'opportunity', 'customer'])[step + 1] as stage,
    (['lead', 'mql', 'sales_accepted', 'sql', 'opportunity', 'customer'])[step] as from_stage,
    created_at + to_hours(step * (4 + pick(number * 8 + step, 14, 40))) as changed_at,
    'UTC' as source_time_zone, 'crm' as _source, 'changes' as _batch_id, number * 8 + step as _row
from made_leads
cross join range(1, 6) as steps(step)
where step <= reached;

insert into raw.crm_activities by name
select
    'C' || number as activity_id, lead_id, 'call' as activity_type,
    created_at + to_minutes(30 + pick(number, 15, 4000)) as occurred_at,
    'UTC' as source_time_zone, 'crm' as _source, 'activities' as _batch_id, number as _row
from made_leads
where pick(number, 16, 5) > 0;

insert into raw.sales_feedback by name
select
    lead_id, case when reached >= 2 then 'accepted' else 'rejected' end as verdict,
    case when reached < 2 then (['No budget', 'Too small', 'No answer'])[1 + pick(number, 17, 3)] end as reason,
    created_at + to_hours(24 + pick(number, 18, 100)) as decided_at,
    'UTC' as source_time_zone, 'crm' as _source, 'verdicts' as _batch_id, number as _row
from made_leads
where reached >= 1;

insert into raw.crm_opportunities by name
select
    'O' || lpad(cast(number as varchar), 10, '0') as opportunity_id, lead_id, 'A' || (number // 3) as account_id,
    created_at + interval 9 day as created_at,
    case when reached >= 5 then created_at + to_days(20 + pick(number, 19, 40)) end as closed_at,
    'UTC' as source_time_zone,
    case when reached >= 5 then true end as is_won,
    cast(2000 + pick(number, 20, 400) * 50 as decimal(18, 6)) as amount,
    'EUR' as currency, 'crm' as _source, 'deals' as _batch_id, number as _row
from made_leads
where reached >= 4;

insert into raw.ad_performance by name
select
    (['google_ads', 'meta_ads', 'linkedin_ads'])[1 + part % 3] as platform, 'acc' || part % 3 as account_id,
    'Europe/Berlin' as account_time_zone, 'campaign-' || part // 5 as campaign_id, 'Campaign ' || part // 5 as campaign_name,
    'g' || part as ad_group_id, date '2020-01-01' + cast(day as integer) as account_day,
    (['Paid Search', 'Paid Social', 'Paid Social'])[1 + part % 3] as channel, 'EUR' as currency,
    cast(20 + pick(part * 4000 + day, 21, 9000) / 100.0 as decimal(18, 6)) as spend,
    2000 + pick(part * 4000 + day, 22, 3000) as impressions, 10 + pick(part * 4000 + day, 23, 90) as clicks,
    cast(pick(part * 4000 + day, 24, 5) as decimal(18, 6)) as platform_conversions,
    'ads' as _source, 'ads' as _batch_id, part * 4000 + day as _row
from range(60) as parts(part)
cross join range(
    cast(getvariable('first_day') - date '2020-01-01' as bigint),
    cast(getvariable('first_day') - date '2020-01-01' as bigint) + getvariable('days')
) as made_days(day);
