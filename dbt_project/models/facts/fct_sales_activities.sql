-- Grain: one row per sales activity before `as_of`. `stage` is the one its lead was in at that instant.

with activities as (
    select * from {{ ref('stg_files__crm_activities') }}
),

leads as (
    select * from {{ ref('stg_files__crm_leads') }}
),

-- Two changes of one minute: the lead is in the later of them.
stages as (
    select
        activities.activity_id,
        stages.stage,
        row_number() over (
            partition by activities.activity_id
            order by stages.entered_at desc, {{ stage_place('stages.stage') }} desc
        ) as recency
    from activities
    inner join {{ ref('fct_lead_stages') }} as stages
        on activities.lead_id = stages.lead_id and stages.entered_at <= activities.occurred_at
)

select
    ---------- keys
    activities.activity_id,
    activities.lead_id,

    ---------- attributes
    activities.activity_type,
    activities.owner_id,
    coalesce(leads.channel, 'Unassigned') as channel,
    coalesce(leads.is_event_lead, false) as is_event_lead,
    stages.stage,

    ---------- time
    activities.occurred_at,
    {{ report_day('activities.occurred_at') }} as report_day,
    {{ six_places(hours_between('leads.created_at', 'activities.occurred_at')) }} as hours_since_creation
from activities
-- left join: an activity whose lead is unknown stays
left join leads on activities.lead_id = leads.lead_id
left join stages on activities.activity_id = stages.activity_id and stages.recency = 1
