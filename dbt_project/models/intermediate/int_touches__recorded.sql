-- Grain: one row per click in an e-mail, event registered for or attended, and form sent by a known contact.
-- A form within an hour of the creation of a lead of that contact made the lead: it is the conversion, no touch.

with leads as (
    select * from {{ ref('int_contacts__leads') }}
),

addresses as (
    select distinct email_key, contact_id from leads where email_key is not null
),

clicks as (
    select
        'email_click ' || clicks.event_id as touchpoint_id,
        addresses.contact_id,
        clicks.occurred_at as touched_at,
        clicks.report_day,
        coalesce(campaigns.channel, {{ group('Email') }}) as channel,
        clicks.platform,
        clicks.email_campaign_id as campaign_id,
        campaigns.campaign_name,
        'email_click' as touch_type,
        'e-mail address' as link_rule
    from {{ ref('stg_files__email_events') }} as clicks
    inner join addresses on clicks.email_key = addresses.email_key
    left join {{ ref('stg_files__email_campaigns') }} as campaigns
        on clicks.platform = campaigns.platform and clicks.email_campaign_id = campaigns.email_campaign_id
    where clicks.event_type = 'clicked'
),

-- The lead that an event names decides; without one (that is known) the address does.
events as (
    select
        events.event_id,
        coalesce(leads.contact_id, addresses.contact_id) as contact_id,
        events.occurred_at,
        events.report_day,
        events.event_type,
        events.asset_id,
        events.asset_name,
        case when leads.contact_id is null then 'e-mail address' else 'lead named by the event' end as link_rule
    from {{ ref('stg_files__lead_events') }} as events
    left join {{ ref('int_merges__followed') }} as merges
        on merges.record_type = 'lead' and events.lead_id = merges.record_id
    left join leads on coalesce(merges.stays_id, events.lead_id) = leads.lead_id
    left join addresses on events.email_key = addresses.email_key
    where events.event_type in ('form_submission', 'email_click', 'event_registration', 'event_attendance')
),

converting_forms as (
    select distinct events.event_id
    from events
    inner join leads
        on events.contact_id = leads.contact_id
        and leads.created_at >= {{ dbt.dateadd('hour', -1, 'events.occurred_at') }}
        and leads.created_at <= {{ dbt.dateadd('hour', 1, 'events.occurred_at') }}
    where events.event_type = 'form_submission'
)

select
    touchpoint_id, contact_id, touched_at, report_day, channel, platform, campaign_id, campaign_name,
    touch_type, link_rule
from clicks

union all
select
    'event ' || events.event_id as touchpoint_id,
    events.contact_id,
    events.occurred_at as touched_at,
    events.report_day,
    case events.event_type
        when 'email_click' then {{ group('Email') }}
        when 'form_submission' then 'Unassigned'
        else {{ group('Events') }}
    end as channel,
    cast(null as {{ dbt.type_string() }}) as platform,
    case when events.event_type <> 'form_submission' then events.asset_id end as campaign_id,
    case when events.event_type <> 'form_submission' then events.asset_name end as campaign_name,
    case events.event_type when 'email_click' then 'email_click' when 'form_submission' then 'form' else 'event' end
        as touch_type,
    events.link_rule
from events
left join converting_forms on events.event_id = converting_forms.event_id
where events.contact_id is not null and converting_forms.event_id is null
