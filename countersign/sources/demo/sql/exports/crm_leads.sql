-- As the CRM exports its leads: all of them each time, local times, its own names, raw contact data.

create view crm_leads as
select
    lead_id as "Lead ID",
    strftime(created_at, '%d.%m.%Y %H:%M') as "Created",
    lower(first_name || '.' || last_name || '.' || right(lead_id, 5)) || '@' || lower(account_id) || '.example.com'
        as "E-mail",
    -- 030 23125 is a range kept free for films
    printf('+49 30 23125 %03d-%04d', visit_id % 1000, hash(hash(getvariable('seed'), 'phone', visit_id)) % 10000) as "Phone",
    first_name || ' ' || last_name as "Contact",
    account_id as "Company ID",
    crm_source as "Original source",
    heard_of_us as "How did you hear of us",
    ad_network as "Ad network",
    campaign_id as "Ad campaign ID",
    campaign as "Campaign",
    client_id as "Web client ID",
    country as "Country",
    size as "Company size",
    stage as "Lifecycle stage",
    met_at_event as "Met at event"
from lead_cards
order by created_at, lead_id;

create view crm_stage_history as
select
    lead_id as "Lead ID",
    stage as "New stage",
    coalesce(from_stage, 'N/A') as "Old stage",
    strftime(changed_at, '%d.%m.%Y %H:%M') as "Changed"
from lead_stages
order by changed_at, lead_id, step;

create view crm_deals as
select
    'D' || substr(lead_id, 2) as "Deal ID",
    lead_id as "Lead ID",
    account_id as "Company ID",
    strftime(deal_at, '%d.%m.%Y %H:%M') as "Opened",
    case when closed_at < getvariable('until') then strftime(closed_at, '%d.%m.%Y %H:%M') else '' end as "Closed",
    case
        when closed_at >= getvariable('until') then if(deal_at < getvariable('until') - 21, 'Negotiation', 'Offer sent')
        when is_winner then 'Won'
        else 'Lost'
    end as "Deal stage",
    -- a fresh offer has no amount yet
    case when deal_at >= getvariable('until') - 3 then 'N/A' else with_comma(amount) end as "Amount",
    'EUR' as "Currency"
from lead_cards
where deal_at < getvariable('until')
order by deal_at, lead_id;

create view crm_activities as
with rows as (
    select * from activities
    union all
    -- dirty on purpose: one activity is exported twice
    (select * from activities where attempt = 0 order by occurred_at, activity_id limit 1)
)

select
    activity_id as "Activity ID",
    lead_id as "Lead ID",
    activity_type as "Type",
    strftime(occurred_at, '%d.%m.%Y %H:%M') as "Done",
    owner_id as "Owner ID"
from rows
order by occurred_at, activity_id;

create view sales_feedback as
with rows as (
    select lead_id, is_accepted, reason, verdict_at, strftime(verdict_at, '%d.%m.%Y %H:%M') as written
    from lead_cards
    where verdict_at < getvariable('until')
    union all
    -- dirty on purpose: November has thirty days
    (select lead_id, false, 'No answer', verdict_at, '31.11.2026 14:20' from lead_cards
    where verdict_at < getvariable('until') and not is_accepted order by verdict_at, lead_id limit 1)
)

select
    lead_id as "Lead ID",
    if(is_accepted, 'yes', 'no') as "Taken over",
    if(is_accepted, '', reason) as "Reason",
    written as "Decided"
from rows
order by verdict_at, lead_id, written;
