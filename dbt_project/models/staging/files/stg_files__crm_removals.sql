-- Grain: one row per record that was deleted or merged away at its source. Not cut at `as_of`: raw has
-- lost these records already, whatever `as_of` is.

select
    lower(trim(record_type)) as record_type,
    {{ link_key('record_id') }} as record_id,
    removal,
    case when removal = 'merged' then {{ link_key('merged_into') }} end as merged_into,
    removed_at
from {{ source('raw', 'crm_removals') }}
