-- Grain: one row per platform, campaign, ad group and week: the smallest piece of advertising that sources state
-- ('' where a source stops at the campaign). Money: reporting currency. No CRM knows the ad group of a lead, so
-- what it brought is what the platform counts.

with ad_weeks as (
    select
        platform,
        campaign_id,
        ad_group_id,
        {{ week_start('account_day') }} as week_start,
        max(channel) as channel,
        sum(spend_reporting) as spend_reporting,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions
    from {{ ref('fct_ad_performance') }}
    group by 1, 2, 3, 4
),

-- The name that an ad group has today; sources rename them.
names as (
    select platform, campaign_id, ad_group_id, ad_group_name
    from (
        select
            platform,
            campaign_id,
            ad_group_id,
            ad_group_name,
            row_number() over (
                partition by platform, campaign_id, ad_group_id order by account_day desc, ad_group_name
            ) as newest
        from {{ ref('fct_ad_performance') }}
        where ad_group_name is not null
    ) as named
    where newest = 1
)

select
    ---------- keys
    ad_weeks.platform,
    ad_weeks.campaign_id,
    ad_weeks.ad_group_id,
    ad_weeks.week_start,

    ---------- attributes
    campaigns.campaign_name,
    names.ad_group_name,
    coalesce(campaigns.channel, ad_weeks.channel) as channel,

    ---------- measures
    {{ money('ad_weeks.spend_reporting') }} as spend_reporting,
    {{ whole(known('has_impressions', 'ad_weeks.impressions')) }} as impressions,
    {{ whole(known('has_clicks', 'ad_weeks.clicks')) }} as clicks,
    {{ money(known('has_platform_conversions', 'ad_weeks.platform_conversions')) }}
        as platform_conversions
from ad_weeks
left join names
    on ad_weeks.platform = names.platform
    and ad_weeks.campaign_id = names.campaign_id
    and ad_weeks.ad_group_id = names.ad_group_id
-- left join: a campaign that nothing describes must not lose its spend
left join {{ ref('int_campaigns__described') }} as campaigns
    on ad_weeks.platform = campaigns.platform and ad_weeks.campaign_id = campaigns.campaign_id
cross join {{ ref('int_coverage') }}
