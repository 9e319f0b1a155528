-- Grain: one row per dated lead that sales got in touch with: its first activity after creation.

with leads as (
    select * from {{ ref('stg_files__crm_leads') }}
),

activities as (
    select * from {{ ref('stg_files__crm_activities') }}
)

select
    leads.lead_id,
    min(activities.occurred_at) as first_follow_up_at
from leads
inner join activities
    on leads.lead_id = activities.lead_id and activities.occurred_at >= leads.created_at
group by leads.lead_id
