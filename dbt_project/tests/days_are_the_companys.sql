-- Leads count on their day in the company's zone, and spend on the account's own day: a shift by a zone moves both
-- to the day before or after, and no total tells.

with leads as (
    select {{ report_day('created_at') }} as report_day, count(*) as leads
    from {{ source('raw', 'crm_leads') }}
    where created_at < {{ as_of() }}
    group by 1
),

ads as (
    select account_day as report_day, sum(impressions) as impressions
    from {{ source('raw', 'ad_performance') }}
    where account_day <= {{ last_day() }}
    group by account_day
),

days as (
    select report_day, sum(leads) as leads, sum(impressions) as impressions
    from {{ ref('channel_day') }}
    group by report_day
),

all_days as (
    select report_day from leads
    union
    select report_day from ads
    union
    select report_day from days
)

select
    all_days.report_day,
    leads.leads as leads_landed,
    days.leads,
    ads.impressions as impressions_landed,
    days.impressions
from all_days
left join leads on all_days.report_day = leads.report_day
left join ads on all_days.report_day = ads.report_day
left join days on all_days.report_day = days.report_day
where
    coalesce(leads.leads, 0) <> coalesce(days.leads, 0)
    or coalesce(ads.impressions, 0) <> coalesce(days.impressions, 0)
