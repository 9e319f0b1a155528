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
        sum(platform_conversions) as platform_conversions,
        sum(spend_reporting) as spend_reporting,
        sum(case when is_cut_in_another_zone then spend_reporting else 0 end) as spend_cut_in_another_zone
    from {{ ref('fct_ad_performance') }}
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
            as web_conversions,
        {{ money(known('has_spend', 'claimed.spend_reporting')) }} as spend_reporting,
        {{ money(known('has_spend', 'claimed.spend_cut_in_another_zone')) }} as spend_cut_in_another_zone_reporting
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
),

-- Every lead counts here, also those of channels without ads: what all platforms together claim beyond it,
-- at least two of them claim, or none of them should.
lead_weeks as (
    select week_start, sum(leads) as leads
    from {{ ref('channel_week') }}
    group by week_start
),

claim_weeks as (
    select week_start, sum(platform_conversions) as platform_conversions
    from measured
    group by week_start
)

select
    ---------- keys
    measured.platform,
    measured.channel,
    measured.week_start,

    ---------- measures
    measured.platform_conversions,
    measured.crm_leads,
    measured.web_conversions,
    {{ money('measured.platform_conversions - measured.crm_leads') }} as claimed_minus_crm,
    {{ ratio('measured.platform_conversions', 'measured.crm_leads') }} as claimed_per_crm_lead,
    {{ claim_explanation('measured.platform_conversions', 'measured.crm_leads', 'measured.web_conversions') }}
        as explanation,
    measured.spend_reporting,
    measured.spend_cut_in_another_zone_reporting,

    ---------- measures of the whole week, the same on each of its rows
    {{ money('claim_weeks.platform_conversions') }} as week_platform_conversions,
    {{ whole('lead_weeks.leads') }} as week_crm_leads,
    case
        when claim_weeks.platform_conversions is not null and lead_weeks.leads is not null
            then {{ money('greatest(claim_weeks.platform_conversions - lead_weeks.leads, 0)') }}
    end as week_least_double_count
from measured
inner join claim_weeks on measured.week_start = claim_weeks.week_start
left join lead_weeks on measured.week_start = lead_weeks.week_start
