-- Grain: one row per foreign currency and day on which an amount in it is dated. A rate holds until the next
-- one, but for at most `fx_carry_days`: weekends and holidays have none. Without one it is null, which
-- every_amount_has_a_rate refuses. A table, because ads and opportunities both read it.

{{ config(materialized='table') }}

{%- set own = "'" ~ var('reporting_currency') ~ "'" %}

with asked as (
    select currency, account_day as amount_day
    from {{ ref('stg_files__ad_performance') }}
    where currency <> {{ own }}

    union
    select currency, account_day as amount_day
    from {{ ref('stg_files__single_ad_performance') }}
    where currency <> {{ own }}

    union
    select currency, opened_rate_day as amount_day
    from {{ ref('stg_files__crm_opportunities') }}
    where currency <> {{ own }} and amount is not null

    union
    select currency, won_rate_day as amount_day
    from {{ ref('stg_files__crm_opportunities') }}
    where currency <> {{ own }} and amount is not null and is_won
),

quoted as (
    select base_currency, currency, rate_day, {{ double('rate') }} as rate, 1 as precedence
    from {{ ref('stg_files__fx_rates') }}
    where base_currency <> currency

    union all
    select currency as base_currency, base_currency as currency, rate_day, 1 / {{ double('rate') }} as rate, 2 as precedence
    from {{ ref('stg_files__fx_rates') }}
    where base_currency <> currency

    union all
    select base_currency, base_currency as currency, rate_day, {{ double(1) }} as rate, 3 as precedence
    from {{ ref('stg_files__fx_rates') }}

    union all
    select currency as base_currency, currency, rate_day, {{ double(1) }} as rate, 3 as precedence
    from {{ ref('stg_files__fx_rates') }}
),

-- What one unit of each currency buys of each other and of itself, as published or else turned round: then a
-- direct pair, an inverse one and a cross over any third currency are all the same division.
ranked as (
    select
        quoted.*,
        row_number() over (partition by base_currency, currency, rate_day order by precedence) as position
    from quoted
),

rates as (
    select * from ranked where position = 1
),

published as (
    select
        theirs.currency,
        theirs.rate_day,
        cast(ours.rate / theirs.rate as decimal(20, 12)) as reporting_per_unit,
        row_number() over (
            partition by theirs.currency, theirs.rate_day
            order by case when theirs.base_currency = theirs.currency then 0 else 1 end, theirs.base_currency
        ) as preference
    from rates as theirs
    inner join rates as ours
        on theirs.base_currency = ours.base_currency and theirs.rate_day = ours.rate_day
    where ours.currency = {{ own }} and theirs.currency <> {{ own }}
),

spans as (
    select
        currency,
        rate_day,
        reporting_per_unit,
        lead(rate_day) over (partition by currency order by rate_day) as next_rate_day
    from published
    where preference = 1
)

select
    asked.currency,
    asked.amount_day,
    spans.rate_day,
    spans.reporting_per_unit
from asked
-- left join: an amount without a rate must fail a test, not vanish
left join spans
    on asked.currency = spans.currency
    and asked.amount_day >= spans.rate_day
    and asked.amount_day <= cast({{ dbt.dateadd('day', var('fx_carry_days'), 'spans.rate_day') }} as date)
    and (spans.next_rate_day is null or asked.amount_day < spans.next_rate_day)
