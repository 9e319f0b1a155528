-- Grain: one row per platform, campaign, ad group, single ad and week, where a source tells single ads. Money:
-- reporting currency; it is part of what ad_group_week shows, never more. What an ad brought is what its platform
-- counts; a measure is null where the platform leaves it out.

with ad_weeks as (
    select
        platform,
        campaign_id,
        ad_group_id,
        ad_id,
        {{ week_start('account_day') }} as week_start,
        sum(spend_reporting) as spend_reporting,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions
    from {{ ref('fct_single_ad_performance') }}
    group by 1, 2, 3, 4, 5
),

-- What an ad is called and says today; people edit both.
newest as (
    select platform, campaign_id, ad_group_id, ad_id, ad_name, ad_text, repeat_key
    from (
        select
            platform,
            campaign_id,
            ad_group_id,
            ad_id,
            ad_name,
            ad_text,
            repeat_key,
            row_number() over (
                partition by platform, campaign_id, ad_group_id, ad_id
                order by account_day desc, account_id
            ) as position
        from {{ ref('fct_single_ad_performance') }}
    ) as told
    where position = 1
),

ad_groups as (
    select platform, campaign_id, ad_group_id, max(ad_group_name) as ad_group_name
    from {{ ref('ad_group_week') }}
    group by 1, 2, 3
)

select
    ---------- keys
    ad_weeks.platform,
    ad_weeks.campaign_id,
    ad_weeks.ad_group_id,
    ad_weeks.ad_id,
    ad_weeks.week_start,

    ---------- attributes
    campaigns.campaign_name,
    ad_groups.ad_group_name,
    newest.ad_name,
    newest.ad_text,
    newest.repeat_key,
    coalesce(campaigns.channel, 'Unassigned') as channel,

    ---------- measures
    {{ money('ad_weeks.spend_reporting') }} as spend_reporting,
    {{ whole('ad_weeks.impressions') }} as impressions,
    {{ whole('ad_weeks.clicks') }} as clicks,
    {{ money('ad_weeks.platform_conversions') }} as platform_conversions
from ad_weeks
left join newest
    on ad_weeks.platform = newest.platform
    and ad_weeks.campaign_id = newest.campaign_id
    and ad_weeks.ad_group_id = newest.ad_group_id
    and ad_weeks.ad_id = newest.ad_id
-- left joins: an ad whose group or campaign nothing else describes must not lose its spend
left join ad_groups
    on ad_weeks.platform = ad_groups.platform
    and ad_weeks.campaign_id = ad_groups.campaign_id
    and ad_weeks.ad_group_id = ad_groups.ad_group_id
left join {{ ref('int_campaigns__described') }} as campaigns
    on ad_weeks.platform = campaigns.platform and ad_weeks.campaign_id = campaigns.campaign_id
