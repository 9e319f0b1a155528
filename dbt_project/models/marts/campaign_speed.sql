-- Grain: one row per platform and campaign id: when it was briefed, launched and first decided on.

with campaigns as (
    select platform, campaign_id, campaign_name, channel
    from {{ ref('dim_campaigns') }}
),

marks as (
    select * from {{ ref('event_marks') }}
    where campaign_id <> ''
),

told as (
    select
        campaign_id,
        min(case when kind = 'brief' then event_day end) as briefed_on,
        min(case when kind = 'launch' then event_day end) as launched_on
    from marks
    group by campaign_id
),

spent as (
    select platform, campaign_id, min(account_day) as first_spend_day
    from {{ ref('fct_ad_performance') }}
    where spend_reporting > 0
    group by platform, campaign_id
),

launched as (
    select
        campaigns.platform,
        campaigns.campaign_id,
        campaigns.campaign_name,
        campaigns.channel,
        told.briefed_on,
        -- What people said beats the first day on record, which may be where the record begins.
        coalesce(told.launched_on, spent.first_spend_day) as launched_on
    from campaigns
    left join told on campaigns.campaign_id = told.campaign_id
    left join spent on campaigns.platform = spent.platform and campaigns.campaign_id = spent.campaign_id
),

decided as (
    select
        launched.platform,
        launched.campaign_id,
        min(marks.event_day) as decided_on
    from launched
    inner join marks
        on launched.campaign_id = marks.campaign_id
        and marks.kind = 'decision'
        and marks.event_day >= launched.launched_on
    group by launched.platform, launched.campaign_id
)

select
    ---------- keys
    launched.platform,
    launched.campaign_id,

    ---------- attributes
    launched.campaign_name,
    launched.channel,

    ---------- time
    launched.briefed_on,
    launched.launched_on,
    decided.decided_on,

    ---------- measures
    cast(
        case
            when launched.briefed_on <= launched.launched_on
                then {{ dbt.datediff('launched.briefed_on', 'launched.launched_on', 'day') }}
        end as bigint
    ) as days_to_launch,
    cast({{ dbt.datediff('launched.launched_on', 'decided.decided_on', 'day') }} as bigint) as days_to_decision
from launched
left join decided on launched.platform = decided.platform and launched.campaign_id = decided.campaign_id
