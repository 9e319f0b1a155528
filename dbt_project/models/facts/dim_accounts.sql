-- Grain: one row per account (company) that the CRM describes, or that a contact or deal names.
-- Money: reporting currency.

with contacts as (
    select
        account_id,
        count(*) as contacts,
        min(first_lead_at) as first_lead_at,
        sum(leads) as leads
    from {{ ref('dim_contacts') }}
    where account_id is not null
    group by account_id
),

deals as (
    select
        account_id,
        {{ count_where("conversion_type = 'opportunity'") }} as opportunities,
        {{ count_where("conversion_type = 'customer'") }} as wins,
        min(case when conversion_type = 'customer' then converted_at end) as first_won_at,
        sum(case when conversion_type = 'customer' then value_reporting end) as revenue_reporting
    from {{ ref('fct_conversions') }}
    where account_id is not null and conversion_type <> 'lead'
    group by account_id
),

named as (
    select account_id from {{ ref('stg_files__crm_accounts') }} where account_id is not null
    union
    select account_id from contacts
    union
    select account_id from deals
)

select
    ---------- keys
    named.account_id,

    ---------- attributes
    accounts.account_name,
    accounts.industry,
    accounts.country,
    accounts.lifecycle,
    accounts.account_id is not null as is_in_crm,
    coalesce(deals.wins, 0) > 0 as is_customer,

    ---------- time
    contacts.first_lead_at,
    deals.first_won_at,

    ---------- measures
    {{ whole('accounts.employees') }} as employees,
    {{ whole('coalesce(contacts.contacts, 0)') }} as contacts,
    {{ whole('coalesce(contacts.leads, 0)') }} as leads,
    {{ whole('coalesce(deals.opportunities, 0)') }} as opportunities,
    {{ whole('coalesce(deals.wins, 0)') }} as wins,
    {{ money('deals.revenue_reporting') }} as revenue_reporting
from named
left join {{ ref('stg_files__crm_accounts') }} as accounts on named.account_id = accounts.account_id
left join contacts on named.account_id = contacts.account_id
left join deals on named.account_id = deals.account_id
