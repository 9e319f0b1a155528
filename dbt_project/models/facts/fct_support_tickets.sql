-- Grain: one row per support ticket that counts. Nobody's words and nobody's address: those stay in raw.

select
    ---------- keys
    ticket_id,

    ---------- attributes
    source,
    contact_channel,
    topic,
    priority,
    account_id,

    ---------- time
    created_at,
    report_day,
    {{ week_start('report_day') }} as week_start,
    first_reply_at,
    solved_at,

    ---------- measures; an answer dated before the question says nothing about the wait
    case when first_reply_at >= created_at then {{ hours_between('created_at', 'first_reply_at') }} end
        as hours_to_first_reply,
    case when solved_at >= created_at then {{ hours_between('created_at', 'solved_at') }} end as hours_to_solve,
    case when satisfaction = 'good' then true when satisfaction = 'bad' then false end as is_satisfied
from {{ ref('stg_files__support_tickets') }}
