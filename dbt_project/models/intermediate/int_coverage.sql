-- Grain: one row. What this company's data can know at all, so that marts tell null (not known) from 0.
-- Read by every mart: as a view it would scan every staging model each time.

{{ config(materialized='table') }}

with ads as (
    select
        count(*) > 0 as has_spend,
        count(impressions) > 0 as has_impressions,
        count(clicks) > 0 as has_clicks,
        count(platform_conversions) > 0 as has_platform_conversions
    from {{ ref('stg_files__ad_performance') }}
),

sessions as (
    select
        count(*) > 0 as has_sessions,
        count(engaged_sessions) > 0 as has_engaged_sessions,
        count(web_conversions) > 0 as has_web_conversions
    from {{ ref('int_web_days') }}
),

leads as (
    select
        count(*) > 0 as has_leads,
        count(current_stage) > 0 as has_current_stages,
        count(campaign_id) > 0 as has_lead_campaigns,
        count(platform) > 0 as has_lead_platforms
    from {{ ref('stg_files__crm_leads') }}
),

stage_changes as (
    select count(*) > 0 as has_stage_changes
    from {{ ref('stg_files__crm_stage_changes') }}
    where is_known
),

-- A stage that this company never records is not known, even though a customer must have passed it:
-- counting customers as accepted by sales would invent a verdict.
recorded_stages as (
    select current_stage as stage from {{ ref('stg_files__crm_leads') }}
    union
    select stage from {{ ref('stg_files__crm_stage_changes') }} where is_known
    union
    select from_stage as stage from {{ ref('stg_files__crm_stage_changes') }} where is_known
),

recorded as (
    select
        count(case when stage = 'mql' then 1 end) > 0 as has_mql_stage,
        count(case when stage in ('sales_accepted', 'disqualified') then 1 end) > 0 as has_sales_stage,
        count(case when stage = 'sql' then 1 end) > 0 as has_sql_stage
    from recorded_stages
),

verdicts as (
    select count(*) > 0 as has_verdicts
    from {{ ref('stg_files__sales_feedback') }}
),

opportunities as (
    select
        count(*) > 0 as has_opportunities,
        count(amount) > 0 as has_amounts
    from {{ ref('stg_files__crm_opportunities') }}
),

activities as (
    select count(*) > 0 as has_activities
    from {{ ref('stg_files__crm_activities') }}
)

select
    ads.has_spend,
    ads.has_impressions,
    ads.has_clicks,
    ads.has_platform_conversions,
    sessions.has_sessions,
    sessions.has_engaged_sessions,
    sessions.has_web_conversions,
    leads.has_leads,
    leads.has_leads and leads.has_lead_campaigns as has_lead_campaigns,
    leads.has_leads and leads.has_lead_platforms as has_lead_platforms,
    leads.has_leads and (recorded.has_mql_stage or verdicts.has_verdicts) as has_mqls,
    leads.has_leads and (recorded.has_sales_stage or verdicts.has_verdicts) as has_sales_outcomes,
    leads.has_leads and recorded.has_sql_stage as has_sqls,
    leads.has_leads and (
        leads.has_current_stages or stage_changes.has_stage_changes or opportunities.has_opportunities
    ) as has_customers,
    opportunities.has_opportunities,
    opportunities.has_amounts,
    leads.has_leads and activities.has_activities as has_activities
from ads
cross join sessions
cross join leads
cross join stage_changes
cross join recorded
cross join verdicts
cross join opportunities
cross join activities
