-- Grain: one row per batch that went through the gate.

select
    batch_id,
    source,
    landed_table,
    file,
    landed_at,
    gated_at,
    rows_landed,
    rows_promoted,
    rows_quarantined,
    state,
    quality,
    checks_total,
    checks_passed,
    warnings_failed,
    data_through,
    outcomes
from {{ source('quality', 'batches') }}
