"""Leads with their campaign, what they became, and what sales said of them."""

from collections.abc import Iterator, Mapping, Sequence

from countersign.core.log import EventLog
from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk, Json, Page
from countersign.sources.salesforce.options import SalesforceOptions
from countersign.sources.salesforce.querying import (
    changed_in,
    choose_fields,
    read_by_ids,
    read_fields,
    read_pages,
    split_removed,
)

_FIELDS = (
    "Id", "IsDeleted", "MasterRecordId", "CreatedDate", "SystemModstamp", "FirstName", "LastName", "Email",
    "Phone", "MobilePhone", "LeadSource", "Status", "Country", "CountryCode", "Industry", "OwnerId",
    "HasOptedOutOfEmail", "IsConverted", "ConvertedDate", "ConvertedAccountId", "ConvertedContactId",
    "ConvertedOpportunityId", "IndividualId", "Individual.HasOptedOutSolicit",
    "Individual.HasOptedOutProcessing",
)  # fmt: skip

log = EventLog(__name__)


def fetch_leads(api: Api, options: SalesforceOptions, chunk: Chunk) -> Iterator[Page]:
    """Leads that changed, and those whose deal or campaign did: Salesforce does not touch them then.

    Parts: leads, lead_starts (the instant each became a lead) and lead_removals.
    """
    known = read_fields(api, options.api_version, "Lead")
    fields = choose_fields(_FIELDS, known, custom=options.fields.named().values())
    select = f"SELECT {', '.join(fields)} FROM Lead"
    changed = f"{select} WHERE {changed_in(chunk)} ORDER BY SystemModstamp, Id"
    for records in read_pages(api, options.api_version, changed, with_deleted=True):
        yield _page(api, options, records)
    if chunk.since is None:
        return
    touched = f"{select} WHERE IsDeleted = false AND Id IN {{ids}}"
    for records in read_by_ids(api, options.api_version, touched, _touched_leads(api, options, chunk)):
        yield _page(api, options, records)


def fetch_lead_history(api: Api, options: SalesforceOptions, chunk: Chunk) -> Iterator[Page]:
    """Changes of lead statuses, each with our stage and with what sales said by it.

    Parts: lead_history and verdicts. Nothing when the organisation does not track the field.
    """
    if not read_fields(api, options.api_version, "LeadHistory"):
        log.warning("lead_history_not_tracked", vendor="salesforce")
        return
    soql = (
        "SELECT Id, LeadId, Field, OldValue, NewValue, CreatedDate FROM LeadHistory"
        f" WHERE Field = 'Status' AND {changed_in(chunk, 'CreatedDate')} ORDER BY CreatedDate, Id"
    )
    for records in read_pages(api, options.api_version, soql):
        changes = [
            {
                **record,
                "_stage": options.stage_of(record["NewValue"]),
                "_from_stage": options.stage_of(record["OldValue"]),
            }
            for record in records
            # Working to Contacted is news for sales, and no new stage.
            if options.stage_of(record["NewValue"]) != options.stage_of(record["OldValue"])
        ]
        said = [
            {**record, "_verdict": verdict}
            for record in records
            if (verdict := options.verdict_of(record["NewValue"]))
        ]
        reasons = _reasons(api, options, said)
        verdicts = [{**record, "_reason": reasons.get(record["LeadId"])} for record in said]
        yield {"lead_history": changes, "verdicts": verdicts}


def find_leads(api: Api, options: SalesforceOptions, *, by: str, ids: Sequence[str]) -> dict[str, str]:
    """The lead that became each contact or opportunity, where one did.

    Args:
        api: requests to the organisation.
        options: the source's options.
        by: ConvertedContactId or ConvertedOpportunityId.
        ids: contacts or opportunities.
    """
    soql = f"SELECT Id, {by} FROM Lead WHERE IsDeleted = false AND {by} IN {{ids}} ORDER BY CreatedDate, Id"
    found: dict[str, str] = {}
    for records in read_by_ids(api, options.api_version, soql, [one for one in ids if one]):
        for record in records:
            # Of two leads converted into one, the first is the one that marketing brought.
            found.setdefault(record[by], record["Id"])
    return found


def _page(api: Api, options: SalesforceOptions, records: Sequence[Json]) -> Page:
    live, removed = split_removed(records)
    campaigns = _campaigns(api, options, [record["Id"] for record in live])
    deals = _deals(api, options, [record.get("ConvertedOpportunityId") for record in live])
    leads = [
        {
            **record,
            "_stage": _stage(options, record, deals),
            "_campaign": campaigns.get(record["Id"]),
            "_is_event": (campaigns.get(record["Id"]) or {}).get("Type") in options.event_campaign_types,
            "_custom": {name: record.get(field) for name, field in options.fields.named().items()},
        }
        for record in live
    ]
    starts = [{"Id": record["Id"], "CreatedDate": record["CreatedDate"]} for record in live]
    return {"leads": leads, "lead_starts": starts, "lead_removals": removed}


def _stage(options: SalesforceOptions, record: Json, deals: Mapping[str, Json]) -> str | None:
    deal = deals.get(record.get("ConvertedOpportunityId") or "")
    if deal is None:
        return options.stage_of(record["Status"])
    if deal["IsWon"]:
        return "customer"
    return "disqualified" if deal["IsClosed"] else "opportunity"


def _campaigns(api: Api, options: SalesforceOptions, ids: Sequence[str]) -> dict[str, Json]:
    """The first campaign of each lead."""
    soql = (
        "SELECT LeadId, CampaignId, Campaign.Name, Campaign.Type FROM CampaignMember"
        " WHERE LeadId IN {ids} ORDER BY CreatedDate, Id"
    )
    found: dict[str, Json] = {}
    for records in read_by_ids(api, options.api_version, soql, ids):
        for record in records:
            campaign = record.get("Campaign") or {}
            known = {
                "Id": record["CampaignId"],
                "Name": campaign.get("Name"),
                "Type": campaign.get("Type"),
            }
            found.setdefault(record["LeadId"], known)
    return found


def _deals(api: Api, options: SalesforceOptions, ids: Sequence[str | None]) -> dict[str, Json]:
    soql = "SELECT Id, IsWon, IsClosed FROM Opportunity WHERE IsDeleted = false AND Id IN {ids}"
    given = [one for one in ids if one]
    return {
        record["Id"]: record for page in read_by_ids(api, options.api_version, soql, given) for record in page
    }


def _reasons(api: Api, options: SalesforceOptions, verdicts: Sequence[Json]) -> dict[str, str | None]:
    field = options.fields.reject_reason
    rejected = [record["LeadId"] for record in verdicts if record["_verdict"] == "rejected"]
    if not field or not rejected:
        return {}
    soql = f"SELECT Id, {field} FROM Lead WHERE Id IN {{ids}}"
    pages = read_by_ids(api, options.api_version, soql, rejected)
    return {record["Id"]: record[field] for page in pages for record in page}


def _touched_leads(api: Api, options: SalesforceOptions, chunk: Chunk) -> set[str]:
    members = f"SELECT LeadId FROM CampaignMember WHERE LeadId != null AND {changed_in(chunk)}"
    pages = read_pages(api, options.api_version, members)
    touched = {record["LeadId"] for page in pages for record in page}
    deals = f"SELECT Id FROM Opportunity WHERE {changed_in(chunk)}"
    changed = [record["Id"] for page in read_pages(api, options.api_version, deals) for record in page]
    return touched | set(find_leads(api, options, by="ConvertedOpportunityId", ids=changed).values())
