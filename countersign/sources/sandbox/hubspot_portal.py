"""HubSpot's CRM endpoints over the portal's records: list, search, batch read and associations."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.hubspot_people import companies, contacts
from countersign.sources.sandbox.hubspot_sales import activities, deals
from countersign.sources.sandbox.paging import Json, page_of
from countersign.sources.sandbox.world import SandboxWorld

_ALWAYS = ("hs_object_id", "createdate", "lastmodifieddate", "hs_lastmodifieddate")
_SEARCHABLE = 10_000
_SKEW = timedelta(minutes=10)
_VENDOR = "hubspot"
# Association types as HubSpot defines them: type id, name in v3, and label.
_TYPES: dict[tuple[str, str], list[tuple[int, str, str | None]]] = {
    ("deals", "contacts"): [(3, "deal_to_contact", None)],
    ("deals", "companies"): [(5, "deal_to_company", "Primary"), (341, "deal_to_company_unlabeled", None)],
    ("calls", "contacts"): [(194, "call_to_contact", None)],
    ("emails", "contacts"): [(198, "email_to_contact", None)],
    ("meetings", "contacts"): [(200, "meeting_event_to_contact", None)],
}


class RefusedError(Exception):
    """A request that HubSpot would answer with HTTP 400 and these words."""


class Portal:
    """All records of one portal, made when first asked for."""

    def __init__(self, world: SandboxWorld, faults: Faults) -> None:
        self.faults = faults
        self._world = world
        self._kept: dict[str, Any] = {}

    def kept(self, name: str, make: Callable[[SandboxWorld], Any]) -> Any:
        """What `make` gives, made once."""
        if name not in self._kept:
            self._kept[name] = make(self._world)
        return self._kept[name]

    def listed(self, kind: str, asked: dict[str, str], *, path: str) -> Json:
        """A page of all records, or of the recycle bin, in order of their numbers."""
        history = _names(asked.get("propertiesWithHistory"))
        limit = int(asked.get("limit", 10))
        _check_limit(limit, most=50 if history else 100)
        is_archived = asked.get("archived") == "true"
        page = page_of(
            self._live(kind, is_archived=is_archived),
            asked.get("after"),
            limit=limit,
            faults=self.faults,
            vendor=_VENDOR,
            path=path,
            change=later,
        )
        others = _names(asked.get("associations"))
        results = [
            _shown(record, _names(asked.get("properties")), history)
            | ({"associations": _inline(record, kind, others)} if others else {})
            for record in self._skewed(page.records, path)
        ]
        paging = {"paging": {"next": {"after": page.next_cursor}}} if page.next_cursor else {}
        return {"results": results, **paging}

    def searched(self, kind: str, asked: Json, *, path: str) -> Json:
        """Records that fit one of the filter groups, sorted, of which the first 10,000 can be reached."""
        limit, start = int(asked.get("limit", 10)), int(asked.get("after") or 0)
        _check_limit(limit, most=200)
        if start + limit > _SEARCHABLE:
            raise RefusedError("The search endpoint is limited to 10,000 total results for any given query")
        groups = [group["filters"] for group in asked.get("filterGroups") or ()]
        found = [
            record
            for record in self._skewed(self._live(kind, is_archived=False), path)
            if not groups or any(all(_fits(record, one) for one in filters) for filters in groups)
        ]
        found = _sorted(found, asked.get("sorts") or [])
        results = [_shown(record, tuple(asked.get("properties") or ()), ()) for record in found]
        page = results[start : start + limit]
        after = start + len(page)
        paging = {"paging": {"next": {"after": str(after)}}} if after < len(found) else {}
        return {"total": len(found), "results": page, **paging}

    def read(self, kind: str, asked: Json, *, path: str) -> Json:
        """Some records by their numbers; those that are not there are told as errors."""
        history = tuple(asked.get("propertiesWithHistory") or ())
        most = 50 if history else 100
        numbers = [one["id"] for one in asked["inputs"]]
        if len(numbers) > most:
            raise RefusedError(
                "The maximum number of inputs supported in a batch request"
                f"{' for property histories' if history else ''} is {most}"
            )
        known = {record["id"]: record for record in self._live(kind, is_archived=False)}
        there = self._skewed([known[number] for number in numbers if number in known], path)
        results = [_shown(record, tuple(asked.get("properties") or ()), history) for record in there]
        return _batch(results, [number for number in numbers if number not in known])

    def associated(self, kind: str, other: str, asked: Json) -> Json:
        """The associations of some records with another kind of record."""
        numbers = [one["id"] for one in asked["inputs"]]
        if len(numbers) > 100:
            raise RefusedError("The maximum number of inputs supported in a batch request is 100")
        known = {record["id"]: record for record in self._live(kind, is_archived=False)}
        types = [
            {"category": "HUBSPOT_DEFINED", "typeId": number, **({"label": label} if label else {})}
            for number, _, label in _TYPES.get((kind, other), [])
        ]
        linked = {number: known[number]["associations"].get(other) for number in numbers if number in known}
        results = [
            {"from": {"id": number}, "to": [{"toObjectId": to, "associationTypes": types} for to in others]}
            for number, others in linked.items()
            if others
        ]
        return _batch(results, [number for number in numbers if not linked.get(number)])

    def _live(self, kind: str, *, is_archived: bool) -> list[Json]:
        return self.kept(f"{kind} {is_archived}", lambda world: _of(self._all(kind), is_archived))  # type: ignore[no-any-return]

    def _all(self, kind: str) -> list[Json]:
        makers: dict[str, Callable[[SandboxWorld], list[Json]]] = {
            "contacts": contacts,
            "companies": companies,
            "deals": deals,
            "calls": lambda world: activities(world, "calls"),
            "emails": lambda world: activities(world, "emails"),
            "meetings": lambda world: activities(world, "meetings"),
        }
        if kind not in makers:
            raise RefusedError(f"Unable to infer object type from: {kind}")
        found: list[Json] = self.kept(kind, makers[kind])
        return found

    def _skewed(self, records: list[Json], path: str) -> list[Json]:
        if not self.faults.strikes("clock_skew", _VENDOR, path):
            return records
        return [later(record, by=_SKEW) for record in records]


def later(record: Json, by: timedelta = timedelta(seconds=1)) -> Json:
    """The record as if it had changed a little later."""
    changed = datetime.fromisoformat(record["updatedAt"]) + by
    text = changed.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    properties = record.get("properties") or {}
    times = {name: text for name in ("lastmodifieddate", "hs_lastmodifieddate") if name in properties}
    return {**record, "updatedAt": text, **({"properties": {**properties, **times}} if times else {})}


def _of(records: Iterable[Json], is_archived: bool) -> list[Json]:
    return [record for record in records if record["archived"] == is_archived]


def _names(listed: str | None) -> tuple[str, ...]:
    return tuple(name for name in (listed or "").split(",") if name)


def _check_limit(limit: int, *, most: int) -> None:
    if not 1 <= limit <= most:
        raise RefusedError(f"The maximum number of objects that can be read in one request is {most}")


def _shown(record: Json, names: tuple[str, ...], history: tuple[str, ...]) -> Json:
    """A record with the properties that were asked for; one that nobody made is left out."""
    own = record["properties"]
    shown = {
        "id": record["id"],
        "properties": {
            **{name: own[name] for name in _ALWAYS if name in own},
            **{name: own.get(name) for name in names},
        },
        "createdAt": record["createdAt"],
        "updatedAt": record["updatedAt"],
        "archived": record["archived"],
    }
    if history:
        shown["propertiesWithHistory"] = {name: record["history"].get(name, []) for name in history}
    if record["archived"]:
        shown["archivedAt"] = record["archivedAt"]
    return shown


def _inline(record: Json, kind: str, others: tuple[str, ...]) -> Json:
    said = {}
    for other in others:
        linked = record["associations"].get(other) or []
        results = [
            {"id": number, "type": name} for number in linked for _, name, _ in _TYPES.get((kind, other), [])
        ]
        if results:
            said[other] = {"results": results}
    return said


def _batch(results: list[Json], missing: list[str]) -> Json:
    moment = "2026-01-01T00:00:00.000Z"
    body: Json = {"status": "COMPLETE", "results": results, "startedAt": moment, "completedAt": moment}
    if missing:
        body["numErrors"] = 1
        body["errors"] = [
            {
                "status": "error",
                "category": "OBJECT_NOT_FOUND",
                "message": "Could not get some of the requested objects",
                "context": {"ids": missing},
            }
        ]
    return body


def _sorted(records: list[Json], sorts: list[Json]) -> list[Json]:
    if not sorts:
        return records
    if len(sorts) > 1:
        raise RefusedError("Only one sort is supported")
    name, is_down = sorts[0]["propertyName"], sorts[0].get("direction") == "DESCENDING"
    return sorted(records, key=lambda record: _number(record["properties"].get(name)), reverse=is_down)


def _fits(record: Json, one: Json) -> bool:
    own, value = _number(record["properties"].get(one["propertyName"])), _number(one.get("value"))
    match one["operator"]:
        case "EQ":
            return own == value
        case "GT":
            return own > value
        case "GTE":
            return own >= value
        case "LT":
            return own < value
        case "LTE":
            return own <= value
    raise RefusedError(f"the sandbox does not play the operator {one['operator']}")


def _number(value: object) -> float:
    """A number or a time, as HubSpot compares them: times are milliseconds."""
    text = str(value or "")
    if text.isdigit():
        return int(text)
    try:
        return datetime.fromisoformat(text).timestamp() * 1000
    except ValueError:
        return float("-inf")
