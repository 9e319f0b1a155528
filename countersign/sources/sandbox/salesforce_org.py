"""The demo company's Salesforce: its leads, deals and activities as objects, with what an org adds to them.

Besides the simulated company there are duplicates that get merged, spam that gets deleted, and campaigns.
"""

from functools import cache

from countersign.sources.sandbox.world import Json, SandboxWorld

CUSTOM_FIELDS = {
    "visitor": "Web_Client_ID__c",
    "account": "Account_ID__c",
    "segment": "Company_Size__c",
    "platform": "Ad_Platform__c",
    "campaign_id": "Ad_Campaign_ID__c",
    "reject_reason": "Rejection_Reason__c",
    "consent": "Newsletter_Consent__c",
}
_BOOKED = ("Id", "IsDeleted", "CreatedDate", "SystemModstamp")
OBJECTS: dict[str, tuple[str, ...]] = {
    "Lead": (
        *_BOOKED, "MasterRecordId", "FirstName", "LastName", "Company", "Email", "Phone", "MobilePhone",
        "LeadSource", "Status", "Country", "Industry", "OwnerId", "HasOptedOutOfEmail", "IsConverted",
        "ConvertedDate", "ConvertedAccountId", "ConvertedContactId", "ConvertedOpportunityId",
        "IndividualId", "Individual.HasOptedOutSolicit", "Individual.HasOptedOutProcessing",
        *CUSTOM_FIELDS.values(),
    ),
    "LeadHistory": ("Id", "IsDeleted", "LeadId", "Field", "OldValue", "NewValue", "CreatedDate"),
    "Account": (
        *_BOOKED, "MasterRecordId", "Name", "Industry", "Type", "BillingCountry", "NumberOfEmployees",
        "OwnerId",
    ),
    "Opportunity": (
        *_BOOKED, "AccountId", "Name", "StageName", "IsClosed", "IsWon", "Amount", "CloseDate",
        "LastStageChangeDate", "OwnerId", "CampaignId", "CurrencyIsoCode",
    ),
    "OpportunityFieldHistory": (
        "Id", "IsDeleted", "OpportunityId", "Field", "OldValue", "NewValue", "CreatedDate",
    ),
    "Task": (
        *_BOOKED, "WhoId", "WhatId", "OwnerId", "TaskSubtype", "Type", "Status", "IsClosed",
        "CompletedDateTime", "ActivityDate",
    ),
    "Event": (*_BOOKED, "WhoId", "WhatId", "OwnerId", "StartDateTime", "ActivityDate"),
    "CampaignMember": (
        *_BOOKED, "LeadId", "ContactId", "CampaignId", "Campaign.Name", "Campaign.Type", "Email", "Status",
        "HasResponded", "FirstRespondedDate",
    ),
}  # fmt: skip

