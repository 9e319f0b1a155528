-- Grain: one row per contact and thing that decides which touches are the contact's: a visitor, a lead with its
-- address and its creation, a lead merged away; and per e-mail campaign in a channel of its own, without contact.

{%- set nothing = 'cast(null as ' ~ dbt.type_string() ~ ')' %}

select
    'visitor' as kind,
    contact_id,
    visitor_key,
    {{ nothing }} as email_key,
    {{ nothing }} as item,
    link_rule as detail
from {{ ref('int_visitors__linked') }}
where contact_id is not null

union all
select
    'lead' as kind,
    contact_id,
    {{ nothing }} as visitor_key,
    email_key,
    lead_id as item,
    cast(created_at as {{ dbt.type_string() }}) as detail
from {{ ref('int_contacts__leads') }}

union all
select
    'merged lead' as kind,
    leads.contact_id,
    {{ nothing }} as visitor_key,
    {{ nothing }} as email_key,
    merges.record_id as item,
    {{ nothing }} as detail
from {{ ref('int_merges__followed') }} as merges
inner join {{ ref('int_contacts__leads') }} as leads on merges.stays_id = leads.lead_id
where merges.record_type = 'lead'

union all
select
    'e-mail channel' as kind,
    {{ nothing }} as contact_id,
    {{ nothing }} as visitor_key,
    {{ nothing }} as email_key,
    platform || ' ' || email_campaign_id as item,
    channel as detail
from {{ ref('stg_files__email_campaigns') }}
where channel <> {{ group('Email') }}
