-- Grain: one row per touch of a contact: a session, a click in an e-mail, an event or a form. One visit is one
-- touch: a session that a click opened is the click's, a form sent during a session is the session's.
-- In time a contact's touches stand by touched_at, then touchpoint_id.

with sessions as (
    select * from {{ ref('int_touches__sessions') }}
),

recorded as (
    select * from {{ ref('int_touches__recorded') }}
),

opened_by_click as (
    select distinct sessions.touchpoint_id
    from sessions
    inner join recorded
        on sessions.contact_id = recorded.contact_id
        and sessions.report_day = recorded.report_day
        and sessions.channel = recorded.channel
        and sessions.touched_at >= recorded.touched_at
        and sessions.touched_at < {{ dbt.dateadd('minute', 30, 'recorded.touched_at') }}
    where recorded.touch_type = 'email_click'
),

sent_in_session as (
    select distinct recorded.touchpoint_id
    from recorded
    inner join sessions
        on recorded.contact_id = sessions.contact_id
        and recorded.report_day = sessions.report_day
        and recorded.touched_at >= sessions.touched_at
    where recorded.touch_type = 'form'
),

repeated as (
    select touchpoint_id from opened_by_click
    union all
    select touchpoint_id from sent_in_session
),

touches as (
    select * from sessions
    union all
    select * from recorded
)

select
    ---------- keys
    touches.touchpoint_id,
    touches.contact_id,
    accounts.account_id,

    ---------- time
    touches.touched_at,
    touches.report_day,

    ---------- attributes
    touches.channel,
    touches.platform,
    touches.campaign_id,
    touches.campaign_name,
    touches.touch_type,
    touches.link_rule
from touches
left join repeated on touches.touchpoint_id = repeated.touchpoint_id
left join {{ ref('int_contacts__accounts') }} as accounts on touches.contact_id = accounts.contact_id
where repeated.touchpoint_id is null
