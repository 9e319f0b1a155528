-- All spend of single ads before `as_of` is in fct_single_ad_performance, currency by currency, and what it is worth
-- in the reporting currency is in ad_week.

with landed as (
    select {{ currency_of('currency') }} as currency, sum(spend) as spend
    from {{ source('raw', 'single_ad_performance') }}
    where account_day <= {{ last_day() }}
    group by 1
),

kept as (
    select currency, sum(spend) as spend
    from {{ ref('fct_single_ad_performance') }}
    group by currency
),

converted as (
    select sum(spend_reporting) as spend from {{ ref('fct_single_ad_performance') }}
),

weeks as (
    select sum(spend_reporting) as spend from {{ ref('ad_week') }}
)

select
    'fct_single_ad_performance, ' || landed.currency as place,
    kept.spend,
    landed.spend as spend_expected
from landed
left join kept on landed.currency = kept.currency
where coalesce(kept.spend, 0) <> coalesce(landed.spend, 0)

union all
select
    'ad_week' as place,
    weeks.spend,
    converted.spend as spend_expected
from weeks
cross join converted
where coalesce(weeks.spend, 0) <> coalesce(converted.spend, 0)
