-- Grain: one row per place and day. Clicks, cost and visits before anybody measured them.

create table days as
select
    day::date as day,
    isodow(day)::integer as weekday,
    pow(1 + getvariable('weekly_growth'), date_diff('day', getvariable('anchor'), day::date) / 7.0) as growth
from range(getvariable('first_day')::timestamp, getvariable('until')::timestamp, interval 1 day) as calendar(day);

-- What incidents do to a place on a day; `device` is empty when all devices are hit.
create table effects as
select
    places.place_id,
    days.day,
    incidents.lever,
    incidents.device,
    product(incidents.factor) as factor
from incidents
inner join places
    on places.channel = incidents.channel
    and (incidents.campaign_id = '' or places.campaign_id = incidents.campaign_id)
inner join days on days.day >= incidents.start_day and days.day < incidents.end_day
group by all;

-- Grain: one row per place and day under a budget that people changed. Visits follow a saturating curve.
create table allotted as
with newest as (
    select places.place_id, places.channel, days.day, arg_max(budgets.factor, budgets.start_day) as budget
    from budgets
    inner join places using (campaign_id)
    inner join days on days.day >= budgets.start_day
    group by all
)

select place_id, day, budget, (1 + room) * budget / (budget + room) as response
from newest
inner join channels using (channel);

create table place_days as
with demand as (
    select
        places.*,
        channels.kind,
        days.day,
        places.place_id * 100000 + date_diff('day', date '2020-01-01', days.day) as place_day,
        weekdays.share * places.visits_per_week * days.growth * getvariable('scale')
            * coalesce(allotted.response, 1) as usual_visits,
        coalesce(allotted.budget, 1) as budget,
        -- a click costs more the further the budget is stretched
        coalesce(allotted.budget / nullif(allotted.response, 0), 1) as stretch
    from places
    inner join channels using (channel)
    cross join days
    inner join weekdays on weekdays.kind = channels.kind and weekdays.weekday = days.weekday
    left join allotted on allotted.place_id = places.place_id and allotted.day = days.day
),

bought as (
    select
        demand.*,
        count_around(usual_visits * exp(0.04 * bell('mood', place_day)), 'clicks', place_day) as clicks,
        round(cpc * exp(0.03 * bell('cpc', place_day)) * coalesce(effects.factor, 1) * stretch, 4) as paid_cpc
    from demand
    left join effects on effects.place_id = demand.place_id and effects.day = demand.day and effects.lever = 'price'
)

select
    place_id, place_day, channel, kind, day, clicks, budget,
    -- of 100 clicks about 80 reach the page: some leave before it loads, some click twice
    case kind
        when 'paid' then least(clicks, round(clicks * 0.8 + sqrt(clicks * 0.16) * bell('arrive', place_day)))::bigint
        else clicks
    end as visits,
    (clicks + floor(clicks / ctr * exp(0.05 * bell('ctr', place_day))))::bigint as impressions,
    cast(round(clicks * paid_cpc, 2) as decimal(18, 2)) as spend
from bought;
