"""Run the sandbox: every vendor's app under its connector's name, on loopback, until the caller is done."""

import importlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from countersign.core.errors import SourceError
from countersign.sources.sandbox.faults import Faults, FaultyConnections
from countersign.sources.sandbox.world import SandboxWorld

_START_S = 30.0
_LATE_S = 12.0


def vendor_names() -> list[str]:
    """The connectors whose vendor the sandbox can play."""
    folder = Path(__file__).parent / "vendors"
    return sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


def sandbox_app(
    world: SandboxWorld,
    faults: Faults | None = None,
    *,
    late_s: float = _LATE_S,
    vendors: Sequence[str] | None = None,
) -> FastAPI:
    """One app with every vendor mounted under its name.

    Args:
        world: what the vendors know.
        faults: what goes wrong; nothing by default.
        late_s: seconds by which a time-out fault delays an answer.
        vendors: only these; all when None.
    """
    planned = faults or Faults()
    app = FastAPI(title="Countersign vendor sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    for name in vendor_names() if vendors is None else vendors:
        module = importlib.import_module(f"countersign.sources.sandbox.vendors.{name}")
        vendor = module.build_app(world, planned)
        app.mount(
            f"/{name}",
            FaultyConnections(vendor, faults=planned, vendor=name, late_s=late_s),
        )
    return app


@contextmanager
def running_sandbox(
    world: SandboxWorld,
    faults: Faults | None = None,
    *,
    late_s: float = _LATE_S,
    vendors: Sequence[str] | None = None,
) -> Iterator[str]:
    """The sandbox's address while the caller needs it, such as http://127.0.0.1:49152.

    Raises:
        SourceError: the server did not start.
    """
    # Said in full: asyncio sends small answers at once only on sockets that it knows to be TCP.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as free:
        free.bind(("127.0.0.1", 0))
        free.listen(128)
        port = free.getsockname()[1]
        config = uvicorn.Config(
            sandbox_app(world, faults, late_s=late_s, vendors=vendors),
            log_level="error",
            access_log=False,
            lifespan="off",
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + _START_S
        while not server.started:
            if time.monotonic() > deadline or not thread.is_alive():
                raise SourceError(
                    "The vendor sandbox did not start.",
                    found=f"nothing answers on 127.0.0.1:{port}",
                    fix="check that programs may listen on 127.0.0.1, then run this again",
                )
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)