_MACROS = """
create or replace temp macro sf_time(local) as strftime(utc(local), '%Y-%m-%dT%H:%M:%S.000+0000');
create or replace temp macro sf_id(prefix, lead) as prefix || upper(substr(lead, 3));
create or replace temp macro sf_account(account) as '001' || lpad(substr(account, 2), 15, '0');
create or replace temp macro sf_owner(visit) as printf('005%015d', 1 + (visit % 6));
create or replace temp macro sf_known(moment) as case when moment < getvariable('until') then moment end;
create or replace temp macro sf_mail(first, last, lead, account) as
    lower(first || '.' || last || '.' || right(lead, 5)) || '@' || lower(account) || '.example.com';
create or replace temp macro sf_phone(visit) as
    printf('+49 30 23125 %03d-%04d', visit % 1000, hash(hash(getvariable('seed'), 'phone', visit)) % 10000);
create or replace temp macro sf_status(stage) as
    case stage
        when 'New' then 'New' when 'Marketing qualified' then 'Marketing Qualified'
        when 'Accepted by sales' then 'Working' when 'Not a fit' then 'Unqualified'
        when 'Sales qualified' then 'Qualified' when 'Offer' then 'Closed - Converted'
    end;
"""
_LEADS = """
with cards as (
    select
        lead_cards.*, sf_known(deal_at) is not null as is_converted,
        (select max(changed_at) from lead_stages as s where s.lead_id = lead_cards.lead_id and s.step <= 5)
            as changed_at,
        (select arg_max(sf_status(stage), step) from lead_stages as s
            where s.lead_id = lead_cards.lead_id and s.step <= 5) as status
    from lead_cards
),
all_leads as (
    select '00Q0' as prefix, cards.*, entered_at as born_at, null::timestamp as gone_at, null as master
    from cards
    union all
    -- typed in twice, and merged two days later
    select '00Q1', cards.* replace ('New' as status, false as is_converted, entered_at as changed_at),
        entered_at + interval 1 hour, entered_at + interval 49 hours, sf_id('00Q0', lead_id)
    from cards where chance('sf double', visit_id) < 0.03
    union all
    -- spam, deleted three days later
    select '00Q2', cards.* replace ('New' as status, false as is_converted, entered_at as changed_at),
        entered_at + interval 2 hours, entered_at + interval 3 days, null
    from cards where chance('sf spam', visit_id) < 0.02
)
select
    sf_id(prefix, lead_id) as "Id",
    coalesce(gone_at < getvariable('until'), false) as "IsDeleted",
    sf_time(born_at) as "CreatedDate",
    sf_time(coalesce(sf_known(gone_at), greatest(born_at, changed_at))) as "SystemModstamp",
    case when gone_at < getvariable('until') then master end as "MasterRecordId",
    first_name as "FirstName", last_name as "LastName", 'Company ' || account_id as "Company",
    sf_mail(first_name, last_name, lead_id, account_id)
        as "Email",
    sf_phone(visit_id)
        as "Phone",
    null as "MobilePhone", crm_source as "LeadSource", status as "Status", country as "Country",
    null as "Industry", sf_owner(visit_id) as "OwnerId",
    chance('sf opted out', visit_id) < 0.08 as "HasOptedOutOfEmail",
    is_converted as "IsConverted",
    case when is_converted then strftime(deal_at, '%Y-%m-%d') end as "ConvertedDate",
    case when is_converted then sf_account(account_id) end as "ConvertedAccountId",
    case when is_converted then sf_id('0030', lead_id) end as "ConvertedContactId",
    case when is_converted then sf_id('0060', lead_id) end as "ConvertedOpportunityId",
    case when chance('sf individual', visit_id) < 0.05 then sf_id('0PK0', lead_id) end as "IndividualId",
    true as "Individual.HasOptedOutSolicit", false as "Individual.HasOptedOutProcessing",
    client_id as "Web_Client_ID__c", sf_account(account_id) as "Account_ID__c", size as "Company_Size__c",
    platform as "Ad_Platform__c", campaign_id as "Ad_Campaign_ID__c",
    case when status = 'Unqualified' then reason end as "Rejection_Reason__c",
    if(chance('sf consent', visit_id) < 0.6, 'true', null) as "Newsletter_Consent__c"
from all_leads
where born_at < getvariable('until')
"""
_LEAD_HISTORY = """
select
    sf_id('0170', lead_id)[:17] || step as "Id", false as "IsDeleted", sf_id('00Q0', lead_id) as "LeadId",
    'Status' as "Field", sf_status(from_stage) as "OldValue", sf_status(stage) as "NewValue",
    sf_time(changed_at) as "CreatedDate"
from lead_stages where step between 2 and 5
union all
select sf_id('0170', lead_id)[:17] || 'e', false, sf_id('00Q0', lead_id), 'Email', null, null,
    sf_time(entered_at)
from lead_cards where chance('sf mail typo', visit_id) < 0.05
"""
_ACCOUNTS = """
with firms as (
    select account_id, min(entered_at) as born_at, min(country) as country, min(visit_id) as visit_id,
        bool_or(is_winner and closed_at < getvariable('until')) as is_customer,
        greatest(min(entered_at), coalesce(max(closed_at) filter (closed_at < getvariable('until')),
            min(entered_at))) as changed_at
    from lead_cards group by account_id
),
all_firms as (
    select firms.*, sf_account(account_id) as id, null::timestamp as gone_at from firms
    union all
    select firms.*, '0011' || substr(sf_account(account_id), 5), born_at + interval 5 days from firms
    where chance('sf firm twice', visit_id) < 0.02
)
select
    id as "Id", coalesce(gone_at < getvariable('until'), false) as "IsDeleted",
    sf_time(born_at) as "CreatedDate", sf_time(coalesce(sf_known(gone_at), changed_at)) as "SystemModstamp",
    case when gone_at < getvariable('until') then sf_account(account_id) end as "MasterRecordId",
    'Company ' || account_id as "Name", 'Manufacturing' as "Industry",
    if(is_customer, 'Customer - Direct', 'Prospect') as "Type", country as "BillingCountry",
    (10 + floor(chance('sf size', visit_id) * 990))::bigint as "NumberOfEmployees",
    sf_owner(visit_id) as "OwnerId"
from all_firms
"""
_DEALS = """
with all_deals as (
    select '0060' as prefix, lead_cards.*, deal_at as born_at, null::timestamp as gone_at from lead_cards
    union all
    select '0061', lead_cards.*, deal_at + interval 1 hour, deal_at + interval 25 hours from lead_cards
    where chance('sf deal twice', visit_id) < 0.15
)
select
    sf_id(prefix, lead_id) as "Id", coalesce(gone_at < getvariable('until'), false) as "IsDeleted",
    sf_time(born_at) as "CreatedDate",
    sf_time(greatest(born_at, coalesce(sf_known(gone_at), sf_known(closed_at), born_at))) as "SystemModstamp",
    sf_account(account_id) as "AccountId", 'Offer ' || account_id as "Name",
    case
        when sf_known(closed_at) is null then 'Proposal/Price Quote'
        when is_winner then 'Closed Won' else 'Closed Lost'
    end as "StageName",
    sf_known(closed_at) is not null as "IsClosed",
    sf_known(closed_at) is not null and is_winner as "IsWon",
    case when deal_at < getvariable('until') - 3 then amount end as "Amount",
    strftime(closed_at, '%Y-%m-%d') as "CloseDate",
    sf_time(coalesce(sf_known(closed_at), born_at)) as "LastStageChangeDate",
    sf_owner(visit_id) as "OwnerId", null as "CampaignId", 'EUR' as "CurrencyIsoCode"
from all_deals
where born_at < getvariable('until')
"""
_DEAL_HISTORY = """
select
    sf_id('0170', lead_id)[:17] || 'o' as "Id", false as "IsDeleted",
    sf_id('0060', lead_id) as "OpportunityId",
    'StageName' as "Field", 'Proposal/Price Quote' as "OldValue",
    if(is_winner, 'Closed Won', 'Closed Lost') as "NewValue", sf_time(closed_at) as "CreatedDate"
from lead_cards where closed_at < getvariable('until')
"""
_DONE = """
with done as (
    select
        activities.activity_id, activity_type, occurred_at, activities.owner_id, attempt, visit_id,
        if(sf_known(deal_at) is not null, sf_id('0030', lead_id), sf_id('00Q0', lead_id)) as who,
        sf_id('00T', 'A-' || substr(activity_id, 3, 14)) || attempt as id
    from activities inner join lead_cards using (lead_id)
)
"""
_TASKS = f"""
{_DONE},
all_tasks as (
    select done.*, true as is_done, null::timestamp as gone_at from done where activity_type <> 'Meeting'
    union all
    select done.* replace ('00T1' || substr(id, 5) as id), true, occurred_at + interval 1 day from done
    where attempt = 0 and chance('sf task twice', visit_id) < 0.03
    union all
    -- a plan is no activity
    select done.* replace ('00T2' || substr(id, 5) as id), false, null from done
    where attempt = 0 and chance('sf task planned', visit_id) < 0.03
)
select
    id as "Id", coalesce(gone_at < getvariable('until'), false) as "IsDeleted",
    sf_time(occurred_at) as "CreatedDate",
    sf_time(coalesce(sf_known(gone_at), occurred_at)) as "SystemModstamp",
    who as "WhoId", null as "WhatId", printf('005%015d', substr(owner_id, 3)::bigint) as "OwnerId",
    case activity_type when 'Call' then 'Call' when 'E-mail' then 'Email' else 'Task' end as "TaskSubtype",
    case activity_type when 'Call' then 'Call' when 'E-mail' then 'Email' end as "Type",
    if(is_done, 'Completed', 'Not Started') as "Status", is_done as "IsClosed",
    case when is_done then sf_time(occurred_at) end as "CompletedDateTime",
    strftime(occurred_at, '%Y-%m-%d') as "ActivityDate"
from all_tasks
"""
_EVENTS = f"""
{_DONE}
select
    '00U' || substr(id, 4) as "Id", false as "IsDeleted",
    sf_time(occurred_at - interval 2 days) as "CreatedDate",
    sf_time(occurred_at - interval 2 days) as "SystemModstamp", who as "WhoId", null as "WhatId",
    printf('005%015d', substr(owner_id, 3)::bigint) as "OwnerId", sf_time(occurred_at) as "StartDateTime",
    strftime(occurred_at, '%Y-%m-%d') as "ActivityDate"
from done where activity_type = 'Meeting'
"""
_MEMBERS = """
select
    sf_id('00v0', lead_id) as "Id", false as "IsDeleted", sf_time(entered_at) as "CreatedDate",
    sf_time(entered_at) as "SystemModstamp", sf_id('00Q0', lead_id) as "LeadId",
    case when sf_known(deal_at) is not null then sf_id('0030', lead_id) end as "ContactId",
    printf('701%015d', lead_cards.place_id) as "CampaignId", places.campaign as "Campaign.Name",
    case channels.kind when 'event' then 'Trade Show' when 'paid' then 'Advertisement' else 'Email' end
        as "Campaign.Type",
    sf_mail(first_name, last_name, lead_id, account_id)
        as "Email",
    if(channels.kind = 'event', 'Attended', 'Responded') as "Status", true as "HasResponded",
    strftime(created_at, '%Y-%m-%d') as "FirstRespondedDate"
from lead_cards
inner join places using (place_id)
inner join channels on channels.channel = places.channel
where places.campaign <> ''
"""
_SQL = {
    "Lead": _LEADS, "LeadHistory": _LEAD_HISTORY, "Account": _ACCOUNTS, "Opportunity": _DEALS,
    "OpportunityFieldHistory": _DEAL_HISTORY, "Task": _TASKS, "Event": _EVENTS, "CampaignMember": _MEMBERS,
}  # fmt: skip


class Org:
    """The objects of one organisation, each built when it is first asked for."""

    def __init__(self, world: SandboxWorld) -> None:
        self._world = world
        self.records = cache(self._records)
        for macro in _MACROS.split(";\n"):
            if macro.strip():
                world.rows(macro)

    def _records(self, name: str) -> list[Json]:
        return self._world.rows(_SQL[name])
