-- Grain: one row per channel, week in which the stage was entered, stage, and whether the leads were met at an
-- event. An answer is the first activity of sales while the lead is in the stage, or the move out of it.
-- The promise is the stage's hand-off limit; for new leads without one it is `follow_up_promise_hours`.

with entries as (
    select
        stages.*,
        {{ week_start('stages.report_day') }} as week_start,
        case
            when stages.stage = 'lead'
                then coalesce(
                    stages.hand_off_limit_hours, cast({{ var('follow_up_promise_hours') }} as decimal(18, 6))
                )
            else stages.hand_off_limit_hours
        end as promise_hours,
        coalesce(stages.hours_to_answer, case when stages.is_current then stages.hours_in_stage end) as hours_waited
    from {{ ref('fct_lead_stages') }} as stages
    where stages.stage not in ('customer', 'disqualified')
)

select
    ---------- keys
    channel,
    week_start,
    stage,
    is_event_lead,

    ---------- measures
    {{ whole('count(*)') }} as entered_leads,
    {{ count_where('answered_at is not null') }} as followed_up_leads,
    max(promise_hours) as promise_hours,
    case
        when max(promise_hours) is not null
            then {{ count_where('answered_at is not null and hours_waited <= promise_hours') }}
    end as followed_up_within_promise,
    case when max(promise_hours) is not null then {{ count_where('hours_waited > promise_hours') }} end as late_leads,
    case
        when max(promise_hours) is not null
            then {{ count_where('answered_at is null and hours_waited > promise_hours') }}
    end as waiting_late_leads,
    {{ six_places(median('hours_to_answer')) }} as median_hours_to_follow_up
from entries
group by channel, week_start, stage, is_event_lead
