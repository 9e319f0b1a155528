"""A web server on loopback that plays the sites a research source reads, friendly and hostile ones."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pydantic import SecretStr

from countersign.core.contracts import Batch
from countersign.core.workspace import Workspace
from countersign.sources.connecting.landing import Load, land_connector
from countersign.sources.files.sources_file import parse_sources
from countersign.sources.research import connector
from countersign.sources.research.addresses import Reach
from countersign.sources.research.visiting import Visitor

# What production has no word for: loopback, on any port.
LOOPBACK_ONLY = Reach(lambda address: address.is_loopback, None)
HTML = "text/html; charset=utf-8"
FEED = "application/rss+xml"
KEY = SecretStr("a key that only tests use, of enough length")


@dataclass
class Website:
    """Pages by path: (status, headers, body), or a function that writes to the handler itself."""

    port: int = 0
    pages: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str, *, host: str = "shop.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def put(self, path: str, body: str | bytes = b"", kind: str = HTML, *, status: int = 200, **headers):
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {"Content-Type": kind, **named}, content)
        return self.url(path)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def website() -> Iterator[Website]:
    site = Website()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def do_GET(self):
            site.asked.append((self.path, dict(self.headers)))
            page = site.pages.get(self.path, (404, {}, b""))
            if isinstance(page, Callable):
                page(self)
                return
            status, headers, body = page
            if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def local_names(host: str, port: int) -> list[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


def visitor(
    look_up=local_names, *, time_s: float = 20.0, reach: Reach = LOOPBACK_ONLY, sleep=None
) -> Visitor:
    """A visitor that may reach loopback only and does not really pause."""
    return Visitor(
        "https://us.example/robot", time_s, reach=reach, look_up=look_up, sleep=sleep or (lambda _: None)
    )


def load_research(
    workspace: Workspace,
    monkeypatch,
    *pages: dict,
    landed_at: datetime = datetime(2026, 11, 16, 6, tzinfo=UTC),
    **options,
) -> list[Batch]:
    """One load of a research source through the connector, whose reach is loopback for this test."""
    entry = {
        "description": "What people say.",
        "connector": "research",
        "since": date(2026, 1, 1),
        "options": {"contact": "us@us.example", "pages": list(pages), **options},
    }
    source = parse_sources({"sources": {"voices": entry}})["voices"]
    monkeypatch.setattr(connector, "CONNECTOR", connector.connector_reaching(LOOPBACK_ONLY, local_names))
    load = Load(
        workspace=workspace,
        company=workspace.company(),
        name="voices",
        source=source,
        landed_at=landed_at,
        until=landed_at,
        secrets={},
        pseudonym_key=KEY,
    )
    return land_connector(load)


def packed(body: bytes) -> bytes:
    return gzip.compress(body)
