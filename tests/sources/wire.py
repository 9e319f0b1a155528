"""What goes over the wire: each request and its answer as sent, to be held against a specification."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter


@dataclass
class Wire:
    """Requests with their answers, in order."""

    exchanges: list[tuple[PreparedRequest, Response]] = field(default_factory=list)

    def paths(self, base_url: str) -> list[str]:
        """Method and path of every request below an address, without query strings."""
        return [
            f"{request.method} {(request.url or '').removeprefix(base_url).partition('?')[0]}"
            for request, _ in self.exchanges
        ]


@contextmanager
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Listen to all requests of this process while they are really sent and really answered."""
    wire = Wire()
    really_send = HTTPAdapter.send

    def send(self: HTTPAdapter, request: PreparedRequest, **options: Any) -> Response:
        response = really_send(self, request, **options)
        response.content  # noqa: B018 read here, so that it can be read again
        wire.exchanges.append((request, response))
        return response

    with monkeypatch.context() as patched:
        patched.setattr(HTTPAdapter, "send", send)
        yield wire
