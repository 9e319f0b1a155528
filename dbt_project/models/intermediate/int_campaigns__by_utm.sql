-- Grain: one row per channel and lower-case text that utm_campaign may hold for exactly one advertised campaign
-- of that channel: its id, or else a name it has had. A text that means two campaigns means none.

{{ config(materialized='table') }}

with ads as (
    select distinct channel, platform, campaign_id, campaign_name
    from {{ ref('stg_files__ad_performance') }}
),

texts as (
    select channel, lower(campaign_id) as utm_text, 1 as precedence, platform, campaign_id
    from ads

    union all
    select channel, lower(trim(campaign_name)) as utm_text, 2 as precedence, platform, campaign_id
    from ads
    where trim(campaign_name) <> ''
),

first_meanings as (
    select channel, utm_text, min(precedence) as precedence
    from texts
    group by channel, utm_text
),

single as (
    select
        texts.channel,
        texts.utm_text,
        min(texts.platform) as platform,
        min(texts.campaign_id) as campaign_id
    from texts
    inner join first_meanings
        on texts.channel = first_meanings.channel
        and texts.utm_text = first_meanings.utm_text
        and texts.precedence = first_meanings.precedence
    group by texts.channel, texts.utm_text
    having count(distinct texts.platform || ' ' || texts.campaign_id) = 1
)

select
    single.channel,
    single.utm_text,
    single.platform,
    single.campaign_id,
    campaigns.campaign_name
from single
left join {{ ref('int_campaigns__described') }} as campaigns
    on single.platform = campaigns.platform and single.campaign_id = campaigns.campaign_id
