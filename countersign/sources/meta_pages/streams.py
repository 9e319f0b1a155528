"""What is read of Meta's pages: posts by the week they were published, with their totals so far."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import Field, model_validator

from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk, Options, Page, Part, Stream
from countersign.sources.meta_ads.graph import read_pages

Json = dict[str, Any]

PAGE = 100
_POST = (
    "id,created_time,message,permalink_url,status_type,shares,reactions.limit(0).summary(total_count),"
    "comments.limit(0).summary(total_count),insights.metric({metrics})"
)
_MEDIA = (
    "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count,"
    "insights.metric({metrics})"
)


class MetaPagesOptions(Options):
    """A Facebook page, an Instagram business account, or both.

    The metrics are what Meta calls views, clicks and shares; it renames them from time to time.
    """

    page_id: str | None = Field(None, pattern=r"^[0-9]+$")
    instagram_id: str | None = Field(None, pattern=r"^[0-9]+$")
    facebook_views: str = Field("post_media_view", pattern=r"^[a-z_]+$")
    facebook_clicks: str = Field("post_clicks", pattern=r"^[a-z_]+$")
    instagram_views: str = Field("views", pattern=r"^[a-z_]+$")
    api_version: str = Field("v25.0", pattern=r"^v[0-9]+\.0$")

    @model_validator(mode="after")
    def _names_a_page(self) -> "MetaPagesOptions":
        if not (self.page_id or self.instagram_id):
            raise ValueError("give page_id, instagram_id or both")
        return self


def fetch_posts(api: Api, options: MetaPagesOptions, chunk: Chunk) -> Iterator[Page]:
    """Posts of the Facebook page that were published in the chunk's days."""
    if options.page_id is None:
        return
    fields = _POST.format(metrics=f"{options.facebook_views},{options.facebook_clicks}")
    path = f"/{options.api_version}/{options.page_id}/published_posts"
    for records in read_pages(api, path, {"fields": fields, **_window(chunk)}, limit=PAGE):
        yield {"facebook_posts": [with_post_totals(record, options) for record in records]}


def fetch_media(api: Api, options: MetaPagesOptions, chunk: Chunk) -> Iterator[Page]:
    """Media of the Instagram account that were published in the chunk's days."""
    if options.instagram_id is None:
        return
    fields = _MEDIA.format(metrics=f"{options.instagram_views},shares")
    path = f"/{options.api_version}/{options.instagram_id}/media"
    for records in read_pages(api, path, {"fields": fields, **_window(chunk)}, limit=PAGE):
        yield {"instagram_media": [with_media_totals(record, options) for record in records]}


def with_post_totals(record: Mapping[str, Any], options: MetaPagesOptions) -> Json:
    """A post as Meta sent it, with its page, and its insights by our names."""
    told = _lifetime(record)
    totals = {"views": told.get(options.facebook_views), "clicks": told.get(options.facebook_clicks)}
    return {**record, "_page": {"id": options.page_id}, "_totals": totals}


def with_media_totals(record: Mapping[str, Any], options: MetaPagesOptions) -> Json:
    """A medium as Meta sent it, with its account, and its insights by our names."""
    told = _lifetime(record)
    totals = {"views": told.get(options.instagram_views), "shares": told.get("shares")}
    return {**record, "_page": {"id": options.instagram_id}, "_totals": totals}


def _lifetime(record: Mapping[str, Any]) -> dict[str, Any]:
    """The newest value of each metric; a page that is too small to have insights has none."""
    told = {}
    for metric in (record.get("insights") or {}).get("data") or []:
        values = metric.get("values") or []
        if values:
            told[str(metric.get("name"))] = values[-1].get("value")
    return told


def _window(chunk: Chunk) -> dict[str, str]:
    first, last = chunk.days()
    start = datetime.combine(first, datetime.min.time(), tzinfo=UTC)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    # Both ends belong to Meta's window.
    return {"since": str(int(start.timestamp())), "until": str(int(end.timestamp()) - 1)}


# People react to a post for weeks; after three months its totals are left as they are.
POSTS = Stream("posts", "days", {"facebook_posts": Part(("$.id",))}, fetch_posts, restated_days=90)
MEDIA = Stream("media", "days", {"instagram_media": Part(("$.id",))}, fetch_media, restated_days=90)
