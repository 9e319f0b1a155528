-- All spend before `as_of` is in every mart that shows spend. A row in another currency, a join that
-- loses or doubles a row, a week cut twice: each shows here.

with totals as (
    select 'raw.ad_performance' as place, sum(spend) as spend
    from {{ source('raw', 'ad_performance') }}
    where account_day <= {{ last_day() }}

    union all
    select 'channel_day' as place, sum(spend_reporting) as spend from {{ ref('channel_day') }}

    union all
    select 'channel_week' as place, sum(spend_reporting) as spend from {{ ref('channel_week') }}

    union all
    select 'campaign_week' as place, sum(spend_reporting) as spend from {{ ref('campaign_week') }}

    union all
    select 'wasted_spend' as place, sum(spend_reporting) as spend from {{ ref('wasted_spend') }}

    union all
    -- every basis repeats the spend
    select 'campaign_return' as place, sum(spend_reporting) as spend from {{ ref('campaign_return') }}
    where basis = 'revenue brought'

    union all
    select 'lead_cost_week' as place, sum(spend_reporting) as spend from {{ ref('lead_cost_week') }}

    union all
    select 'cac_by_cohort' as place, sum(spend_reporting) as spend from {{ ref('cac_by_cohort') }}
)

select
    totals.place,
    totals.spend,
    landed.spend as spend_landed
from totals
cross join totals as landed
where landed.place = 'raw.ad_performance' and coalesce(totals.spend, 0) <> coalesce(landed.spend, 0)
