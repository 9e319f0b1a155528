"""Meta's Pages API and Instagram's API as Meta documents them, fed by the demo company's posts."""

from datetime import UTC, datetime
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.paging import CursorGoneError, page_of
from countersign.sources.sandbox.social import find_posts
from countersign.sources.sandbox.tokens import sandbox_secret
from countersign.sources.sandbox.vendors.meta_ads import GraphError
from countersign.sources.sandbox.world import SandboxWorld

Json = dict[str, Any]

VENDOR = "meta_pages"
VERSION = "v25.0"
PAGE_ID, INSTAGRAM_ID = "104882213907", "17841405309211844"
LARGEST_PAGE = 100


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """The demo company's page and Instagram account behind the Graph API."""

    def signed(request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {sandbox_secret(VENDOR, 'access_token')}":
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token", status=401)
        if faults.strikes("token_expires", VENDOR, request.url.path):
            raise GraphError(190, "Error validating access token: Session has expired")

    app = FastAPI(dependencies=[Depends(signed)])

    @app.exception_handler(GraphError)
    def _refuse(request: Request, error: GraphError) -> JSONResponse:
        return JSONResponse(error.body, error.status)

    @app.get(f"/{VERSION}/{PAGE_ID}/published_posts")
    def read_posts(request: Request) -> Json:
        posts = _within(find_posts(world, "facebook"), request)
        return _page([_post(post) for post in posts], request, faults)

    @app.get(f"/{VERSION}/{INSTAGRAM_ID}/media")
    def read_media(request: Request) -> Json:
        posts = _within(find_posts(world, "instagram"), request)
        return _page([_medium(post) for post in posts], request, faults)

    return app


def _within(posts: list[Json], request: Request) -> list[Json]:
    """Posts between `since` and `until`, both included, newest first."""
    asked = request.query_params
    if "insights.metric(" not in asked.get("fields", ""):
        raise GraphError(100, "(#100) The sandbox expects insights among the fields")
    since, until = int(asked.get("since", 0)), int(asked.get("until", 2**40))
    return [post for post in reversed(posts) if since <= _seconds(post) <= until]


def _post(post: Json) -> Json:
    name = f"{PAGE_ID}_{post['number']}"
    record: Json = {
        "id": name,
        "created_time": f"{post['published_at']:%Y-%m-%dT%H:%M:%S}+0000",
        "message": post["text"],
        "permalink_url": f"https://www.facebook.com/{PAGE_ID}/posts/{post['number']}",
        "status_type": "added_photos" if post["text_number"] % 2 else "shared_story",
        "reactions": {"data": [], "summary": {"total_count": post["reactions"]}},
        "comments": {"data": [], "summary": {"total_count": post["comments"]}},
        "insights": _insights({"post_media_view": post["views"], "post_clicks": post["clicks"]}, name),
    }
    return {**record, "shares": {"count": post["shares"]}} if post["shares"] else record


def _medium(post: Json) -> Json:
    name = f"1789{post['number']}"
    return {
        "id": name,
        "caption": post["text"],
        "media_type": "VIDEO" if post["text_number"] % 2 else "IMAGE",
        "media_product_type": "REELS" if post["text_number"] % 2 else "FEED",
        "permalink": f"https://www.instagram.com/p/{post['number']}/",
        "timestamp": f"{post['published_at']:%Y-%m-%dT%H:%M:%S}+0000",
        "like_count": post["reactions"],
        "comments_count": post["comments"],
        "insights": _insights({"views": post["views"], "shares": post["shares"]}, name),
    }


def _insights(values: dict[str, int], name: str) -> Json:
    return {
        "data": [
            {"name": metric, "period": "lifetime", "values": [{"value": value}], "id": f"{name}/{metric}"}
            for metric, value in values.items()
        ]
    }


def _page(records: list[Json], request: Request, faults: Faults) -> Json:
    limit = min(int(request.query_params.get("limit", 25)), LARGEST_PAGE)
    after = request.query_params.get("after")
    try:
        page = page_of(records, after, limit=limit, faults=faults, vendor=VENDOR, path=request.url.path)
    except CursorGoneError:
        raise GraphError(100, "(#100) Invalid cursor: it has expired") from None
    if not page.records:
        return {"data": []}
    paging: Json = {"cursors": {"before": after or "0", "after": page.next_cursor or "end"}}
    if page.next_cursor is not None:
        paging["next"] = f"{request.url.path}?after={page.next_cursor}"
    return {"data": page.records, "paging": paging}


def _seconds(post: Json) -> int:
    published: datetime = post["published_at"]
    return int(published.replace(tzinfo=UTC).timestamp())
