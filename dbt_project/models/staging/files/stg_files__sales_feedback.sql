-- Grain: one row per lead and verdict instant before `as_of`.

select
    lead_id,
    lower(trim(verdict)) as verdict,
    coalesce(nullif(trim(reason), ''), 'Not stated') as reason,
    decided_at
from {{ source('raw', 'sales_feedback') }}
where decided_at < {{ as_of() }}
