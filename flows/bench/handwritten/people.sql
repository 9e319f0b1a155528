-- Who did what: contacts, their linked visits, and what they came to. Leads of one address are one contact, named
-- after the first; a visitor of two contacts is nobody's.

create table contacts as
select
    lead_id, email_key, visitor_key, account_id, created_at,
    first_value(lead_id) over (partition by email_key order by created_at, lead_id) as contact_id
from leads_exported;

create table contact_accounts as
select contact_id, case when count(distinct account_id) = 1 then min(account_id) end as account_id
from contacts
group by contact_id;

create table fct_touchpoints as
with visitors as (
    select visitor_key, min(contact_id) as contact_id
    from contacts
    where visitor_key is not null
    group by visitor_key
    having count(distinct contact_id) = 1
),

campaigns as (
    select channel, lower(campaign_id) as utm_campaign, min(platform) as platform, min(campaign_id) as campaign_id,
        arg_max(campaign_name, account_day) as campaign_name
    from ads
    group by all
    having count(distinct platform) = 1
)

select
    'session ' || session_id as touchpoint_id, contact_id, account_id, started_at as touched_at, report_day,
    sessions.channel, campaigns.platform, campaigns.campaign_id, campaigns.campaign_name, 'session' as touch_type,
    'visitor on the lead' as link_rule
from fct_sessions as sessions
join visitors using (visitor_key)
join contact_accounts using (contact_id)
left join campaigns on campaigns.channel = sessions.channel and campaigns.utm_campaign = lower(sessions.utm_campaign);

create table fct_conversions as
with conversions as (
    select
        'lead ' || lead_id as conversion_id, 'lead' as conversion_type, contact_id,
        coalesce(contacts.account_id, contact_accounts.account_id) as account_id, lead_id,
        null::varchar as opportunity_id, contacts.created_at as converted_at, report_day(contacts.created_at) as report_day,
        channel, 0::decimal(18, 6) as value_reporting
    from contacts
    join contact_accounts using (contact_id)
    join leads_exported using (lead_id)

    union all
    select
        kind || ' ' || opportunity_id, kind, contact_id, coalesce(deals.account_id, contacts.account_id), lead_id,
        opportunity_id, instant, report_day(instant), channel, amount_reporting
    from (
        select *, 'opportunity' as kind, created_at as instant from deals
        union all
        select *, 'customer', closed_at from deals where is_won and closed_at < getvariable('as_of')
    ) as deals
    join contacts using (lead_id)
    join leads_exported using (lead_id)
),

wins as (
    select account_id, arg_min(conversion_id, (converted_at, conversion_id)) as first_win, min(converted_at) as first_win_at
    from conversions
    where conversion_type = 'customer'
    group by account_id
)

select
    conversion_id, conversion_type, contact_id, account_id, lead_id, opportunity_id, converted_at, report_day, channel,
    null::varchar as self_reported_source,
    case
        when conversion_type = 'customer' then conversion_id = first_win
        else coalesce(converted_at <= first_win_at, true)
    end as is_new_customer,
    value_reporting
from conversions
left join wins using (account_id);
