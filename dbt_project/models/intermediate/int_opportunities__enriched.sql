-- Grain: one row per opportunity. It inherits channel and campaign from its lead; without one it is Unassigned.
-- Money: reporting currency, at the rate of the opening for pipeline and at that of winning for revenue.

with opportunities as (
    select * from {{ ref('stg_files__crm_opportunities') }}
),

leads as (
    select * from {{ ref('stg_files__crm_leads') }}
),

rates as (
    select * from {{ ref('int_fx__daily_rates') }}
)

select
    ---------- keys
    opportunities.opportunity_id,
    leads.lead_id,
    coalesce(merges.stays_id, opportunities.account_id, contacts.account_id) as account_id,

    ---------- attributes
    coalesce(leads.source, opportunities.source) as source,
    coalesce(leads.channel, 'Unassigned') as channel,
    coalesce(leads.lead_source, 'No lead') as lead_source,
    leads.platform,
    leads.campaign_id,
    leads.campaign_name,
    leads.segment,
    opportunities.deal_stage,
    opportunities.is_won,

    ---------- time
    opportunities.opened_at,
    case when opportunities.is_won then opportunities.closed_at end as won_at,
    opportunities.closed_at,
    opportunities.closed_day,
    opportunities.opened_day,
    case when opportunities.is_won then opportunities.closed_day end as won_day,

    ---------- measures
    {{ in_reporting('opportunities.amount', 'opportunities.currency', 'opened_rates.reporting_per_unit') }}
        as amount_reporting,
    case
        when opportunities.is_won
            then {{ in_reporting('opportunities.amount', 'opportunities.currency', 'won_rates.reporting_per_unit') }}
    end as won_amount_reporting
from opportunities
-- left joins: an opportunity whose lead or rate is unknown stays
left join leads on opportunities.lead_id = leads.lead_id
left join rates as opened_rates
    on opportunities.currency = opened_rates.currency and opportunities.opened_rate_day = opened_rates.amount_day
left join rates as won_rates
    on opportunities.currency = won_rates.currency and opportunities.won_rate_day = won_rates.amount_day
left join {{ ref('int_contacts__leads') }} as contacts on leads.lead_id = contacts.lead_id
left join {{ ref('int_merges__followed') }} as merges
    on merges.record_type = 'account' and opportunities.account_id = merges.record_id
