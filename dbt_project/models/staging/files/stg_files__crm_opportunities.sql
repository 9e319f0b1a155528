-- Grain: one row per opportunity opened (or, where the opening is undated, closed) before `as_of`.
-- One that closes later is still open. Money: in `currency`, null when not stated; int_opportunities__enriched
-- converts it. Pipeline takes the rate of the day of opening, revenue that of winning; an undated amount takes
-- that of its other day, and without any day that of the last day before `as_of`.

select
    ---------- keys
    opportunity_id,
    lead_id,
    {{ link_key('account_id') }} as account_id,

    ---------- attributes
    _source as source,
    -- The stage is the export's; of a deal that closed later it would tell the future.
    case when closed_at >= {{ as_of() }} then 'Not known' else coalesce(nullif(trim(deal_stage), ''), 'Not stated') end
        as deal_stage,
    coalesce(is_won, false) and (closed_at is null or closed_at < {{ as_of() }}) as is_won,

    ---------- time
    created_at as opened_at,
    case when closed_at < {{ as_of() }} then closed_at end as closed_at,
    {{ report_day('created_at') }} as opened_day,
    case when closed_at < {{ as_of() }} then {{ report_day('closed_at') }} end as closed_day,
    coalesce(
        {{ report_day('created_at') }},
        case when closed_at < {{ as_of() }} then {{ report_day('closed_at') }} end,
        {{ last_day() }}
    ) as opened_rate_day,
    coalesce(
        case when closed_at < {{ as_of() }} then {{ report_day('closed_at') }} end,
        {{ report_day('created_at') }},
        {{ last_day() }}
    ) as won_rate_day,

    ---------- measures
    {{ currency_of('currency') }} as currency,
    {{ money('amount') }} as amount
from {{ source('raw', 'crm_opportunities') }}
where coalesce(created_at, closed_at) is null or coalesce(created_at, closed_at) < {{ as_of() }}
