"""Lists of Meta's Graph API, page by page."""

from collections.abc import Iterator, Mapping
from typing import Any

from countersign.sources.connecting.api import Api

Json = dict[str, Any]


def read_pages(api: Api, path: str, params: Mapping[str, str], *, limit: int) -> Iterator[list[Json]]:
    """The records of an edge, a page at a time."""
    after: str | None = None
    while True:
        # Meta's own `next` link holds the token; the cursor alone says as much.
        body = api.get(path, {**params, "limit": limit, "after": after})
        yield body.get("data") or []
        paging = body.get("paging") or {}
        after = (paging.get("cursors") or {}).get("after")
        if not paging.get("next") or not after:
            return
