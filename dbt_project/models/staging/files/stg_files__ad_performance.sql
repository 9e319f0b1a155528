-- Grain: one row per platform, account, campaign, ad group and account day, up to `as_of`.
-- Money: spend counts as reporting money only in the reporting currency; anything else stays null and
-- fails spend_survives_modelling instead of being added to other money.

select
    ---------- keys
    lower({{ link_key('platform') }}) as platform,
    account_id,
    {{ link_key('campaign_id') }} as campaign_id,
    ad_group_id,
    account_day,

    ---------- attributes
    campaign_name,
    {{ channel_name('channel') }} as channel,
    _source as source,

    ---------- measures
    case when upper(currency) = '{{ var("reporting_currency") }}' then {{ money('spend') }} end as spend_reporting,
    impressions,
    clicks,
    {{ money('platform_conversions') }} as platform_conversions
from {{ source('raw', 'ad_performance') }}
where account_day <= {{ last_day() }}
