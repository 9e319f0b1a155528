"""What is read from HubSpot, stream by stream; pages of its own records, with a few things looked up."""

from collections.abc import Iterator
from typing import Any

from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk, Page
from countersign.sources.hubspot.history import (
    CONSENT_PROPERTIES,
    consent_at,
    merged_records,
    sales_verdicts,
    stage_changes,
)
from countersign.sources.hubspot.objects import Wanted, list_objects, read_objects
from countersign.sources.hubspot.options import HubSpotOptions

Json = dict[str, Any]

CONTACT_PROPERTIES = (
    "email", "phone", "firstname", "lastname", "createdate", "lastmodifieddate", "lifecyclestage",
    "hs_lead_status", "hs_analytics_source", "hs_analytics_source_data_1", "hs_analytics_source_data_2",
    "hs_analytics_first_touch_converting_campaign", "utm_source", "utm_medium", "utm_campaign", "country",
    "company_size", "associatedcompanyid", "hs_legal_basis", "hs_email_optout", "hs_merged_object_ids",
    "hs_calculated_merged_vids",
)  # fmt: skip
COMPANY_PROPERTIES = (
    "name", "createdate", "hs_lastmodifieddate", "industry", "country", "numberofemployees", "lifecyclestage",
    "hubspot_owner_id", "hs_merged_object_ids",
)  # fmt: skip
DEAL_PROPERTIES = (
    "createdate", "closedate", "hs_lastmodifieddate", "dealstage", "pipeline", "hs_is_closed",
    "hs_is_closed_won", "amount", "deal_currency_code", "hs_merged_object_ids",
)  # fmt: skip
# No subject, no body: what sales wrote is nobody's business here.
ACTIVITY_PROPERTIES = ("hs_timestamp", "hubspot_owner_id", "hs_lastmodifieddate")
ARCHIVED_KINDS = ("contacts", "companies", "deals", "calls", "emails", "meetings")


def fetch_contacts(api: Api, options: HubSpotOptions, chunk: Chunk) -> Iterator[Page]:
    """Contacts, the stages they entered, what sales decided, and contacts merged into them."""
    reason = (options.reason_property,) if options.reason_property else ()
    history = (*options.stage_properties(), options.verdict_property, *reason, *CONSENT_PROPERTIES)
    wanted = Wanted(
        "contacts",
        _once(*CONTACT_PROPERTIES, *options.contact_properties, *reason),
        history=_once(*history),
    )
    for contacts in read_objects(api, wanted, chunk):
        yield contact_parts(contacts, options)


def contact_parts(contacts: list[Json], options: HubSpotOptions) -> Page:
    """Contacts, and what their history tells."""
    stages = {contact["id"]: stage_changes(contact, options) for contact in contacts}
    for contact in contacts:
        entered = stages[contact["id"]]
        contact["_stage"] = entered[-1]["stage"] if entered else None
        contact["_consent_at"] = consent_at(contact)
    return {
        "contacts": contacts,
        "contact_stages": [change for entered in stages.values() for change in entered],
        "sales_verdicts": [told for contact in contacts for told in sales_verdicts(contact, options)],
        "merged_contacts": [gone for contact in contacts for gone in merged_records(contact)],
    }


def fetch_companies(api: Api, options: HubSpotOptions, chunk: Chunk) -> Iterator[Page]:
    """Companies, and companies merged into them."""
    wanted = Wanted("companies", _once(*COMPANY_PROPERTIES, *options.company_properties))
    for companies in read_objects(api, wanted, chunk):
        merged = [gone for company in companies for gone in merged_records(company)]
        yield {"companies": companies, "merged_companies": merged}


def fetch_deals(api: Api, options: HubSpotOptions, chunk: Chunk) -> Iterator[Page]:
    """Deals with the names of their stages and the account's currency, and deals merged into them."""
    wanted = Wanted(
        "deals", _once(*DEAL_PROPERTIES, *options.deal_properties), associated=("contacts", "companies")
    )
    account = _account(api)
    stages = _deal_stages(api)
    for deals in read_objects(api, wanted, chunk):
        for deal in deals:
            deal["_account"] = account
            deal["_stage"] = stages.get(str(deal["properties"].get("dealstage")))
        yield {"deals": deals, "merged_deals": [gone for deal in deals for gone in merged_records(deal)]}


def fetch_calls(api: Api, options: HubSpotOptions, chunk: Chunk) -> Iterator[Page]:
    """Calls that sales logged."""
    return _activities(api, "calls", (), chunk)


def fetch_emails(api: Api, options: HubSpotOptions, chunk: Chunk) -> Iterator[Page]:
    """One-to-one e-mails; `hs_email_direction` tells those of sales from the answers."""
    return _activities(api, "emails", ("hs_email_direction",), chunk)


def fetch_meetings(api: Api, options: HubSpotOptions, chunk: Chunk) -> Iterator[Page]:
    """Meetings; `hs_meeting_outcome` tells those that took place."""
    return _activities(api, "meetings", ("hs_meeting_outcome",), chunk)


def fetch_archived(api: Api, options: HubSpotOptions, chunk: Chunk) -> Iterator[Page]:
    """Records in the recycle bin, where HubSpot keeps them for 90 days; no data of theirs is asked for."""
    for kind in (kind for kind in ARCHIVED_KINDS if kind not in options.leave_out):
        for records in list_objects(api, Wanted(kind, ("hs_object_id",)), archived=True):
            earliest = chunk.since.isoformat() if chunk.since else ""
            yield {
                f"archived_{kind}": [
                    record for record in records if str(record.get("archivedAt") or "~") >= earliest
                ]
            }


def _activities(api: Api, kind: str, more: tuple[str, ...], chunk: Chunk) -> Iterator[Page]:
    wanted = Wanted(kind, (*ACTIVITY_PROPERTIES, *more), associated=("contacts",))
    for records in read_objects(api, wanted, chunk):
        yield {kind: records}


def _account(api: Api) -> Json:
    """The account's number, currency and time zone."""
    said = api.get("/account-info/v3/details")
    return {
        "portal_id": said.get("portalId"),
        "currency": said.get("companyCurrency"),
        "time_zone": said.get("timeZone"),
    }


def _deal_stages(api: Api) -> dict[str, Json]:
    """Name of every deal stage and its pipeline, by the stage's id."""
    return {
        str(stage["id"]): {"label": stage["label"], "pipeline": pipeline["label"]}
        for pipeline in api.get("/crm/v3/pipelines/deals")["results"]
        for stage in pipeline["stages"]
    }


def _once(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
