-- Grain: one row per sales activity. The first one is the follow-up; hours grow when sales is slow.

create table activities as
with first_try as (
    select
        leads.lead_id, leads.visit_id, leads.verdict_at, leads.is_accepted, leads.slowness,
        entered_at + to_minutes((
            10 + 60 * getvariable('median_follow_up_hours') * slowness * exp(0.8 * bell('follow up', visit_id))
        )::integer) as wanted_at
    from leads
    -- a slow team forgets one lead in four as well
    where chance('forgotten', visit_id) >= case when slowness > 1 then 0.25 else 0.03 end
),

-- nobody calls at night or on a Sunday; Saturday has a small desk until two
called as (
    select
        first_try.*,
        case
            when isodow(wanted_at) = 7 or (isodow(wanted_at) = 6 and hour(wanted_at) >= 14)
                then wanted_at::date + to_days(8 - isodow(wanted_at)::integer)
                    + to_minutes((480 + 90 * chance('morning', visit_id))::integer)
            when hour(wanted_at) >= 19
                then wanted_at::date + to_days(case when isodow(wanted_at) = 6 then 2 else 1 end)
                    + to_minutes((480 + 90 * chance('morning', visit_id))::integer)
            when hour(wanted_at) < 8
                then wanted_at::date + to_minutes((480 + 90 * chance('morning', visit_id))::integer)
            else wanted_at
        end as first_at
    from first_try
),

tries as (
    select called.*, unnest(range(1 + floor(3.2 * chance('tries', visit_id))::bigint)) as attempt
    from called
)

select
    printf('A-%014x-%d', hash(hash(getvariable('seed'), 'activity id', visit_id)) >> 8, attempt) as activity_id,
    lead_id,
    attempt,
    case
        when attempt = 0 then if(chance('first by', visit_id) < 0.6, 'Call', 'E-mail')
        when is_accepted and attempt = 2 then 'Meeting'
        else if(chance('next by', visit_id + attempt) < 0.5, 'Call', 'E-mail')
    end as activity_type,
    case
        when attempt = 0 then first_at
        else office_moment(first_at + to_days((3 * attempt)::integer), 'try at', visit_id + attempt)
    end as occurred_at,
    printf('S-%02d', 1 + (visit_id % 6)) as owner_id
from tries
where occurred_at < getvariable('until');
