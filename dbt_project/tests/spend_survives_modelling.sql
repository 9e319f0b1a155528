-- All spend before `as_of` is in fct_ad_performance, currency by currency, and what it is worth in the reporting
-- currency is in every mart that shows spend. A join that loses or doubles a row, a week cut twice: each shows here.

with landed as (
    select {{ currency_of('currency') }} as currency, sum(spend) as spend
    from {{ source('raw', 'ad_performance') }}
    where account_day <= {{ last_day() }}
    group by 1
),

kept as (
    select currency, sum(spend) as spend
    from {{ ref('fct_ad_performance') }}
    group by currency
),

converted as (
    select sum(spend_reporting) as spend from {{ ref('fct_ad_performance') }}
),

totals as (
    {%- for mart in ['channel_day', 'channel_week', 'campaign_day', 'campaign_week', 'ad_group_week', 'wasted_spend', 'lead_cost_week', 'cac_by_cohort', 'platform_reconciliation'] %}
    select '{{ mart }}' as place, sum(spend_reporting) as spend from {{ ref(mart) }}
    {% if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

    union all
    -- every basis repeats the spend
    select 'campaign_return' as place, sum(spend_reporting) as spend from {{ ref('campaign_return') }}
    where basis = 'revenue brought'
)

select
    totals.place,
    totals.spend,
    converted.spend as spend_expected
from totals
cross join converted
where coalesce(totals.spend, 0) <> coalesce(converted.spend, 0)

union all
select
    'fct_ad_performance, ' || landed.currency as place,
    kept.spend,
    landed.spend as spend_expected
from landed
left join kept on landed.currency = kept.currency
where coalesce(kept.spend, 0) <> coalesce(landed.spend, 0)
