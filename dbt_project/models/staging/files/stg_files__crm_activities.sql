-- Grain: one row per sales activity before `as_of`.

select
    activity_id,
    lead_id,
    activity_type,
    owner_id,
    occurred_at
from {{ source('raw', 'crm_activities') }}
where occurred_at < {{ as_of() }}
