-- Grain: one row per platform, channel and week: what the platform claims beside what CRM and web saw.
-- A lead counts for the platform it names; one that names none, and every session, counts for the
-- channel's platform where the channel ran on one platform only. No link is invented beyond that.

with single as (
    select * from {{ ref('int_channels__single_platform') }}
),

claimed as (
    select
        platform,
        channel,
        {{ week_start('account_day') }} as week_start,
        sum(platform_conversions) as platform_conversions
    from {{ ref('stg_files__ad_performance') }}
    group by 1, 2, 3
),

crm as (
    select
        coalesce(leads.platform, single.platform) as platform,
        leads.channel,
        leads.week_start,
        count(*) as crm_leads
    from {{ ref('int_leads__enriched') }} as leads
    left join single on leads.channel = single.channel
    where leads.week_start is not null and coalesce(leads.platform, single.platform) is not null
    group by 1, 2, 3
),

web as (
    select
        single.platform,
        weeks.channel,
        weeks.week_start,
        weeks.web_conversions
    from {{ ref('channel_week') }} as weeks
    inner join single on weeks.channel = single.channel
    where weeks.web_conversions <> 0
),

weeks as (
    select platform, channel, week_start from claimed
    union
    select platform, channel, week_start from crm
    union
    select platform, channel, week_start from web
),

measured as (
    select
        weeks.platform,
        weeks.channel,
        weeks.week_start,
        {{ money(known('has_platform_conversions', 'claimed.platform_conversions')) }} as platform_conversions,
        {{ whole(known('has_lead_platforms or (has_leads and single.platform = weeks.platform)', 'crm.crm_leads')) }}
            as crm_leads,
        {{ whole(known('has_web_conversions and single.platform = weeks.platform', 'web.web_conversions')) }}
            as web_conversions
    from weeks
    left join single on weeks.channel = single.channel
    left join claimed
        on weeks.platform = claimed.platform
        and weeks.channel = claimed.channel
        and weeks.week_start = claimed.week_start
    left join crm
        on weeks.platform = crm.platform
        and weeks.channel = crm.channel
        and weeks.week_start = crm.week_start
    left join web
        on weeks.platform = web.platform
        and weeks.channel = web.channel
        and weeks.week_start = web.week_start
    cross join {{ ref('int_coverage') }} as coverage
)

select
    ---------- keys
    platform,
    channel,
    week_start,

    ---------- measures
    platform_conversions,
    crm_leads,
    web_conversions,
    {{ money('platform_conversions - crm_leads') }} as claimed_minus_crm,
    {{ ratio('platform_conversions', 'crm_leads') }} as claimed_per_crm_lead
from measured
