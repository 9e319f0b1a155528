-- Grain: one row per lead, stage and instant at which it entered the stage. It leaves when it enters the
-- next one; the last entry is current unless the CRM's own current stage contradicts it.

with leads as (
    select * from {{ ref('stg_files__crm_leads') }}
),

arrivals as (
    select
        entered.*,
        lag(stage) over (partition by lead_id order by entered_at, {{ stage_place('stage') }}) as stage_before
    from {{ ref('int_lead_stages__entered') }} as entered
),

moves as (
    select
        lead_id,
        stage,
        entered_at,
        sign,
        lead(entered_at) over (partition by lead_id order by entered_at, {{ stage_place('stage') }}) as left_at,
        lead(stage) over (partition by lead_id order by entered_at, {{ stage_place('stage') }}) as next_stage
    from arrivals
    where stage_before is null or stage_before <> stage
),

-- The CRM's current stage is the export's: where a change from `as_of` on is known, it came later.
moved_later as (
    select distinct lead_id
    from {{ ref('stg_files__crm_stage_changes') }}
    where not is_known
),

placed as (
    select
        moves.*,
        moves.left_at is null and (
            leads.current_stage is null
            or leads.current_stage = moves.stage
            or moved_later.lead_id is not null
            -- A won deal says more than a contact that nobody has moved on since.
            or (moves.sign = 'opportunity' and {{ stage_place('leads.current_stage') }} < {{ stage_place('moves.stage') }})
        ) as is_current,
        leads.channel,
        coalesce(leads.is_event_lead, false) as is_event_lead
    from moves
    left join leads on moves.lead_id = leads.lead_id
    left join moved_later on moves.lead_id = moved_later.lead_id
),

answers as (
    select
        placed.lead_id,
        placed.entered_at,
        placed.stage,
        min(activities.occurred_at) as first_activity_at
    from placed
    inner join {{ ref('stg_files__crm_activities') }} as activities
        on placed.lead_id = activities.lead_id
        and activities.occurred_at >= placed.entered_at
        and (placed.left_at is null or activities.occurred_at < placed.left_at)
    group by placed.lead_id, placed.entered_at, placed.stage
),

timed as (
    select
        placed.*,
        coalesce(answers.first_activity_at, placed.left_at) as answered_at,
        {{ hand_off_limit('placed.stage') }} as hand_off_limit_hours,
        case
            when placed.left_at is not null then {{ hours_between('placed.entered_at', 'placed.left_at') }}
            when placed.is_current then {{ hours_between('placed.entered_at', as_of()) }}
        end as hours_in_stage
    from placed
    left join answers
        on placed.lead_id = answers.lead_id
        and placed.entered_at = answers.entered_at
        and placed.stage = answers.stage
)

select
    ---------- keys
    lead_id,
    stage,
    entered_at,

    ---------- attributes
    coalesce(channel, 'Unassigned') as channel,
    is_event_lead,
    sign,
    next_stage,
    is_current,

    ---------- time
    {{ report_day('entered_at') }} as report_day,
    left_at,
    answered_at,

    ---------- measures
    {{ six_places('hours_in_stage') }} as hours_in_stage,
    {{ six_places(hours_between('entered_at', 'answered_at')) }} as hours_to_answer,
    hand_off_limit_hours,
    hours_in_stage > hand_off_limit_hours as is_late
from timed
