-- Grain: one row per KPI, segment and first day of the period, as people entered it; `change` is against the
-- period before of the same KPI, segment and unit.

select
    ---------- keys
    kpi,
    segment,
    period_start,

    ---------- attributes
    period_end,
    unit,
    measured_by,
    entered_on,
    source,

    ---------- measures
    {{ money('value') }} as value,
    {{ money('value - lag(value) over (partition by kpi, segment, unit order by period_start)') }} as change,
    sample_size,
    row_number() over (partition by kpi, segment order by period_start desc) = 1 as is_latest
from {{ ref('stg_files__manual_kpis') }}
