-- Grain: one row per channel, stage and whether the leads were met at an event: who stands where as of now,
-- and who has waited longer than the stage's hand-off limit. Hours need to know since when.

select
    ---------- keys
    leads.channel,
    leads.current_stage as stage,
    leads.is_event_lead,

    ---------- attributes
    {{ stage_label('leads.current_stage') }} as stage_label,
    {{ hand_off_limit('leads.current_stage') }} as hand_off_limit_hours,

    ---------- measures
    {{ whole('count(*)') }} as leads,
    {{ whole('count(stages.entered_at)') }} as dated_leads,
    case
        when {{ hand_off_limit('leads.current_stage') }} is not null then {{ count_where('stages.is_late') }}
    end as late_leads,
    {{ six_places(median('stages.hours_in_stage')) }}
        as median_hours_in_stage,
    max(stages.hours_in_stage) as longest_hours_in_stage
from {{ ref('fct_leads') }} as leads
left join {{ ref('fct_lead_stages') }} as stages
    on leads.lead_id = stages.lead_id and leads.current_stage = stages.stage and stages.is_current
where leads.current_stage is not null
group by leads.channel, leads.current_stage, leads.is_event_lead
