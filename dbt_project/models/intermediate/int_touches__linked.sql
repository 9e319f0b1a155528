-- Grain: one row per touch of a contact: a session, a click in an e-mail, an event or a form. One visit is one
-- touch: a session that a click opened is the click's, a form sent after a session of that day is the session's.

{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_touches(ref('int_touches__changed_contacts')) }}",
    post_hook=[
        "{{ emptied(ref('int_touches__links_used')) }}",
        "{{ note_links_used(ref('int_touches__links_used'), ref('int_touches__links')) }}",
        "{{ emptied(ref('int_touches__changed_contacts')) }}",
    ]
) }}

with sessions as (
    {{ redone_touches(ref('int_touches__sessions'), ref('int_touches__changed_contacts')) }}
),

recorded as (
    {{ redone_touches(ref('int_touches__recorded'), ref('int_touches__changed_contacts')) }}
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
)

select
    sessions.touchpoint_id,
    sessions.contact_id,
    sessions.touched_at,
    sessions.report_day,
    sessions.channel,
    sessions.utm_text,
    cast(null as {{ dbt.type_string() }}) as platform,
    cast(null as {{ dbt.type_string() }}) as campaign_id,
    cast(null as {{ dbt.type_string() }}) as campaign_name,
    'session' as touch_type,
    sessions.link_rule
from sessions
left join opened_by_click on sessions.touchpoint_id = opened_by_click.touchpoint_id
where opened_by_click.touchpoint_id is null

union all
select
    recorded.touchpoint_id,
    recorded.contact_id,
    recorded.touched_at,
    recorded.report_day,
    recorded.channel,
    cast(null as {{ dbt.type_string() }}) as utm_text,
    recorded.platform,
    recorded.campaign_id,
    recorded.campaign_name,
    recorded.touch_type,
    recorded.link_rule
from recorded
left join sent_in_session on recorded.touchpoint_id = sent_in_session.touchpoint_id
where sent_in_session.touchpoint_id is null
