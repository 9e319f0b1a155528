-- Grain: one row per visitor key that anything links to a contact. One that leads to two contacts (a shared
-- device) is linked to nobody: its contact is null, its rule 'ambiguous', and it is counted.

{{ config(materialized='table') }}

with leads as (
    select * from {{ ref('int_contacts__leads') }}
),

events as (
    select
        visitor_key,
        lead_id,
        email_key,
        min(occurred_at) as linked_at
    from {{ ref('stg_files__lead_events') }}
    where visitor_key is not null and (lead_id is not null or email_key is not null)
    group by visitor_key, lead_id, email_key
),

claims as (
    select visitor_key, contact_id, 1 as precedence, created_at as linked_at
    from leads
    where visitor_key is not null

    union all
    select events.visitor_key, leads.contact_id, 2 as precedence, events.linked_at
    from events
    left join {{ ref('int_merges__followed') }} as merges
        on merges.record_type = 'lead' and events.lead_id = merges.record_id
    inner join leads on coalesce(merges.stays_id, events.lead_id) = leads.lead_id

    union all
    select events.visitor_key, addresses.contact_id, 3 as precedence, events.linked_at
    from events
    inner join {{ ref('int_contacts__addresses') }} as addresses on events.email_key = addresses.email_key
),

visitors as (
    select
        visitor_key,
        count(distinct contact_id) as contacts,
        min(contact_id) as contact_id,
        min(precedence) as precedence,
        min(linked_at) as linked_at
    from claims
    group by visitor_key
)

select
    visitor_key,
    case when contacts = 1 then contact_id end as contact_id,
    case
        when contacts > 1 then 'ambiguous'
        when precedence = 1 then 'visitor on the lead'
        when precedence = 2 then 'event of a known lead'
        else 'event with a known e-mail address'
    end as link_rule,
    linked_at,
    contacts
from visitors
