-- Grain: one row per contact: the account (company) it belongs to and the rule that says so. Its leads decide,
-- and where they name none, its opportunities; a contact of several accounts is linked to none of them.

{{ config(materialized='table') }}

with leads as (
    select * from {{ ref('int_contacts__leads') }}
),

claims as (
    select contact_id, account_id as lead_account_id, cast(null as {{ dbt.type_string() }}) as deal_account_id
    from leads

    union all
    select
        leads.contact_id,
        cast(null as {{ dbt.type_string() }}) as lead_account_id,
        coalesce(merges.stays_id, opportunities.account_id) as deal_account_id
    from {{ ref('stg_files__crm_opportunities') }} as opportunities
    inner join leads on opportunities.lead_id = leads.lead_id
    left join {{ ref('int_merges__followed') }} as merges
        on merges.record_type = 'account' and opportunities.account_id = merges.record_id
),

named as (
    select
        contact_id,
        count(distinct lead_account_id) as lead_accounts,
        min(lead_account_id) as lead_account_id,
        count(distinct deal_account_id) as deal_accounts,
        min(deal_account_id) as deal_account_id
    from claims
    group by contact_id
)

select
    contact_id,
    case
        when lead_accounts = 1 then lead_account_id
        when lead_accounts = 0 and deal_accounts = 1 then deal_account_id
    end as account_id,
    case
        when lead_accounts = 1 then 'account of its lead'
        when lead_accounts > 1 then 'ambiguous'
        when deal_accounts = 1 then 'account of its opportunity'
        when deal_accounts > 1 then 'ambiguous'
        else 'no account'
    end as link_rule
from named
