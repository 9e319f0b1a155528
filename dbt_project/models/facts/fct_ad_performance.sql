-- Grain: one row per platform, account, campaign, ad group and account day, up to `as_of`. Money: the account's
-- currency, and the reporting currency at the rate of the account day.

with ads as (
    select * from {{ ref('stg_files__ad_performance') }}
),

rates as (
    select * from {{ ref('int_fx__daily_rates') }}
),

zone_days as (
    select * from {{ ref('int_ad_days__zones') }}
)

select
    ---------- keys
    ads.platform,
    ads.account_id,
    ads.campaign_id,
    ads.ad_group_id,
    ads.account_day,

    ---------- attributes
    ads.account_time_zone,
    zone_days.is_cut_in_another_zone,
    ads.source,
    ads.channel,
    ads.campaign_name,
    ads.ad_group_name,
    ads.currency,

    ---------- measures
    ads.spend,
    {{ rate_of('ads.currency', 'rates.reporting_per_unit') }} as reporting_per_unit,
    {{ in_reporting('ads.spend', 'ads.currency', 'rates.reporting_per_unit') }} as spend_reporting,
    ads.impressions,
    ads.clicks,
    ads.platform_conversions,
    {{ in_reporting('ads.platform_conversion_value', 'ads.currency', 'rates.reporting_per_unit') }}
        as platform_conversion_value_reporting
from ads
-- left joins: neither a missing rate nor an unknown zone may lose spend
left join rates on ads.currency = rates.currency and ads.account_day = rates.amount_day
left join zone_days
    on ads.account_time_zone = zone_days.account_time_zone and ads.account_day = zone_days.account_day
