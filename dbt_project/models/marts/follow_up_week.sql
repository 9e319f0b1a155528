-- Grain: one row per channel, week of lead creation and whether the leads were met at an event (those are
-- followed up in bulk, and would hide how fast the others are answered).

select
    ---------- keys
    channel,
    week_start,
    is_event_lead,

    ---------- measures
    {{ whole('count(*)') }} as leads,
    case when has_activities then {{ count_where('hours_to_follow_up is not null') }} end as followed_up_leads,
    case
        when has_activities
            then {{ count_where('hours_to_follow_up <= ' ~ var('follow_up_promise_hours')) }}
    end as followed_up_within_promise,
    {{ six_places(median('hours_to_follow_up')) }} as median_hours_to_follow_up
from {{ ref('int_leads__enriched') }}
cross join {{ ref('int_coverage') }} as coverage
where week_start is not null
group by channel, week_start, is_event_lead, has_activities
