-- Every amount in a foreign currency has a rate of its day, or of the days that it may be carried over. The rows
-- name the currency and the days without: such an amount is null, never 0 and never left out.

{{ config(meta={
    'shows_rows': true,
    'fix': 'land the exchange rates of these days (docs/sources/exchange_rates.md); rates are carried for fx_carry_days of config/company.yaml',
}) }}

select
    currency,
    min(amount_day) as first_day,
    max(amount_day) as last_day,
    count(*) as days
from {{ ref('int_fx__daily_rates') }}
where reporting_per_unit is null
group by currency
