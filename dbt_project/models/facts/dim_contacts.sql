-- Grain: one row per contact (person). No name, address, number or pseudonym of one: a contact is known by
-- the id of its first lead.

with leads as (
    select
        leads.*,
        links.contact_id,
        case when leads.created_at is null then 1 else 0 end as is_undated
    from {{ ref('stg_files__crm_leads') }} as leads
    inner join {{ ref('int_contacts__leads') }} as links on leads.lead_id = links.lead_id
),

-- What the newest lead states holds. Of consents the latest dated; undated ones by the most careful.
ranked as (
    select
        leads.*,
        row_number() over (
            partition by contact_id
            order by case when country is null then 1 else 0 end, is_undated, created_at desc nulls last, lead_id desc
        ) as country_position,
        row_number() over (
            partition by contact_id
            order by case when segment is null then 1 else 0 end, is_undated, created_at desc nulls last, lead_id desc
        ) as segment_position,
        row_number() over (
            partition by contact_id
            order by
                case when consent_at is null then 1 else 0 end,
                consent_at desc nulls last,
                case consent when 'denied' then 0 when 'granted' then 1 else 2 end,
                lead_id desc
        ) as consent_position
    from leads
),

people as (
    select
        contact_id,
        min(created_at) as first_lead_at,
        count(*) as leads,
        bool_or(is_event_lead) as is_event_lead,
        max(case when country_position = 1 then country end) as country,
        max(case when segment_position = 1 then segment end) as segment,
        max(case when consent_position = 1 then consent end) as consent
    from ranked
    group by contact_id
),

customers as (
    select links.contact_id
    from {{ ref('int_leads__enriched') }} as leads
    inner join {{ ref('int_contacts__leads') }} as links on leads.lead_id = links.lead_id
    where leads.is_customer
    group by links.contact_id
),

visitors as (
    select contact_id, count(*) as visitors_linked
    from {{ ref('int_visitors__linked') }}
    where contact_id is not null
    group by contact_id
)

select
    ---------- keys
    people.contact_id,
    accounts.account_id,

    ---------- attributes
    accounts.link_rule as account_link_rule,
    people.is_event_lead,
    people.country,
    people.segment,
    coalesce(people.consent, 'unknown') as consent,
    customers.contact_id is not null as is_customer,

    ---------- time
    people.first_lead_at,

    ---------- measures
    {{ whole('people.leads') }} as leads,
    {{ whole('coalesce(visitors.visitors_linked, 0)') }} as visitors_linked
from people
left join {{ ref('int_contacts__accounts') }} as accounts on people.contact_id = accounts.contact_id
left join customers on people.contact_id = customers.contact_id
left join visitors on people.contact_id = visitors.contact_id
