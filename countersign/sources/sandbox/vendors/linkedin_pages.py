"""LinkedIn's Community Management API as LinkedIn documents it, fed by the demo company's posts."""

import re
from datetime import UTC
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from countersign.sources.sandbox.faults import Faults
from countersign.sources.sandbox.renewable import RenewableTokens
from countersign.sources.sandbox.social import find_posts
from countersign.sources.sandbox.vendors.linkedin_ads import RestliError, check_version
from countersign.sources.sandbox.world import SandboxWorld

Json = dict[str, Any]

VENDOR = "linkedin_pages"
ORGANIZATION = "64265083"
LARGEST_PAGE = 100
_URN = f"urn:li:organization:{ORGANIZATION}"
_KINDS = ("article", "media", "multiImage", "")


def build_app(world: SandboxWorld, faults: Faults) -> FastAPI:
    """The demo company's page behind LinkedIn's versioned API."""
    tokens = RenewableTokens(VENDOR, faults, lasts_s=5_184_000)

    def signed(request: Request) -> None:
        if not tokens.are_good(request):
            raise RestliError(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired")
        check_version(request)

    app = FastAPI()
    rest = APIRouter(prefix="/rest", dependencies=[Depends(signed)])
    app.add_api_route("/oauth/v2/accessToken", tokens.renew, methods=["POST"])

    @app.exception_handler(RestliError)
    def _refuse(request: Request, error: RestliError) -> JSONResponse:
        return JSONResponse(error.body, error.status)

    @rest.get("/posts")
    def read_posts(request: Request) -> Json:
        return _posts(world, request, faults)

    @rest.get("/organizationalEntityShareStatistics")
    def read_statistics(request: Request) -> Json:
        asked = set(_listed(request, "shares") + _listed(request, "ugcPosts"))
        posts = [post for post in find_posts(world, "linkedin") if urn_of(post) in asked]
        elements = [_statistics(post) for post in posts]
        return {"paging": {"start": 0, "count": len(elements), "links": []}, "elements": elements}

    app.include_router(rest)
    return app


def urn_of(post: Json) -> str:
    """The urn of a post: a share, or a post with media."""
    return f"urn:li:{'ugcPost' if post['text_number'] % 2 else 'share'}:70{post['number']}"


def _posts(world: SandboxWorld, request: Request, faults: Faults) -> Json:
    asked = request.query_params
    if asked.get("q") != "author" or asked.get("author") != _URN:
        raise RestliError(400, "ILLEGAL_ARGUMENT", "Invalid query parameters: author")
    if request.headers.get("x-restli-method") != "FINDER":
        raise RestliError(400, "ILLEGAL_ARGUMENT", "X-RestLi-Method must be FINDER")
    start, count = int(asked.get("start", 0)), min(int(asked.get("count", 10)), LARGEST_PAGE)
    if start and faults.strikes("page_twice", VENDOR, request.url.path):
        start -= count
    posts = list(reversed(find_posts(world, "linkedin")))
    has_more = start + count < len(posts)
    links = (
        [{"rel": "next", "href": f"/rest/posts?start={start + count}", "type": "json"}] if has_more else []
    )
    return {
        "paging": {"start": start, "count": count, "total": len(posts), "links": links},
        "elements": [_post(post) for post in posts[start : start + count]],
    }


def _post(post: Json) -> Json:
    published = int(post["published_at"].replace(tzinfo=UTC).timestamp() * 1000)
    kind = _KINDS[post["text_number"] % len(_KINDS)]
    record: Json = {
        "id": urn_of(post),
        "author": _URN,
        "commentary": post["text"],
        "createdAt": published - 60_000,
        "publishedAt": published,
        "lastModifiedAt": published,
        "lifecycleState": "PUBLISHED",
        "visibility": "PUBLIC",
        "isReshareDisabledByAuthor": False,
    }
    return {**record, "content": {kind: {"id": "urn:li:image:C4E"}}} if kind else record


def _statistics(post: Json) -> Json:
    views = post["views"]
    return {
        "organizationalEntity": _URN,
        "ugcPost" if post["text_number"] % 2 else "share": urn_of(post),
        "totalShareStatistics": {
            "impressionCount": views,
            "uniqueImpressionsCount": views * 3 // 4,
            "clickCount": post["clicks"],
            "likeCount": post["reactions"],
            "commentCount": post["comments"],
            "shareCount": post["shares"],
            "engagement": (post["clicks"] + post["reactions"]) / views if views else 0,
        },
    }


def _listed(request: Request, name: str) -> list[str]:
    found = re.search(rf"(?:^|&){name}=List\(([^)]*)\)", request.url.query)
    return [unquote(value) for value in found.group(1).split(",")] if found else []
