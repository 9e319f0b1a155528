-- Grain: one row per platform and campaign known from ads or leads, with the days it was seen.

with seen as (
    select platform, campaign_id, account_day as seen_day
    from {{ ref('stg_files__ad_performance') }}

    union all
    select platform, campaign_id, report_day as seen_day
    from {{ ref('stg_files__crm_leads') }}
    where platform is not null and campaign_id is not null
),

days as (
    select platform, campaign_id, min(seen_day) as first_day, max(seen_day) as last_day
    from seen
    group by platform, campaign_id
)

select
    ---------- keys
    campaigns.platform,
    campaigns.campaign_id,

    ---------- attributes
    campaigns.campaign_name,
    campaigns.channel,
    campaigns.is_advertised,

    ---------- time
    days.first_day,
    days.last_day
from {{ ref('int_campaigns__described') }} as campaigns
left join days on campaigns.platform = days.platform and campaigns.campaign_id = days.campaign_id
