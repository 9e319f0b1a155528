-- Grain: one row per platform, campaign, month and basis. The month is that in which the lead was created or,
-- for an influenced deal, in which its buyer first touched the campaign; spend is that of the month. A deal has
-- one campaign that brought its lead, but counts for every campaign that influenced it: never add those up.

with months_of_spend as (
    select
        platform,
        campaign_id,
        {{ month_start('account_day') }} as month_start,
        sum(spend_reporting) as spend_reporting
    from {{ ref('fct_ad_performance') }}
    group by 1, 2, 3
),

deals as (
    select
        conversions.opportunity_id,
        coalesce('account ' || conversions.account_id, 'contact ' || conversions.contact_id) as buyer,
        conversions.converted_at,
        opportunities.platform,
        opportunities.campaign_id,
        opportunities.is_won,
        coalesce(opportunities.amount_reporting, 0) as amount_reporting,
        coalesce(opportunities.won_amount_reporting, 0) as won_amount_reporting,
        {{ month_start('leads.report_day') }} as lead_month
    from {{ ref('fct_conversions') }} as conversions
    inner join {{ ref('fct_opportunities') }} as opportunities
        on conversions.opportunity_id = opportunities.opportunity_id
    left join {{ ref('stg_files__crm_leads') }} as leads on opportunities.lead_id = leads.lead_id
    where conversions.conversion_type = 'opportunity'
),

touches as (
    select
        coalesce('account ' || account_id, 'contact ' || contact_id) as buyer,
        platform,
        campaign_id,
        touched_at,
        report_day
    from {{ ref('fct_touchpoints') }}
    where platform is not null and campaign_id is not null
),

-- One row per deal and campaign, whether it brought the lead or was only touched on the way.
credited as (
    select opportunity_id, platform, campaign_id, lead_month as month_start, 1 as is_brought
    from deals
    where platform is not null and campaign_id is not null and lead_month is not null

    union all
    select deals.opportunity_id, touches.platform, touches.campaign_id, {{ month_start('touches.report_day') }}, 0
    from deals
    inner join touches on deals.buyer = touches.buyer and touches.touched_at <= deals.converted_at
),

influenced as (
    select opportunity_id, platform, campaign_id, min(month_start) as month_start
    from credited
    group by opportunity_id, platform, campaign_id
),

{%- set bases = [
    ('pipeline brought', 'credited', 'is_brought = 1', '1 = 1', 'amount_reporting'),
    ('revenue brought', 'credited', 'is_brought = 1', 'is_won', 'won_amount_reporting'),
    ('pipeline influenced', 'influenced', '1 = 1', '1 = 1', 'amount_reporting'),
    ('revenue influenced', 'influenced', '1 = 1', 'is_won', 'won_amount_reporting'),
] %}

valued as (
    {%- for basis, deals, is_meant, is_valued, worth in bases %}
    select
        '{{ basis }}' as basis,
        meant.platform,
        meant.campaign_id,
        meant.month_start,
        count(*) as opportunities,
        sum(deals.{{ worth }}) as value_reporting
    from {{ deals }} as meant
    inner join deals on meant.opportunity_id = deals.opportunity_id
    where {{ is_meant }} and {{ is_valued }}
    group by meant.platform, meant.campaign_id, meant.month_start
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

months as (
    select platform, campaign_id, month_start from months_of_spend
    union
    select platform, campaign_id, month_start from valued
),

measured as (
    select
        months.platform,
        months.campaign_id,
        months.month_start,
        bases.basis,
        spent.spend_reporting,
        {{ whole(known('coverage.has_opportunities', 'valued.opportunities')) }} as opportunities,
        {{ money(known('coverage.has_amounts', 'valued.value_reporting')) }} as value_reporting
    from months
    cross join (
        {%- for basis in bases %}
        select '{{ basis[0] }}' as basis {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as bases
    left join months_of_spend as spent
        on months.platform = spent.platform
        and months.campaign_id = spent.campaign_id
        and months.month_start = spent.month_start
    left join valued
        on months.platform = valued.platform
        and months.campaign_id = valued.campaign_id
        and months.month_start = valued.month_start
        and bases.basis = valued.basis
    cross join {{ ref('int_coverage') }} as coverage
)

select
    ---------- keys
    measured.platform,
    measured.campaign_id,
    measured.month_start,
    measured.basis,

    ---------- attributes
    campaigns.campaign_name,
    campaigns.channel,
    cast({{ dbt.dateadd('month', 1, 'measured.month_start') }} as date) + {{ var('customer_maturity_days') }}
        <= {{ last_day() }} + 1 as is_matured,

    ---------- measures
    {{ money('measured.spend_reporting') }} as spend_reporting,
    measured.opportunities,
    measured.value_reporting,
    {{ ratio('measured.value_reporting', 'measured.spend_reporting') }} as return_per_spend,
    {{ ratio('measured.value_reporting - measured.spend_reporting', 'measured.spend_reporting') }} as roi
from measured
left join {{ ref('int_campaigns__described') }} as campaigns
    on measured.platform = campaigns.platform and measured.campaign_id = campaigns.campaign_id
