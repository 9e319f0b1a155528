-- Grain: one row per visit (a web session, or a badge scan at an event). A view: it is streamed, never kept.

create view visits as
with numbered as (
    select
        place_days.place_id, place_days.channel, place_days.kind, place_days.day,
        -- the visit's own number: its place, its day and which of the day it was
        place_days.place_day * 1000000 + unnest(range(place_days.visits)) as visit_id
    from place_days
    -- the window of the file being written, so that a big history costs each file only its own days
    where place_days.day >= getvariable('window_start') and place_days.day < getvariable('window_end')
),

described as (
    select
        numbered.*,
        places.lead_rate, places.landing_page,
        case
            when chance('device', visit_id) < channels.mobile_share then 'mobile'
            when chance('device', visit_id) > 0.97 then 'tablet'
            else 'desktop'
        end as device,
        -- three draws make a hump around early afternoon
        numbered.day + to_seconds(floor(86400 * (
            0.06 + 0.31 * (chance('t1', visit_id) + chance('t2', visit_id) + chance('t3', visit_id))
        ))) as started_local
    from numbered
    inner join places using (place_id)
    inner join channels on channels.channel = numbered.channel
)

select
    described.*,
    chance('lead', visit_id) < described.lead_rate * coalesce(broken.factor, 1) as is_lead,
    kind <> 'event' and coalesce(outage.factor, 1) > 0 as is_tracked,
    -- some hits of the newest days reach the web export only with the next one
    chance('late hit', visit_id) < 0.02 as is_late_hit
from described
left join effects as broken
    on broken.place_id = described.place_id and broken.day = described.day and broken.lever = 'leads'
    and (broken.device = '' or broken.device = described.device)
left join effects as outage
    on outage.place_id = described.place_id and outage.day = described.day and outage.lever = 'tracking';
