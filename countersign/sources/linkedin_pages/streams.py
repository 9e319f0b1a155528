"""What is read of a LinkedIn page: posts by the week they were published, with their unpaid totals so far."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import Field, field_validator

from countersign.sources.connecting.api import Api, ExpiredCursorError
from countersign.sources.connecting.connector import Chunk, Options, Page, Part, Stream
from countersign.sources.linkedin_ads.addresses import address, encoded, listed

Json = dict[str, Any]

PAGE = 100
# Statistics are asked for by the urn of each post; more would make too long an address.
POSTS_A_QUESTION = 20
_FINDER = {"X-RestLi-Method": "FINDER"}


class LinkedInPagesOptions(Options):
    """One organisation's page."""

    organization_id: str = Field(pattern=r"^[0-9]+$")
    api_version: str = Field("202603", pattern=r"^20[0-9]{4}$")

    @field_validator("organization_id", mode="before")
    @classmethod
    def _as_text(cls, given: object) -> object:
        return str(given).removeprefix("urn:li:organization:")


def fetch_posts(api: Api, options: LinkedInPagesOptions, chunk: Chunk) -> Iterator[Page]:
    """Posts that were published in the chunk's days."""
    first, last = chunk.days()
    posts = api.once("posts", lambda: _read_posts(api, options))
    chosen = [post for post in posts if first <= _published(post).date() <= last]
    for start in range(0, len(chosen), POSTS_A_QUESTION):
        some = chosen[start : start + POSTS_A_QUESTION]
        told = _read_statistics(api, options, some)
        yield {"posts": [with_totals(post, told, options) for post in some]}


def with_totals(post: Mapping[str, Any], told: Mapping[str, Json], options: LinkedInPagesOptions) -> Json:
    """A post as LinkedIn sent it, with its page, its kind and its totals; no totals where none are told."""
    content = post.get("content") or {}
    return {
        **post,
        "_page": {"id": options.organization_id},
        "_kind": next(iter(content), "text"),
        "_totals": told.get(str(post.get("id")), {}),
    }


def _read_posts(api: Api, options: LinkedInPagesOptions) -> list[Json]:
    """Every published post of the page; LinkedIn has no filter by day."""
    found: dict[str, Json] = {}
    start = 0
    while True:
        query = {
            "author": encoded(_organization(options)),
            "q": "author",
            "count": str(PAGE),
            "start": str(start),
            "sortBy": "CREATED",
        }
        body = api.request("GET", address("/rest/posts", query), headers=_FINDER)
        posts = body.get("elements") or []
        found.update((str(post.get("id")), post) for post in posts)
        start += PAGE
        # A page may be shorter than asked for: only the link says whether there is another.
        paging = body.get("paging") or {}
        if not any(link.get("rel") == "next" for link in paging.get("links") or []):
            break
    if len(found) < int(paging.get("total") or 0):
        # Pages are counted: when a post comes or goes meanwhile, one comes twice and another never.
        raise ExpiredCursorError(
            f"{api.vendor} changed its list of posts while we read it.",
            found=f"{len(found)} posts of {paging['total']}",
            fix="run this again; nothing of this week was landed",
        )
    return [post for post in found.values() if post.get("lifecycleState", "PUBLISHED") == "PUBLISHED"]


def _read_statistics(api: Api, options: LinkedInPagesOptions, posts: Sequence[Json]) -> dict[str, Json]:
    """Lifetime totals by the urn of the post."""
    urns = [str(post.get("id")) for post in posts]
    query = {"q": "organizationalEntity", "organizationalEntity": encoded(_organization(options))}
    for name, kind in (("shares", ":share:"), ("ugcPosts", ":ugcPost:")):
        some = [urn for urn in urns if kind in urn]
        if some:
            query[name] = listed(*some)
    body = api.get(address("/rest/organizationalEntityShareStatistics", query))
    return {
        str(one.get("share") or one.get("ugcPost")): one.get("totalShareStatistics") or {}
        for one in body.get("elements") or []
    }


def _published(post: Mapping[str, Any]) -> datetime:
    said = post.get("publishedAt") or post.get("createdAt") or 0
    return datetime.fromtimestamp(int(said) / 1000, tz=UTC)


def _organization(options: LinkedInPagesOptions) -> str:
    return f"urn:li:organization:{options.organization_id}"


# People react to a post for weeks; after three months its totals are left as they are. LinkedIn itself
# tells totals for twelve months only, so that reading all posts each time would empty the older ones.
POSTS = Stream("posts", "days", {"posts": Part(("$.id",))}, fetch_posts, restated_days=90)
