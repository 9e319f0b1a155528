-- Grain: one row per lead whose contact was on the website before: device and country of the last session that
-- started at or before the lead's creation, within the lookback of config/attribution.yaml.
-- A table: one join over all sessions.

{{ config(materialized='table') }}

with leads as (
    select lead_id, contact_id, created_at
    from {{ ref('int_contacts__leads') }}
    where created_at is not null
),

visits as (
    select
        visitors.contact_id,
        sessions.session_id,
        sessions.started_at,
        trim(coalesce(sessions.device, '')) as device,
        trim(coalesce(sessions.country, '')) as country
    from {{ ref('fct_sessions') }} as sessions
    inner join {{ ref('int_visitors__linked') }} as visitors
        on sessions.visitor_key = visitors.visitor_key and visitors.contact_id is not null
),

in_order as (
    select
        leads.lead_id,
        visits.device,
        visits.country,
        row_number() over (
            partition by leads.lead_id order by visits.started_at desc, visits.session_id desc
        ) as position
    from leads
    inner join visits
        on leads.contact_id = visits.contact_id
        and visits.started_at <= leads.created_at
        and visits.started_at >= {{ dbt.dateadd('day', -1 * var('attribution').lookback_days, 'leads.created_at') }}
)

select lead_id, device, country
from in_order
where position = 1
