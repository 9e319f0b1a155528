-- Grain: one row per platform and campaign id known from ads or leads: one name (the latest), one channel
-- and one account (those with most spend; without ads the channel with most leads, and no account).

with ads as (
    select * from {{ ref('fct_ad_performance') }}
),

leads as (
    select * from {{ ref('stg_files__crm_leads') }}
    where platform is not null and campaign_id is not null
),

ad_channels as (
    select
        platform,
        campaign_id,
        channel,
        row_number() over (
            partition by platform, campaign_id order by sum(spend_reporting) desc nulls last, channel
        ) as position
    from ads
    group by platform, campaign_id, channel
),

ad_accounts as (
    select
        platform,
        campaign_id,
        account_id,
        row_number() over (
            partition by platform, campaign_id order by sum(spend_reporting) desc nulls last, account_id
        ) as position
    from ads
    group by platform, campaign_id, account_id
),

ad_names as (
    select
        platform,
        campaign_id,
        campaign_name,
        row_number() over (
            partition by platform, campaign_id order by max(account_day) desc, campaign_name
        ) as position
    from ads
    where campaign_name is not null
    group by platform, campaign_id, campaign_name
),

lead_campaigns as (
    select
        platform,
        campaign_id,
        channel,
        max(campaign_name) as campaign_name,
        row_number() over (partition by platform, campaign_id order by count(*) desc, channel) as position
    from leads
    group by platform, campaign_id, channel
),

campaigns as (
    select platform, campaign_id from ads
    union
    select platform, campaign_id from leads
)

select
    campaigns.platform,
    campaigns.campaign_id,
    coalesce(ad_names.campaign_name, lead_campaigns.campaign_name) as campaign_name,
    coalesce(ad_channels.channel, lead_campaigns.channel) as channel,
    ad_accounts.account_id,
    ad_channels.platform is not null as is_advertised
from campaigns
left join ad_channels
    on campaigns.platform = ad_channels.platform
    and campaigns.campaign_id = ad_channels.campaign_id
    and ad_channels.position = 1
left join ad_accounts
    on campaigns.platform = ad_accounts.platform
    and campaigns.campaign_id = ad_accounts.campaign_id
    and ad_accounts.position = 1
left join ad_names
    on campaigns.platform = ad_names.platform
    and campaigns.campaign_id = ad_names.campaign_id
    and ad_names.position = 1
left join lead_campaigns
    on campaigns.platform = lead_campaigns.platform
    and campaigns.campaign_id = lead_campaigns.campaign_id
    and lead_campaigns.position = 1
