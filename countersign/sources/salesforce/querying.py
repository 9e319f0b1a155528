"""SOQL over REST: pages that follow nextRecordsUrl, and fields that the organisation really has."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.connecting.api import Api, ExpiredCursorError
from countersign.sources.connecting.connector import Chunk, Json

# 200 ids of 18 characters stay far below the longest address that Salesforce takes.
_IDS_AT_ONCE = 200


def read_pages(api: Api, version: str, soql: str, *, with_deleted: bool = False) -> Iterator[list[Json]]:
    """The records of a query, page by page.

    Args:
        api: requests to the organisation.
        version: API version, such as v67.0.
        soql: the query.
        with_deleted: also records in the recycle bin, and those merged away.

    Raises:
        ExpiredCursorError: Salesforce no longer knows the page we ask for.
        SourceError: it refuses the query.
    """
    path = f"/services/data/{version}/{'queryAll' if with_deleted else 'query'}"
    body = _ask(api, path, {"q": soql})
    yield body["records"]
    while not body["done"]:
        body = _ask(api, body["nextRecordsUrl"], {})
        yield body["records"]


def read_by_ids(
    api: Api, version: str, soql: str, ids: Iterable[str], *, with_deleted: bool = False
) -> Iterator[list[Json]]:
    """The pages of a query that holds `{ids}` where a list of ids belongs, a few hundred ids at a time."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _IDS_AT_ONCE):
        listed = ", ".join(f"'{one}'" for one in wanted[start : start + _IDS_AT_ONCE])
        yield from read_pages(api, version, soql.format(ids=f"({listed})"), with_deleted=with_deleted)


def read_fields(api: Api, version: str, name: str) -> frozenset[str]:
    """The fields of an object that our user may see; none when it does not have the object."""
    try:
        body = _ask(api, f"/services/data/{version}/sobjects/{name}/describe", {})
    except SourceError as error:
        if "NOT_FOUND" in str(error):
            return frozenset()
        raise
    return frozenset(field["name"] for field in body["fields"])


def choose_fields(wanted: Sequence[str], known: frozenset[str], *, custom: Iterable[str] = ()) -> list[str]:
    """The wanted fields that there are, and all custom ones.

    A field of a parent, such as Individual.HasOptedOutSolicit, is there when its id is.

    Raises:
        SettingsError: an option names a custom field that there is not.
    """
    gone = sorted(set(custom) - known)
    if gone:
        raise SettingsError(
            "An option of this source names a field that Salesforce does not show us.",
            found=", ".join(gone),
            fix="correct the field's API name (it ends in __c), or let the connected app's user see it",
        )
    there = [name for name in wanted if (f"{name.split('.')[0]}Id" if "." in name else name) in known]
    return list(dict.fromkeys((*there, *custom)))


def changed_in(chunk: Chunk, field: str = "SystemModstamp") -> str:
    """A WHERE condition: what changed in a chunk's time."""
    until = f"{field} < {instant(chunk.until)}"
    return until if chunk.since is None else f"{field} >= {instant(chunk.since)} AND {until}"


def instant(moment: datetime) -> str:
    """A moment as SOQL writes it, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def split_removed(records: Sequence[Json]) -> tuple[list[Json], list[Json]]:
    """Records that live, and those that were deleted or merged away."""
    live = [record for record in records if not record["IsDeleted"]]
    return live, [record for record in records if record["IsDeleted"]]


def _ask(api: Api, path: str, params: dict[str, Any]) -> Json:
    try:
        return api.get(path, params)
    except SourceError as error:
        if "INVALID_QUERY_LOCATOR" in str(error):
            raise ExpiredCursorError(
                "Salesforce no longer knows this page.",
                found="INVALID_QUERY_LOCATOR",
                fix="run this again: the query starts anew",
            ) from None
        if "REQUEST_LIMIT_EXCEEDED" in str(error):
            raise SourceError(
                "Salesforce's daily number of API requests is used up.",
                found=f"{path.split('?')[0]}: REQUEST_LIMIT_EXCEEDED",
                fix="run this again tomorrow, it goes on where it stopped; see Setup > System Overview",
            ) from None
        raise
