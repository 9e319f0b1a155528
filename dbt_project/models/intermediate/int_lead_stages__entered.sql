-- Grain: one row per lead, stage and instant at which it entered the stage. Stage changes tell; before the
-- first of them a lead is in the stage that the change left, from its creation on. Only a lead without any
-- stage change is dated by other signs: an accepting verdict, an opportunity opened, a deal won.

with leads as (
    select * from {{ ref('stg_files__crm_leads') }}
),

changes as (
    select
        stage_changes.*,
        row_number() over (
            partition by lead_id order by changed_at, {{ stage_place('stage') }}
        ) as change_number
    from {{ ref('stg_files__crm_stage_changes') }} as stage_changes
),

without_changes as (
    select leads.lead_id
    from leads
    left join changes on leads.lead_id = changes.lead_id and changes.change_number = 1
    where changes.lead_id is null
),

opportunities as (
    select opportunities.lead_id, opportunities.opened_at, opportunities.is_won, opportunities.closed_at
    from {{ ref('stg_files__crm_opportunities') }} as opportunities
    inner join without_changes on opportunities.lead_id = without_changes.lead_id
)

select lead_id, stage, changed_at as entered_at, 'stage change' as sign
from changes
where is_known and (from_stage is null or from_stage <> stage)

union all
select
    leads.lead_id,
    case when {{ stage_place('first_changes.from_stage') }} < {{ var('lead_stages') | length }}
        or first_changes.from_stage = 'disqualified' then first_changes.from_stage else 'lead' end as stage,
    leads.created_at as entered_at,
    'creation' as sign
from leads
left join changes as first_changes
    on leads.lead_id = first_changes.lead_id and first_changes.change_number = 1
where leads.created_at is not null
    and (first_changes.changed_at is null or first_changes.changed_at > leads.created_at)
    and not coalesce(first_changes.stage = 'lead' and first_changes.from_stage is null, false)

union all
select feedback.lead_id, 'sales_accepted' as stage, min(feedback.decided_at) as entered_at, 'verdict' as sign
from {{ ref('stg_files__sales_feedback') }} as feedback
inner join without_changes on feedback.lead_id = without_changes.lead_id
where feedback.verdict = 'accepted'
group by feedback.lead_id

union all
select lead_id, 'opportunity' as stage, min(opened_at) as entered_at, 'opportunity' as sign
from opportunities
where opened_at is not null
group by lead_id

union all
select lead_id, 'customer' as stage, min(closed_at) as entered_at, 'opportunity' as sign
from opportunities
where is_won and closed_at is not null
group by lead_id
