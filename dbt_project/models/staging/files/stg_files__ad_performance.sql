-- Grain: one row per platform, account, campaign, ad group and account day, up to `as_of`.
-- Money is in the account's currency: fct_ad_performance converts it.

select
    ---------- keys
    lower({{ link_key('platform') }}) as platform,
    account_id,
    {{ link_key('campaign_id') }} as campaign_id,
    ad_group_id,
    account_day,

    ---------- attributes
    campaign_name,
    nullif(trim(ad_group_name), '') as ad_group_name,
    {{ channel_name('channel') }} as channel,
    _source as source,
    {{ link_key('account_time_zone') }} as account_time_zone,
    {{ currency_of('currency') }} as currency,

    ---------- measures
    {{ money('spend') }} as spend,
    impressions,
    clicks,
    {{ money('platform_conversions') }} as platform_conversions,
    {{ money('platform_conversion_value') }} as platform_conversion_value
from {{ source('raw', 'ad_performance') }}
where account_day <= {{ last_day() }}
