-- Grain: one row per platform, account, campaign, ad group, single ad and account day, up to `as_of`.
-- Money is in the account's currency: fct_single_ad_performance converts it.

select
    ---------- keys
    lower({{ link_key('platform') }}) as platform,
    account_id,
    {{ link_key('campaign_id') }} as campaign_id,
    ad_group_id,
    {{ link_key('ad_id') }} as ad_id,
    account_day,

    ---------- attributes
    _source as source,
    nullif(trim(ad_name), '') as ad_name,
    nullif(trim(ad_text), '') as ad_text,
    {{ repeat_key('ad_text') }} as repeat_key,
    {{ currency_of('currency') }} as currency,

    ---------- measures
    {{ money('spend') }} as spend,
    impressions,
    clicks,
    {{ money('platform_conversions') }} as platform_conversions
from {{ source('raw', 'single_ad_performance') }}
where account_day <= {{ last_day() }}
