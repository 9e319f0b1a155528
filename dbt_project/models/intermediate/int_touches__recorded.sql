-- Grain: one row per click in an e-mail, event registered for or attended, and form sent by a known contact.
-- A form within an hour of the creation of a lead of that contact made the lead: it is the conversion, no touch.
-- A plain chain of joins, so that an engine reads only the days and contacts that are asked for.

select
    'email_click ' || clicks.event_id as touchpoint_id,
    addresses.contact_id,
    clicks.occurred_at as touched_at,
    clicks.report_day,
    coalesce(campaigns.channel, {{ group('Email') }}) as channel,
    clicks.platform,
    clicks.email_campaign_id as campaign_id,
    cast(null as {{ dbt.type_string() }}) as campaign_name,
    'email_click' as touch_type,
    'e-mail address' as link_rule
from {{ ref('stg_files__email_events') }} as clicks
inner join {{ ref('int_contacts__addresses') }} as addresses on clicks.email_key = addresses.email_key
left join {{ ref('stg_files__email_campaigns') }} as campaigns
    on clicks.platform = campaigns.platform and clicks.email_campaign_id = campaigns.email_campaign_id
where clicks.event_type = 'clicked'

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
    case events.event_type
        when 'email_click' then 'email_click'
        when 'form_submission' then 'form'
        else 'event'
    end as touch_type,
    events.link_rule
from (
    -- The lead that an event names decides; without one (that is known) the address does.
    select
        events.*,
        coalesce(leads.contact_id, addresses.contact_id) as contact_id,
        case when leads.contact_id is null then 'e-mail address' else 'lead named by the event' end as link_rule
    from {{ ref('stg_files__lead_events') }} as events
    left join {{ ref('int_merges__followed') }} as merges
        on merges.record_type = 'lead' and events.lead_id = merges.record_id
    left join {{ ref('int_contacts__leads') }} as leads
        on coalesce(merges.stays_id, events.lead_id) = leads.lead_id
    left join {{ ref('int_contacts__addresses') }} as addresses on events.email_key = addresses.email_key
    where events.event_type in ('form_submission', 'email_click', 'event_registration', 'event_attendance')
) as events
left join {{ ref('int_contacts__leads') }} as made
    on events.event_type = 'form_submission'
    and events.contact_id = made.contact_id
    and made.created_at >= {{ dbt.dateadd('hour', -1, 'events.occurred_at') }}
    and made.created_at <= {{ dbt.dateadd('hour', 1, 'events.occurred_at') }}
where events.contact_id is not null and made.lead_id is null
