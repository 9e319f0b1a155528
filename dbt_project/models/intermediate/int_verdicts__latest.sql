-- Grain: one row per lead that sales gave a verdict on; the latest verdict stands.

with ranked as (
    select
        lead_id,
        verdict,
        reason,
        row_number() over (partition by lead_id order by decided_at desc) as recency
    from {{ ref('stg_files__sales_feedback') }}
)

select
    lead_id,
    verdict,
    reason
from ranked
where recency = 1
