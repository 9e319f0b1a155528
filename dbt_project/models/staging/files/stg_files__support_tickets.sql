-- Grain: one row per support ticket opened before `as_of`. Deleted tickets and those merged into another are
-- left out: nobody waited for them. An answer or a solution from `as_of` on has not happened yet.

select
    ---------- keys
    ticket_id,

    ---------- attributes
    _source as source,
    coalesce(nullif(trim(contact_channel), ''), 'Not stated') as contact_channel,
    coalesce(nullif(trim(topic), ''), 'Not stated') as topic,
    coalesce(nullif(trim(priority), ''), 'Not stated') as priority,
    {{ link_key('account_id') }} as account_id,
    lower(nullif(trim(satisfaction), '')) as satisfaction,

    ---------- time
    created_at,
    {{ report_day('created_at') }} as report_day,
    case when first_reply_at < {{ as_of() }} then first_reply_at end as first_reply_at,
    case when solved_at < {{ as_of() }} then solved_at end as solved_at
from {{ source('raw', 'support_tickets') }}
where created_at < {{ as_of() }} and coalesce(status, 'open') not in ('deleted', 'merged')
