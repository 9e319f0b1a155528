-- Grain: one row per channel, campaign, week in which deals were opened and stage they stand in now. Clicks and
-- visits are not here on purpose: this is what campaigns brought, not what they stirred. A deal whose lead names
-- no campaign stays, under `Unassigned`, so that all pipeline that is dated is here once.

with opportunities as (
    select
        channel,
        coalesce(platform, 'Unassigned') as platform,
        coalesce(campaign_id, 'Unassigned') as campaign_id,
        {{ week_start('opened_day') }} as week_start,
        stage_group,
        deal_stage,
        is_won,
        amount_reporting,
        won_amount_reporting,
        age_days
    from {{ ref('fct_opportunities') }}
    where opened_day is not null
)

select
    ---------- keys
    opportunities.channel,
    opportunities.platform,
    opportunities.campaign_id,
    opportunities.week_start,
    opportunities.stage_group,
    opportunities.deal_stage,

    ---------- attributes
    max(campaigns.campaign_name) as campaign_name,

    ---------- measures
    {{ whole('count(*)') }} as opportunities,
    {{ count_where('opportunities.amount_reporting is null') }} as opportunities_without_amount,
    {{ money(known('max(case when has_amounts then 1 end) = 1', 'sum(opportunities.amount_reporting)')) }}
        as pipeline_reporting,
    {{ money(known('max(case when has_amounts then 1 end) = 1',
                   'sum(opportunities.won_amount_reporting)')) }}
        as revenue_reporting,
    {{ double('avg(opportunities.age_days)') }} as mean_age_days
from opportunities
left join {{ ref('int_campaigns__described') }} as campaigns
    on opportunities.platform = campaigns.platform and opportunities.campaign_id = campaigns.campaign_id
cross join {{ ref('int_coverage') }} as coverage
group by
    opportunities.channel, opportunities.platform, opportunities.campaign_id, opportunities.week_start,
    opportunities.stage_group, opportunities.deal_stage
