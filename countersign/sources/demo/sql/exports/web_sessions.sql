-- As a web analytics export to Parquet: one row a session, UTC, source and medium in one column.

create view web_sessions as
select
    visits.day,
    printf('%016x', hash(hash(getvariable('seed'), 'session', visit_id))) as session_id,
    -- some people come back: two visits, one client
    printf('GA1.%016x', hash(hash(getvariable('seed'), 'client', visit_id - (visit_id % 4 = 1)::bigint)))
        as client_id,
    utc(started_local) as session_start_utc,
    channels.utm_source || ' / ' || channels.utm_medium as source_medium,
    places.campaign as campaign,
    visits.landing_page as landing_page_path,
    visits.device as device_category,
    case
        when chance('country', visit_id) < 0.62 then 'Germany'
        when chance('country', visit_id) < 0.74 then 'Austria'
        when chance('country', visit_id) < 0.86 then 'Switzerland'
        when chance('country', visit_id) < 0.94 then 'Netherlands'
        else 'Poland'
    end as country,
    1 + floor(5 * chance('pages', visit_id) * chance('more pages', visit_id))::bigint + is_lead::bigint as page_views,
    is_lead::bigint as form_submits
from visits
inner join places using (place_id)
inner join channels on channels.channel = places.channel
where
    is_tracked
    and not (is_late_hit and visits.day >= getvariable('until') - 7);
