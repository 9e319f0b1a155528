-- Grain: one row per lead: the contact (person) it belongs to and the rule that says so. Leads of one keyed
-- e-mail address are one contact, named after the lead created first. A shared phone number links nobody.
-- Read by every model of people: as a view it would be computed each time.

{{ config(materialized='table') }}

with leads as (
    select
        leads.lead_id,
        leads.email_key,
        leads.visitor_key,
        coalesce(merges.stays_id, leads.account_id) as account_id,
        leads.created_at,
        first_value(leads.lead_id) over (
            -- A lead without an address is a contact of its own.
            partition by coalesce(leads.email_key, ' ' || leads.lead_id)
            order by case when leads.created_at is null then 1 else 0 end, leads.created_at, leads.lead_id
        ) as contact_id
    from {{ ref('stg_files__crm_leads') }} as leads
    left join {{ ref('int_merges__followed') }} as merges
        on merges.record_type = 'account' and leads.account_id = merges.record_id
)

select
    lead_id,
    contact_id,
    case when lead_id = contact_id then 'own record' else 'same e-mail address' end as link_rule,
    email_key,
    visitor_key,
    account_id,
    created_at
from leads
