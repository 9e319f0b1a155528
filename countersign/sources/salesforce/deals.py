"""Opportunities with their currency, the lead they came from, and the instants of their stages."""

from collections.abc import Iterator, Sequence

from countersign.core.errors import SettingsError
from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk, Json, Page
from countersign.sources.salesforce.leads import find_leads
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
    "Id", "IsDeleted", "AccountId", "CreatedDate", "SystemModstamp", "CloseDate", "LastStageChangeDate",
    "StageName", "IsClosed", "IsWon", "Amount", "CurrencyIsoCode", "OwnerId", "CampaignId",
)  # fmt: skip


def fetch_opportunities(api: Api, options: SalesforceOptions, chunk: Chunk) -> Iterator[Page]:
    """Opportunities that changed.

    Parts: opportunities, deal_stages (the stages that their leads entered by them) and
    opportunity_removals.

    Raises:
        SettingsError: the organisation has one currency and the options do not say which.
    """
    known = read_fields(api, options.api_version, "Opportunity")
    if "CurrencyIsoCode" not in known and options.currency is None:
        raise SettingsError(
            "Salesforce does not say in which currency deals are.",
            found="Opportunity has no CurrencyIsoCode: the organisation has a single currency",
            fix="add `currency: EUR` to the options (Setup > Company Information shows which)",
        )
    has_history = bool(read_fields(api, options.api_version, "OpportunityFieldHistory"))
    soql = (
        f"SELECT {', '.join(choose_fields(_FIELDS, known))} FROM Opportunity"
        f" WHERE {changed_in(chunk)} ORDER BY SystemModstamp, Id"
    )
    for records in read_pages(api, options.api_version, soql, with_deleted=True):
        live, removed = split_removed(records)
        ids = [record["Id"] for record in live]
        leads = find_leads(api, options, by="ConvertedOpportunityId", ids=ids)
        closed = [record["Id"] for record in live if record["IsClosed"]]
        instants = _last_changes(api, options, closed) if has_history else {}
        deals = [
            {
                **record,
                "_lead_id": leads.get(record["Id"]),
                "_closed_at": _closed_at(record, instants.get(record["Id"])),
                "_account": {"currency": options.currency},
            }
            for record in live
        ]
        stages = [stage for deal in deals for stage in _stages(deal)]
        yield {"opportunities": deals, "deal_stages": stages, "opportunity_removals": removed}


def _closed_at(record: Json, changed_at: str | None) -> str | None:
    if not record["IsClosed"]:
        return None
    # CloseDate is a day that a salesperson typed; the other two are instants that Salesforce recorded.
    return changed_at or record.get("LastStageChangeDate") or record["CloseDate"]


def _stages(deal: Json) -> Iterator[Json]:
    if not deal["_lead_id"]:
        return
    yield {"Id": deal["Id"], "LeadId": deal["_lead_id"], "_stage": "opportunity", "_at": deal["CreatedDate"]}
    if deal["IsClosed"]:
        stage = "customer" if deal["IsWon"] else "disqualified"
        yield {"Id": deal["Id"], "LeadId": deal["_lead_id"], "_stage": stage, "_at": deal["_closed_at"]}


def _last_changes(api: Api, options: SalesforceOptions, ids: Sequence[str]) -> dict[str, str]:
    soql = (
        "SELECT OpportunityId, CreatedDate FROM OpportunityFieldHistory"
        " WHERE Field = 'StageName' AND OpportunityId IN {ids} ORDER BY CreatedDate, Id"
    )
    pages = read_by_ids(api, options.api_version, soql, ids)
    return {record["OpportunityId"]: record["CreatedDate"] for page in pages for record in page}
