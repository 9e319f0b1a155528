-- Grain: one row per lead, stage entered and instant. Changes from `as_of` on stay, marked: they tell
-- that a lead's current stage was not yet its stage.

select
    lead_id,
    stage,
    from_stage,
    changed_at,
    changed_at < {{ as_of() }} as is_known
from {{ source('raw', 'crm_stage_changes') }}
