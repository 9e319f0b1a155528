-- Grain: one row per ad group and day, as the platforms tell it on the day of the export.

create table claimed_leads as
select place_id, created_at::date as day, count(*) as leads
from leads
where kind = 'paid'
group by all;

create table ad_days as
select
    place_days.day, places.channel, channels.platform,
    places.campaign_id, places.campaign, places.ad_group_id, places.ad_group,
    place_days.impressions, place_days.clicks,
    -- a week later the platforms pay back invalid clicks
    case
        when date_diff('day', place_days.day, getvariable('until')) <= 7
            then cast(round(place_days.spend * (1.004 + 0.012 * chance('invalid', place_day)), 2) as decimal(18, 2))
        else place_days.spend
    end as spend,
    -- platforms claim more than they brought, and claim the newest days in full only days later
    round(
        coalesce(claimed_leads.leads, 0) * channels.claim_factor * exp(0.06 * bell('claim', place_day))
            * (1 - 0.35 * exp(-date_diff('day', place_days.day, getvariable('until')) / 2.0)),
        2
    ) as conversions
from place_days
inner join places using (place_id)
inner join channels on channels.channel = places.channel
left join claimed_leads on claimed_leads.place_id = place_days.place_id and claimed_leads.day = place_days.day
-- a paused campaign is in no export
where place_days.kind = 'paid' and place_days.budget > 0
order by place_days.day, place_days.place_id;
