-- Grain: one row per lead. `sales_outcome` is one of accepted, rejected, undecided: the latest verdict
-- decides; without one a lead that reached sales_accepted was accepted, even if it was lost later.
-- Read by six marts: as a view it would be computed six times.

{{ config(materialized='table') }}

with leads as (
    select * from {{ ref('stg_files__crm_leads') }}
),

stages as (
    select * from {{ ref('int_stages__reached') }}
),

verdicts as (
    select * from {{ ref('int_verdicts__latest') }}
),

follow_up as (
    select * from {{ ref('int_follow_up__first') }}
),

opportunities as (
    select lead_id, count(*) as opportunities
    from {{ ref('stg_files__crm_opportunities') }}
    group by lead_id
),

{%- set rank = var('lead_stages') %}

joined as (
    select
        leads.*,
        coalesce(stages.stage_reached, 0) as stage_reached,
        case
            when verdicts.verdict = 'accepted' then 'accepted'
            when verdicts.verdict = 'rejected' then 'rejected'
            when stages.stage_reached >= {{ rank.index('sales_accepted') }} then 'accepted'
            when stages.was_disqualified and stages.stage_reached >= {{ rank.index('mql') }} then 'rejected'
            else 'undecided'
        end as sales_outcome,
        verdicts.reason,
        follow_up.first_follow_up_at,
        coalesce(opportunities.opportunities, 0) as opportunities
    from leads
    left join stages on leads.lead_id = stages.lead_id
    left join verdicts on leads.lead_id = verdicts.lead_id
    left join follow_up on leads.lead_id = follow_up.lead_id
    left join opportunities on leads.lead_id = opportunities.lead_id
)

select
    ---------- keys
    lead_id,

    ---------- attributes
    source,
    channel,
    lead_source,
    platform,
    campaign_id,
    campaign_name,
    is_event_lead,
    sales_outcome,
    case when sales_outcome = 'rejected' then coalesce(reason, 'Not stated') end as rejection_reason,
    opportunities,

    ---------- how far it came
    stage_reached >= {{ rank.index('mql') }} as is_mql,
    sales_outcome = 'accepted' as is_accepted,
    sales_outcome = 'rejected' as is_rejected,
    sales_outcome = 'undecided' as is_undecided,
    stage_reached >= {{ rank.index('sql') }} as is_sql,
    stage_reached >= {{ rank.index('opportunity') }} as is_opportunity,
    stage_reached >= {{ rank.index('customer') }} as is_customer,

    ---------- time, all of creation; null when undated
    report_day,
    {{ week_start('report_day') }} as week_start,
    {{ month_start('report_day') }} as cohort_month,
    {{ hours_between('created_at', 'first_follow_up_at') }} as hours_to_follow_up,
    report_day + {{ var('customer_maturity_days') }} <= {{ last_day() }} as is_customer_mature
from joined
