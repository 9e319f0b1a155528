-- Grain: one row per lead and thing it did: what the CRM, its forms and the e-mail platforms tell, and visits
-- of its browser. What names only an address or a browser counts for every lead of that person; a browser that
-- several people used says nothing about any of them.
-- A table, because the written rules and the first touch both read it.

{{ config(materialized='table') }}

with leads as (
    select * from {{ ref('int_contacts__leads') }}
),

addresses as (
    select email_key, lead_id from leads where email_key is not null
),

events as (
    select
        coalesce(merges.stays_id, events.lead_id) as lead_id,
        events.email_key,
        events.event_type as activity,
        events.occurred_at
    from {{ ref('stg_files__lead_events') }} as events
    left join {{ ref('int_merges__followed') }} as merges
        on merges.record_type = 'lead' and events.lead_id = merges.record_id
),

messages as (
    select
        email_key,
        case event_type when 'clicked' then 'email_click' else 'email_reply' end as activity,
        occurred_at
    from {{ ref('stg_files__email_events') }}
    where event_type in ('clicked', 'replied')
),

visits as (
    select leads.lead_id, sessions.started_at, sessions.web_conversions
    from {{ ref('fct_sessions') }} as sessions
    inner join {{ ref('int_visitors__linked') }} as visitors
        on sessions.visitor_key = visitors.visitor_key and visitors.contact_id is not null
    inner join leads on visitors.contact_id = leads.contact_id
)

select lead_id, activity, occurred_at
from events
where lead_id is not null

union all
select addresses.lead_id, events.activity, events.occurred_at
from events
inner join addresses on events.email_key = addresses.email_key
where events.lead_id is null

union all
select addresses.lead_id, messages.activity, messages.occurred_at
from messages
inner join addresses on messages.email_key = addresses.email_key

union all
select lead_id, 'web_session' as activity, started_at as occurred_at
from visits

union all
select lead_id, 'web_conversion' as activity, started_at as occurred_at
from visits
where web_conversions > 0
