-- Grain: one row per platform, account, campaign, ad group, single ad and account day, up to `as_of`. Money: the
-- account's currency, and the reporting currency at the rate of the account day. What is spent here is part of what
-- fct_ad_performance holds, never more money: the two are not added up.

with ads as (
    select * from {{ ref('stg_files__single_ad_performance') }}
),

rates as (
    select * from {{ ref('int_fx__daily_rates') }}
)

select
    ---------- keys
    ads.platform,
    ads.account_id,
    ads.campaign_id,
    ads.ad_group_id,
    ads.ad_id,
    ads.account_day,

    ---------- attributes
    ads.source,
    ads.ad_name,
    ads.ad_text,
    ads.repeat_key,
    ads.currency,

    ---------- measures
    ads.spend,
    {{ in_reporting('ads.spend', 'ads.currency', 'rates.reporting_per_unit') }} as spend_reporting,
    ads.impressions,
    ads.clicks,
    ads.platform_conversions
from ads
-- left join: a missing rate may not lose spend
left join rates on ads.currency = rates.currency and ads.account_day = rates.amount_day
