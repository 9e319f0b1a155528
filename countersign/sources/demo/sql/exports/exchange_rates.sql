-- As the European Central Bank's data service gives its reference rates as CSV: one euro in each currency, on
-- working days only. The walk is slow, so that no day is out of line with its neighbours.

create view exchange_rates as
with quoted (currency, name, usual) as (
    values ('CHF', 'Swiss franc', 0.94), ('GBP', 'Pound sterling', 0.86), ('USD', 'US dollar', 1.09)
),

days as (
    select unnest(generate_series(getvariable('first_day'), getvariable('until') - 1, interval 1 day))::date as day
)

select
    day,
    'EXR.D.' || currency || '.EUR.SP00.A' as "KEY",
    'D' as "FREQ",
    currency as "CURRENCY",
    'EUR' as "CURRENCY_DENOM",
    'SP00' as "EXR_TYPE",
    'A' as "EXR_SUFFIX",
    day as "TIME_PERIOD",
    round(
        usual * (
            1 + 0.02 * sin(date_diff('day', date '2026-01-01', day) / 40.0 + usual)
            + 0.004 * (chance('exchange rate', currency || day) - 0.5)
        ),
        4
    )::decimal(12, 4) as "OBS_VALUE",
    'A' as "OBS_STATUS",
    name || '/Euro' as "TITLE"
from quoted
cross join days
where isodow(day) < 6
order by currency, day;
