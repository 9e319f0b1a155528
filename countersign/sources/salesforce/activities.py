"""Accounts, what salespeople did, and who answered to events."""

from collections.abc import Iterator, Mapping, Sequence

from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk, Json, Page
from countersign.sources.salesforce.leads import find_leads
from countersign.sources.salesforce.options import SalesforceOptions
from countersign.sources.salesforce.querying import (
    changed_in,
    choose_fields,
    instant,
    read_fields,
    read_pages,
    split_removed,
)

_ACCOUNT = (
    "Id", "IsDeleted", "MasterRecordId", "Name", "CreatedDate", "SystemModstamp", "Industry", "Type",
    "BillingCountry", "NumberOfEmployees", "OwnerId",
)  # fmt: skip
_TASK = (
    "Id", "IsDeleted", "WhoId", "WhatId", "OwnerId", "TaskSubtype", "Type", "IsClosed", "CompletedDateTime",
    "ActivityDate", "CreatedDate", "SystemModstamp",
)  # fmt: skip
_EVENT = (
    "Id", "IsDeleted", "WhoId", "WhatId", "OwnerId", "StartDateTime", "ActivityDate", "CreatedDate",
    "SystemModstamp",
)  # fmt: skip
_MEMBER = (
    "Id", "LeadId", "ContactId", "Email", "Status", "HasResponded", "FirstRespondedDate", "CreatedDate",
    "SystemModstamp", "CampaignId", "Campaign.Name", "Campaign.Type",
)  # fmt: skip
_LEAD, _CONTACT, _OPPORTUNITY = "00Q", "003", "006"


def fetch_accounts(api: Api, options: SalesforceOptions, chunk: Chunk) -> Iterator[Page]:
    """Accounts that changed. Parts: accounts and account_removals."""
    for records in _changed(api, options, chunk, name="Account", wanted=_ACCOUNT):
        live, removed = split_removed(records)
        yield {"accounts": live, "account_removals": removed}


def fetch_activities(api: Api, options: SalesforceOptions, chunk: Chunk) -> Iterator[Page]:
    """Finished tasks, and events that have begun. Parts: tasks, events and activity_removals."""
    for records in _changed(api, options, chunk, name="Task", wanted=_TASK):
        live, removed = split_removed(records)
        done = [record for record in live if record["IsClosed"]]
        yield {"tasks": _with_leads(api, options, done), "activity_removals": removed}
    begun = f"StartDateTime < {instant(chunk.until)}"
    for records in _changed(api, options, chunk, name="Event", wanted=_EVENT, more=f" AND {begun}"):
        live, removed = split_removed(records)
        yield {"events": _with_leads(api, options, live), "activity_removals": removed}
    if chunk.since is None:
        return
    # A meeting that was planned long ago and began since the last load has not changed meanwhile.
    fields = ", ".join(choose_fields(_EVENT, read_fields(api, options.api_version, "Event")))
    soql = f"SELECT {fields} FROM Event WHERE {changed_in(chunk, 'StartDateTime')} ORDER BY Id"
    for records in read_pages(api, options.api_version, soql):
        yield {"events": _with_leads(api, options, records)}


def fetch_event_responses(api: Api, options: SalesforceOptions, chunk: Chunk) -> Iterator[Page]:
    """Members of event campaigns who registered or came. Part: event_responses."""
    types = ", ".join("'{}'".format(one.replace("'", "\\'")) for one in options.event_campaign_types)
    soql = (
        f"SELECT {', '.join(_MEMBER)} FROM CampaignMember"
        f" WHERE HasResponded = true AND Campaign.Type IN ({types}) AND {changed_in(chunk)}"
        " ORDER BY SystemModstamp, Id"
    )
    for records in read_pages(api, options.api_version, soql):
        contacts = [record["ContactId"] for record in records]
        leads = find_leads(api, options, by="ConvertedContactId", ids=contacts)
        responses = [
            {**record, "_lead_id": record["LeadId"] or leads.get(record["ContactId"])} for record in records
        ]
        yield {"event_responses": responses}


def _changed(
    api: Api,
    options: SalesforceOptions,
    chunk: Chunk,
    *,
    name: str,
    wanted: Sequence[str],
    more: str = "",
) -> Iterator[list[Json]]:
    fields = choose_fields(wanted, read_fields(api, options.api_version, name))
    soql = (
        f"SELECT {', '.join(fields)} FROM {name} WHERE {changed_in(chunk)}{more} ORDER BY SystemModstamp, Id"
    )
    return read_pages(api, options.api_version, soql, with_deleted=True)


def _with_leads(api: Api, options: SalesforceOptions, records: Sequence[Json]) -> list[Json]:
    """The same records, each with the lead that it is about, also after the lead was converted."""
    contacts = _ids(records, "WhoId", prefix=_CONTACT)
    deals = _ids(records, "WhatId", prefix=_OPPORTUNITY)
    of_contact = find_leads(api, options, by="ConvertedContactId", ids=contacts)
    of_deal = find_leads(api, options, by="ConvertedOpportunityId", ids=deals)
    return [{**record, "_lead_id": _lead_of(record, of_contact, of_deal)} for record in records]


def _ids(records: Sequence[Json], field: str, *, prefix: str) -> list[str]:
    return [record[field] for record in records if (record[field] or "").startswith(prefix)]


def _lead_of(record: Json, of_contact: Mapping[str, str], of_deal: Mapping[str, str]) -> str | None:
    who, what = record["WhoId"] or "", record["WhatId"] or ""
    return who if who.startswith(_LEAD) else of_contact.get(who) or of_deal.get(what)
