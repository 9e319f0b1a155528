-- Grain: one row per opportunity. It inherits channel and campaign from its lead; without one it is Unassigned.

with opportunities as (
    select * from {{ ref('stg_files__crm_opportunities') }}
),

leads as (
    select * from {{ ref('stg_files__crm_leads') }}
)

select
    ---------- keys
    opportunities.opportunity_id,
    leads.lead_id,
    coalesce(opportunities.account_id, leads.account_id) as account_id,

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
    opportunities.amount_reporting
from opportunities
-- left join: an opportunity whose lead is unknown keeps its money
left join leads on opportunities.lead_id = leads.lead_id
