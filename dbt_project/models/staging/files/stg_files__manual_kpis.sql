-- Grain: one row per KPI, segment and first day of the period, that began by `as_of`: a figure that
-- somebody entered, with the study it comes from.

select
    ---------- keys
    lower(trim(kpi)) as kpi,
    coalesce(nullif(trim(segment), ''), 'All') as segment,
    period_start,

    ---------- attributes
    period_end,
    unit,
    measured_by,
    entered_on,
    _source as source,

    ---------- measures
    value,
    sample_size
from {{ source('raw', 'manual_kpis') }}
where period_start <= {{ last_day() }}
