-- Grain: one row per lead with any sign of a stage: how far it came, and whether it was disqualified.

with leads as (
    select * from {{ ref('stg_files__crm_leads') }}
),

stage_changes as (
    select * from {{ ref('stg_files__crm_stage_changes') }}
),

opportunities as (
    select * from {{ ref('stg_files__crm_opportunities') }}
),

signs as (
    select lead_id, stage from stage_changes where is_known

    union all
    select lead_id, from_stage as stage from stage_changes where is_known

    union all
    -- The current stage is the export's; where a change from `as_of` on is known, it came later.
    select leads.lead_id, leads.current_stage as stage
    from leads
    where not exists (
        select 1 from stage_changes
        where stage_changes.lead_id = leads.lead_id and not stage_changes.is_known
    )

    union all
    select lead_id, 'opportunity' as stage from opportunities where lead_id is not null

    union all
    select lead_id, 'customer' as stage from opportunities where lead_id is not null and is_won

    union all
    -- Sales can only judge what marketing handed over.
    select lead_id, case verdict when 'accepted' then 'sales_accepted' else 'mql' end as stage
    from {{ ref('stg_files__sales_feedback') }}
),

ranked as (
    select
        lead_id,
        stage = 'disqualified' as is_disqualified,
        {{ stage_rank('stage') }} as stage_rank
    from signs
    where stage is not null
)

select
    lead_id,
    max(stage_rank) as stage_reached,
    bool_or(is_disqualified) as was_disqualified
from ranked
group by lead_id
