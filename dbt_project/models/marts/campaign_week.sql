-- Grain: one row per platform, campaign and week. Money: reporting currency. Leads and what became of
-- them count in the week the lead was created, pipeline in the week the opportunity was opened, revenue in
-- the week it was won.

with ad_weeks as (
    select
        platform,
        campaign_id,
        {{ week_start('account_day') }} as week_start,
        sum(spend_reporting) as spend_reporting,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions
    from {{ ref('fct_ad_performance') }}
    group by 1, 2, 3
),

lead_weeks as (
    select
        platform,
        campaign_id,
        week_start,
        count(*) as leads,
        {{ count_where('is_accepted') }} as accepted_leads,
        {{ count_where('is_rejected') }} as rejected_leads,
        {{ count_where('is_customer') }} as customers
    from {{ ref('int_leads__enriched') }}
    where week_start is not null and platform is not null and campaign_id is not null
    group by 1, 2, 3
),

opened_weeks as (
    select
        platform,
        campaign_id,
        {{ week_start('opened_day') }} as week_start,
        count(*) as opportunities,
        sum(amount_reporting) as pipeline_reporting
    from {{ ref('int_opportunities__enriched') }}
    where opened_day is not null and platform is not null and campaign_id is not null
    group by 1, 2, 3
),

won_weeks as (
    select
        platform,
        campaign_id,
        {{ week_start('won_day') }} as week_start,
        sum(won_amount_reporting) as revenue_reporting
    from {{ ref('int_opportunities__enriched') }}
    where won_day is not null and platform is not null and campaign_id is not null
    group by 1, 2, 3
),

weeks as (
    select platform, campaign_id, week_start from ad_weeks
    union
    select platform, campaign_id, week_start from lead_weeks
    union
    select platform, campaign_id, week_start from opened_weeks
    union
    select platform, campaign_id, week_start from won_weeks
)

select
    ---------- keys
    weeks.platform,
    weeks.campaign_id,
    weeks.week_start,

    ---------- attributes
    campaigns.campaign_name,
    campaigns.channel,

    ---------- measures; a campaign that no ad source reports has no known spend
    {{ money(known('campaigns.is_advertised', 'spend_reporting')) }} as spend_reporting,
    {{ whole(known('campaigns.is_advertised and has_impressions', 'impressions')) }} as impressions,
    {{ whole(known('campaigns.is_advertised and has_clicks', 'clicks')) }} as clicks,
    {{ money(known('campaigns.is_advertised and has_platform_conversions', 'platform_conversions')) }}
        as platform_conversions,
    {{ whole(known('has_lead_campaigns', 'leads')) }} as leads,
    {{ whole(known('has_lead_campaigns and has_sales_outcomes', 'accepted_leads')) }} as accepted_leads,
    {{ whole(known('has_lead_campaigns and has_sales_outcomes', 'rejected_leads')) }} as rejected_leads,
    {{ whole(known('has_lead_campaigns and has_customers', 'customers')) }} as customers,
    {{ whole(known('has_lead_campaigns and has_opportunities', 'opportunities')) }} as opportunities,
    {{ money(known('has_lead_campaigns and has_amounts', 'pipeline_reporting')) }} as pipeline_reporting,
    {{ money(known('has_lead_campaigns and has_amounts', 'revenue_reporting')) }} as revenue_reporting
from weeks
left join {{ ref('int_campaigns__described') }} as campaigns
    on weeks.platform = campaigns.platform and weeks.campaign_id = campaigns.campaign_id
left join ad_weeks
    on weeks.platform = ad_weeks.platform
    and weeks.campaign_id = ad_weeks.campaign_id
    and weeks.week_start = ad_weeks.week_start
left join lead_weeks
    on weeks.platform = lead_weeks.platform
    and weeks.campaign_id = lead_weeks.campaign_id
    and weeks.week_start = lead_weeks.week_start
left join opened_weeks
    on weeks.platform = opened_weeks.platform
    and weeks.campaign_id = opened_weeks.campaign_id
    and weeks.week_start = opened_weeks.week_start
left join won_weeks
    on weeks.platform = won_weeks.platform
    and weeks.campaign_id = won_weeks.campaign_id
    and weeks.week_start = won_weeks.week_start
cross join {{ ref('int_coverage') }} as coverage
