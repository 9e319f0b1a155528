-- Grain: one row per lead, with who began: marketing when an inbound touch came before any activity of
-- sales, sales when theirs came first, unknown when neither is recorded. An opened e-mail is no touch:
-- machines open them. A campaign of ours on the lead, or an event, is a touch at its creation.

with leads as (
    select * from {{ ref('stg_files__crm_leads') }}
),

touches as (
    select lead_id, min(occurred_at) as first_touch_at
    from {{ ref('int_leads__activities') }}
    where activity <> 'email_open'
    group by lead_id
),

sales as (
    select lead_id, min(occurred_at) as first_sales_at
    from {{ ref('stg_files__crm_activities') }}
    where lead_id is not null
    group by lead_id
),

began as (
    select
        leads.lead_id,
        case
            when leads.created_at is not null and (leads.is_event_lead or leads.campaign_id is not null)
                and (touches.first_touch_at is null or leads.created_at < touches.first_touch_at)
                then leads.created_at
            else touches.first_touch_at
        end as first_touch_at,
        sales.first_sales_at
    from leads
    left join touches on leads.lead_id = touches.lead_id
    left join sales on leads.lead_id = sales.lead_id
)

select
    lead_id,
    first_touch_at,
    first_sales_at,
    case
        when first_touch_at is not null and (first_sales_at is null or first_touch_at <= first_sales_at)
            then 'marketing'
        when first_sales_at is not null then 'sales'
        else 'unknown'
    end as sourced_by
from began
