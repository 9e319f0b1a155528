-- The marts by campaign, by lead source and by platform.

create table campaign_week as
with parts as (
    select
        platform, campaign_id, week_start(account_day) as week_start, spend_reporting, impressions, clicks,
        platform_conversions, 0 as leads, 0 as accepted_leads, 0 as rejected_leads, 0 as customers,
        0 as opportunities, 0::decimal(18, 6) as pipeline_reporting, 0::decimal(18, 6) as revenue_reporting
    from ads

    union all by name
    select
        platform, campaign_id, week_start, 1 as leads,
        cast(sales_outcome = 'accepted' as integer) as accepted_leads,
        cast(sales_outcome = 'rejected' as integer) as rejected_leads,
        cast(stage_reached >= 5 as integer) as customers
    from leads
    where week_start is not null and platform is not null and campaign_id is not null

    union all by name
    select
        platform, campaign_id, week_start(opened_day) as week_start, 1 as opportunities,
        amount_reporting as pipeline_reporting
    from opportunities
    where opened_day is not null and platform is not null and campaign_id is not null

    union all by name
    select platform, campaign_id, week_start(won_day) as week_start, amount_reporting as revenue_reporting
    from opportunities
    where won_day is not null and platform is not null and campaign_id is not null
),

weeks as (
    select
        platform, campaign_id, week_start,
        sum(columns(* exclude (platform, campaign_id, week_start)))
    from parts
    group by platform, campaign_id, week_start
),

advertised as (
    select
        platform, campaign_id,
        arg_max(campaign_name, account_day) as campaign_name,
        any_value(channel) as channel
    from ads
    group by platform, campaign_id
),

led as (
    select
        platform, campaign_id, max(campaign_name) as campaign_name, mode(channel) as channel
    from leads
    group by platform, campaign_id
)

select
    weeks.platform, weeks.campaign_id, weeks.week_start,
    coalesce(advertised.campaign_name, led.campaign_name) as campaign_name,
    coalesce(advertised.channel, led.channel) as channel,
    case when advertised.platform is not null then coalesce(spend_reporting, 0) end as spend_reporting,
    case when advertised.platform is not null then coalesce(impressions, 0) end as impressions,
    case when advertised.platform is not null then coalesce(clicks, 0) end as clicks,
    case when advertised.platform is not null then coalesce(platform_conversions, 0) end as platform_conversions,
    coalesce(leads, 0) as leads,
    coalesce(accepted_leads, 0) as accepted_leads,
    coalesce(rejected_leads, 0) as rejected_leads,
    coalesce(customers, 0) as customers,
    coalesce(opportunities, 0) as opportunities,
    coalesce(pipeline_reporting, 0) as pipeline_reporting,
    coalesce(revenue_reporting, 0) as revenue_reporting
from weeks
left join advertised using (platform, campaign_id)
left join led using (platform, campaign_id);

create table lead_source_summary as
with parts as (
    select
        lead_source, channel, 1 as leads, cast(report_day is not null as integer) as dated_leads,
        cast(report_day is null as integer) as undated_leads,
        cast(stage_reached >= 1 as integer) as mqls,
        cast(sales_outcome = 'accepted' as integer) as accepted_leads,
        cast(sales_outcome = 'rejected' as integer) as rejected_leads,
        0 as opportunities,
        cast(stage_reached >= 5 as integer) as customers,
        0::decimal(18, 6) as revenue_reporting
    from leads

    union all by name
    select
        lead_source, channel, 1 as opportunities,
        case when is_won then amount_reporting end as revenue_reporting
    from opportunities
)

select
    'crm' as source, lead_source, channel,
    coalesce(sum(columns(* exclude (lead_source, channel))), 0)
from parts
group by lead_source, channel;

create table platform_reconciliation as
with single as (
    select channel, min(platform) as platform from ads group by channel having count(distinct platform) = 1
),

parts as (
    select platform, channel, week_start(account_day) as week_start, platform_conversions,
        0 as crm_leads, 0 as web_conversions, spend_reporting,
        case when is_cut_in_another_zone then spend_reporting else 0 end as spend_cut_in_another_zone
    from ads

    union all by name
    select coalesce(leads.platform, single.platform) as platform, channel, week_start, 1 as crm_leads
    from leads
    left join single using (channel)
    where week_start is not null

    union all by name
    select single.platform, channel, week_start, web_conversions
    from channel_week
    join single using (channel)
    where web_conversions <> 0
),

weeks as (
    select
        platform, channel, week_start,
        cast(coalesce(sum(platform_conversions), 0) as decimal(18, 6)) as platform_conversions,
        coalesce(sum(crm_leads), 0) as crm_leads,
        coalesce(sum(web_conversions), 0) as web_conversions,
        cast(coalesce(sum(spend_reporting), 0) as decimal(18, 6)) as spend_reporting,
        cast(coalesce(sum(spend_cut_in_another_zone), 0) as decimal(18, 6)) as spend_cut_in_another_zone_reporting
    from parts
    where platform is not null
    group by platform, channel, week_start
)

select
    weeks.platform, weeks.channel, weeks.week_start, platform_conversions, crm_leads,
    case when single.platform = weeks.platform then web_conversions end as web_conversions,
    platform_conversions - crm_leads as claimed_minus_crm,
    cast(platform_conversions / nullif(crm_leads, 0) as decimal(18, 6)) as claimed_per_crm_lead,
    case
        when abs(platform_conversions - crm_leads) <= getvariable('tolerance') * crm_leads then 'within tolerance'
        when platform_conversions = 0 then 'claims none: no conversions are sent to the platform'
        when crm_leads = 0
            then 'claims without leads: conversions of another kind, or leads that do not name the platform'
        when platform_conversions < crm_leads then 'claims fewer: conversions not sent back'
        when single.platform = weeks.platform
            and platform_conversions <= (1 + getvariable('tolerance')) * web_conversions
            then 'claims more: forms that became no lead'
        else 'claims more: view-through, modelled or repeated conversions'
    end as explanation,
    spend_reporting, spend_cut_in_another_zone_reporting,
    sum(platform_conversions) over (partition by week_start) as week_platform_conversions,
    lead_weeks.leads as week_crm_leads,
    case
        when lead_weeks.leads is not null
            then greatest(sum(platform_conversions) over (partition by week_start) - lead_weeks.leads, 0)
    end as week_least_double_count
from weeks
left join single using (channel)
left join (select week_start, sum(leads) as leads from channel_week group by week_start) as lead_weeks
    using (week_start);
