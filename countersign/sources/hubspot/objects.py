"""How CRM objects are read: all of them page by page, or what changed, found by search and read in batches.

The search gives at most 10,000 results to one question, and its pages shift while records change. So
each question asks for the next ids above the last one, within a fixed window of modification times:
no page is ever turned, a record that changes meanwhile leaves the window for that of the next load.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk

Json = dict[str, Any]
PAGE = 100
# HubSpot reads fewer records at a time when it must look up their history.
PAGE_WITH_HISTORY = 50


@dataclass(frozen=True)
class Wanted:
    """What is read of one kind of CRM object, such as "contacts"."""

    kind: str
    properties: tuple[str, ...]
    history: tuple[str, ...] = ()
    associated: tuple[str, ...] = ()

    @property
    def page(self) -> int:
        """Records that one request may read."""
        return PAGE_WITH_HISTORY if self.history else PAGE

    @property
    def modified(self) -> str:
        """The property that says when a record last changed."""
        return "lastmodifieddate" if self.kind == "contacts" else "hs_lastmodifieddate"


def read_objects(api: Api, wanted: Wanted, chunk: Chunk) -> Iterator[list[Json]]:
    """Records of a chunk, page by page: all there are, or those that changed in its time.

    Each has `_associated`: ids of associated records by kind, the primary one first.
    """
    if chunk.since is None:
        for page in list_objects(api, wanted):
            yield [_with_inline(record, wanted.associated) for record in page]
        return
    for ids in _changed_ids(api, wanted, chunk):
        records = _read_batch(api, wanted, ids)
        linked = {kind: _associations(api, wanted.kind, kind, ids=ids) for kind in wanted.associated}
        for record in records:
            record["_associated"] = {kind: found.get(record["id"], []) for kind, found in linked.items()}
        yield records


def list_objects(api: Api, wanted: Wanted, *, archived: bool = False) -> Iterator[list[Json]]:
    """All records of a kind in order of their ids; with `archived` those in the recycle bin instead."""
    after: str | None = None
    while True:
        body = api.get(
            f"/crm/v3/objects/{wanted.kind}",
            {
                "limit": wanted.page,
                "properties": ",".join(wanted.properties),
                "propertiesWithHistory": ",".join(wanted.history) or None,
                "associations": ",".join(wanted.associated) or None,
                "archived": "true" if archived else "false",
                "after": after,
            },
        )
        yield body["results"]
        after = next_cursor(body)
        if after is None:
            return


def next_cursor(body: Json) -> str | None:
    """The cursor of the page after this one; None on the last."""
    after = ((body.get("paging") or {}).get("next") or {}).get("after")
    return None if after is None else str(after)


def _changed_ids(api: Api, wanted: Wanted, chunk: Chunk) -> Iterator[list[str]]:
    if chunk.since is None:
        raise ValueError("a search needs the time from which it looks")
    window = [
        {"propertyName": wanted.modified, "operator": "GTE", "value": _milliseconds(chunk.since.timestamp())},
        {"propertyName": wanted.modified, "operator": "LT", "value": _milliseconds(chunk.until.timestamp())},
    ]
    last = 0
    while True:
        above = {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)}
        body = api.post(
            f"/crm/v3/objects/{wanted.kind}/search",
            {
                "filterGroups": [{"filters": [*window, above]}],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": ["hs_object_id"],
                "limit": wanted.page,
                "after": "0",
            },
        )
        ids = [str(record["id"]) for record in body["results"]]
        if not ids:
            return
        numbers = [int(number) for number in ids]
        if numbers != sorted(set(numbers)) or numbers[0] <= last:
            raise _unsorted(wanted.kind)
        last = numbers[-1]
        yield ids
        if len(ids) < wanted.page:
            return


def _read_batch(api: Api, wanted: Wanted, ids: Sequence[str]) -> list[Json]:
    # A record that was deleted since the search comes back as an error beside the others (HTTP 207).
    body = api.post(
        f"/crm/v3/objects/{wanted.kind}/batch/read",
        {
            "inputs": [{"id": number} for number in ids],
            "properties": list(wanted.properties),
            "propertiesWithHistory": list(wanted.history),
        },
        {"archived": "false"},
    )
    results: list[Json] = body["results"]
    return results


def _associations(api: Api, kind: str, other: str, *, ids: Sequence[str]) -> dict[str, list[str]]:
    """Ids of the associated records of another kind, by record."""
    found: dict[str, list[Json]] = {}
    inputs: list[Json] = [{"id": number} for number in ids]
    while inputs:
        body = api.post(f"/crm/v4/associations/{kind}/{other}/batch/read", {"inputs": inputs})
        inputs = []
        for result in body["results"]:
            number = str(result["from"]["id"])
            found.setdefault(number, []).extend(result["to"])
            after = next_cursor(result)
            if after is not None:
                inputs.append({"id": number, "after": after})
    return {number: _primary_first(to) for number, to in found.items()}


def _primary_first(associations: Sequence[Json]) -> list[str]:
    def is_primary(one: Json) -> bool:
        return any(kind.get("label") == "Primary" for kind in one["associationTypes"])

    ranked = sorted(associations, key=lambda one: (not is_primary(one), int(one["toObjectId"])))
    return list(dict.fromkeys(str(one["toObjectId"]) for one in ranked))


def _with_inline(record: Json, kinds: Sequence[str]) -> Json:
    """The record with what the list said of its associations, in the same shape as the batch's."""
    if not kinds:
        return record
    said = record.get("associations") or {}
    return {**record, "_associated": {kind: _inline_ids(said.get(kind) or {}) for kind in kinds}}


def _inline_ids(said: Json) -> list[str]:
    # A primary company comes twice: as deal_to_company and as deal_to_company_unlabeled.
    types: dict[str, set[str]] = {}
    for one in said.get("results") or ():
        types.setdefault(str(one["id"]), set()).add(str(one.get("type") or ""))

    def is_primary(number: str) -> bool:
        return len(types[number]) > 1 and any(not name.endswith("_unlabeled") for name in types[number])

    return sorted(types, key=lambda number: (not is_primary(number), int(number)))


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def _unsorted(kind: str) -> SourceError:
    return SourceError(
        "HubSpot's search did not give records in the order that was asked for, so some could be missed.",
        found=f"{kind}: ids are not ascending",
        fix="nothing of this chunk was landed; run this again, and report it when it stays",
    )
