"""What goes wrong on demand: each fault says which vendor and path, at which request, how often."""

import threading
from dataclasses import dataclass, field
from typing import Literal

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Kind = Literal[
    "too_many_requests",  # 429 with Retry-After
    "server_error",  # 500
    "unavailable",  # 503 without a body
    "timeout",  # the answer comes too late
    "cut_off",  # JSON that ends in the middle
    "page_twice",  # the vendor's pager serves a page again
    "cursor_expires",  # the vendor no longer knows the cursor
    "token_expires",  # the token is refused from now on, until it is renewed
    "clock_skew",  # the vendor's clock is ten minutes ahead
    "changes_while_paging",  # a record changes between two pages
]


@dataclass(frozen=True)
class Fault:
    """One fault: from the `at`-th request (from 1) whose path holds `path`, for `times` requests."""

    kind: Kind
    vendor: str
    path: str = ""
    at: int = 1
    times: int = 1


@dataclass
class Faults:
    """The faults of one server. Vendors ask `strikes(kind, vendor, path)` for those they play themselves."""

    planned: tuple[Fault, ...] = ()
    happened: list[Fault] = field(default_factory=list)
    _seen: dict[Fault, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def strikes(self, kind: Kind, vendor: str, path: str) -> bool:
        """Whether a fault of that kind happens at this request; each call counts as one request."""
        with self._lock:
            for fault in self.planned:
                if fault.kind == kind and fault.vendor == vendor and fault.path in path:
                    count = self._seen.get(fault, 0) + 1
                    self._seen[fault] = count
                    if fault.at <= count < fault.at + fault.times:
                        self.happened.append(fault)
                        return True
        return False


# Faults of the connection itself; the others need to know the vendor's pages and tokens.
_OF_HTTP: tuple[Kind, ...] = ("too_many_requests", "server_error", "unavailable", "timeout", "cut_off")


class FaultyConnections:
    """ASGI middleware that plays the faults of HTTP itself, before or after the vendor's app answers."""

    def __init__(self, app: ASGIApp, *, faults: Faults, vendor: str, late_s: float) -> None:
        self._app = app
        self._faults = faults
        self._vendor = vendor
        self._late_s = late_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, faulty or not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kind = next((k for k in _OF_HTTP if self._faults.strikes(k, self._vendor, scope["path"])), None)
        if kind == "too_many_requests":
            await _answer(send, 429, b'{"message": "slow down"}', retry_after=b"0")
        elif kind == "server_error":
            await _answer(send, 500, b'{"message": "internal error"}')
        elif kind == "unavailable":
            await _answer(send, 503, b"")
        elif kind == "timeout":
            await anyio.sleep(self._late_s)
            await _answer(send, 200, b"{}")
        elif kind == "cut_off":
            await self._app(scope, receive, _cutting(send))
        else:
            await self._app(scope, receive, send)


async def _answer(send: Send, status: int, body: bytes, *, retry_after: bytes | None = None) -> None:
    headers = [(b"content-type", b"application/json")]
    if retry_after is not None:
        headers.append((b"retry-after", retry_after))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _cutting(send: Send) -> Send:
    async def cut(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [pair for pair in message["headers"] if pair[0].lower() != b"content-length"]
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body" and message.get("body"):
            message = {**message, "body": message["body"][: len(message["body"]) * 2 // 3]}
        await send(message)

    return cut
