"""The account, and what its campaigns and groups are called: LinkedIn's figures hold only numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from countersign.sources.connecting.api import Api
from countersign.sources.linkedin_ads.addresses import address, encoded, listed
from countersign.sources.linkedin_ads.options import LinkedInOptions

Json = dict[str, Any]
_PAGE = 1000
# Without statuses LinkedIn leaves out campaigns that are gone but have spent.
_GROUP_STATUSES = ("ACTIVE", "ARCHIVED", "CANCELED", "DRAFT", "PAUSED", "PENDING_DELETION", "REMOVED")
_CAMPAIGN_STATUSES = ("COMPLETED", *_GROUP_STATUSES)


@dataclass(frozen=True)
class Named:
    """The account's currency, and campaigns and groups by id."""

    currency: str
    campaigns: dict[str, Json]
    groups: dict[str, Json]


def read_names(api: Api, options: LinkedInOptions) -> Named:
    """Currency, campaigns and campaign groups of the account."""
    account = api.get(f"/rest/adAccounts/{options.account_id}")
    return Named(
        currency=str(account.get("currency") or ""),
        campaigns=_by_id(_search(api, options, "adCampaigns", _CAMPAIGN_STATUSES)),
        groups=_by_id(_search(api, options, "adCampaignGroups", _GROUP_STATUSES)),
    )


def id_of(urn: object) -> str:
    """The number at the end of an URN.

    >>> id_of("urn:li:sponsoredCampaignGroup:33002")
    '33002'
    """
    return str(urn or "").rpartition(":")[2]


def _search(api: Api, options: LinkedInOptions, what: str, statuses: tuple[str, ...]) -> Iterator[Json]:
    token: str | None = None
    while True:
        params = {
            "q": "search",
            "search": f"(status:(values:{listed(*statuses)}))",
            "pageSize": str(_PAGE),
            **({"pageToken": encoded(token)} if token else {}),
        }
        body = api.get(address(f"/rest/adAccounts/{options.account_id}/{what}", params))
        yield from body.get("elements") or []
        token = (body.get("metadata") or {}).get("nextPageToken")
        if not token:
            return


def _by_id(records: Iterator[Json]) -> dict[str, Json]:
    return {id_of(record.get("id")): record for record in records}
