-- Grain: one row per channel and week of lead creation (of spend, where there was no lead).

select
    ---------- keys
    channel,
    week_start,

    ---------- measures
    spend_reporting,
    leads,
    accepted_leads,
    rejected_leads,
    leads - accepted_leads - rejected_leads as undecided_leads,
    {{ cost_per('spend_reporting', 'leads') }} as cost_per_lead,
    {{ cost_per('spend_reporting', 'accepted_leads') }} as cost_per_accepted_lead,

    ---------- may the verdicts still change much?
    week_start + 6 + {{ var('acceptance_maturity_days') }} <= {{ last_day() }} as is_acceptance_mature
from {{ ref('channel_week') }}
where coalesce(spend_reporting, 0) <> 0 or coalesce(leads, 0) <> 0
