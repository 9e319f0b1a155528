-- Grain: one row per channel and day on which a deal was opened or closed. Money: reporting currency, at the rate of
-- the day of opening. A deal belongs to the channel of its lead.

with moves as (
    select
        channel,
        opened_day as report_day,
        0 as deals_won,
        0 as deals_lost,
        amount_reporting as opened_reporting
    from {{ ref('int_opportunities__enriched') }}
    where opened_day is not null

    union all
    select
        channel,
        closed_day as report_day,
        case when is_won then 1 else 0 end as deals_won,
        case when is_won then 0 else 1 end as deals_lost,
        case when opened_day is not null then -amount_reporting end as opened_reporting
    from {{ ref('int_opportunities__enriched') }}
    where closed_day is not null
),

days as (
    select
        channel,
        report_day,
        sum(deals_won) as deals_won,
        sum(deals_lost) as deals_lost,
        sum(coalesce(opened_reporting, 0)) as opened_reporting
    from moves
    group by channel, report_day
)

select
    ---------- keys
    days.channel,
    days.report_day,

    ---------- measures; no landed table states when a deal is expected to close, nor that this was put off
    cast(null as bigint) as deals_due,
    {{ whole('days.deals_won') }} as deals_won,
    {{ whole('days.deals_lost') }} as deals_lost,
    cast(null as bigint) as deals_slipped,
    case
        when coverage.has_amounts
            then {{ money('sum(days.opened_reporting) over (partition by days.channel order by days.report_day)') }}
    end as pipeline_open_reporting
from days
cross join {{ ref('int_coverage') }} as coverage
