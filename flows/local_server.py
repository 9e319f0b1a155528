"""Prefect's server and one worker as child processes of `countersign up`, private to this machine."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from countersign.core.errors import PipelineError
from countersign.core.telemetry import SWITCHES
from countersign.core.workspace import Workspace

START_LIMIT_S = 120.0
GRACE_S = 10.0
WORK_POOL = "countersign"
RUNS_AT_ONCE = 2


class ServerError(PipelineError):
    """The server or the worker did not start, or ended by itself."""


@dataclass(frozen=True)
class ServerAddress:
    """Where a workspace's own Prefect server listens, and the one credential it asks for."""

    port: int
    credential: str

    @property
    def url(self) -> str:
        """Root of the REST API."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def ui(self) -> str:
        """Where a person opens the UI."""
        return f"http://127.0.0.1:{self.port}"


def server_address(workspace: Workspace, *, port: int | None = None) -> ServerAddress:
    """The address to start on: a given or a free port, and the workspace's kept credential."""
    return ServerAddress(port or _free_port(), _kept_credential(workspace))


def running_server(workspace: Workspace) -> ServerAddress | None:
    """The server that `countersign up` started for this workspace, if it still runs."""
    try:
        noted = json.loads((workspace.state / "server.json").read_text(encoding="utf-8"))
        os.kill(int(noted["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return None
    return ServerAddress(int(noted["port"]), _kept_credential(workspace))


def note_running(workspace: Workspace, address: ServerAddress) -> None:
    """Tell other commands of this workspace where the server is; never the credential."""
    note = {"port": address.port, "pid": os.getpid(), "ui": address.ui}
    workspace.state.mkdir(parents=True, exist_ok=True)
    (workspace.state / "server.json").write_text(json.dumps(note), encoding="utf-8")


def forget_running(workspace: Workspace) -> None:
    """The server has ended."""
    (workspace.state / "server.json").unlink(missing_ok=True)


def prefect_environment(workspace: Workspace, address: ServerAddress) -> dict[str, str]:
    """Environment of the server, the worker and of flows that report to them."""
    home = workspace.state / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    return {
        **SWITCHES,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": address.url,
        "PREFECT_API_AUTH_STRING": address.credential,
        "PREFECT_SERVER_API_AUTH_STRING": address.credential,
        # The UI would call 127.0.0.1:4200 whatever the port is.
        "PREFECT_UI_API_URL": "/api",
        # Only the first UI shows approvers a form; the second has no resume button.
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_LOGGING_LEVEL": "ERROR",
    }


def start_server(workspace: Workspace, address: ServerAddress) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers.

    Raises:
        ServerError: it ended, or did not answer within the start limit.
    """
    command = ["server", "start", "--host", "127.0.0.1", "--port", str(address.port)]
    server = _spawn(workspace, address, command, log="prefect-server.log")

    # Imported here: `status` asks this module where the server is, and must not wait for an HTTP client.
    from flows.prefect_api import open_prefect_api

    def healthy() -> bool:
        with open_prefect_api(address.url, credential=address.credential) as api:
            return api.is_healthy()

    try:
        _wait_until(healthy, process=server, what="Prefect server", log=workspace.logs / "prefect-server.log")
    except ServerError:
        stop(server)
        raise
    return server


def start_worker(workspace: Workspace, address: ServerAddress) -> subprocess.Popen[bytes]:
    """Start one process worker; paused runs hold no slot of it.

    The work pool limits how many runs go on at once, not the worker: with a limit of its own, a worker
    of Prefect 3.8 dies when a run is resumed while the process that suspended it is still ending.
    """
    command = ["worker", "start", "--pool", WORK_POOL, "--type", "process"]
    return _spawn(workspace, address, command, log="prefect-worker.log")


def stop(process: subprocess.Popen[bytes], *, grace_s: float = GRACE_S) -> None:
    """End a process we started: ask, wait, then kill; workers may ignore a request for minutes."""
    for wish in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        _signal_group(process, wish)
        try:
            process.wait(timeout=grace_s)
        except subprocess.TimeoutExpired:
            continue


def _signal_group(process: subprocess.Popen[bytes], wish: signal.Signals) -> None:
    try:
        os.killpg(process.pid, wish)
    except ProcessLookupError:
        return


def _spawn(
    workspace: Workspace, address: ServerAddress, arguments: list[str], *, log: str
) -> subprocess.Popen[bytes]:
    workspace.logs.mkdir(parents=True, exist_ok=True)
    prefect = Path(sys.executable).parent / "prefect"
    with (workspace.logs / log).open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own executable and arguments
            [str(prefect), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **prefect_environment(workspace, address)},
            start_new_session=True,
            cwd=workspace.root,
        )


def _wait_until(done: Callable[[], bool], *, process: subprocess.Popen[bytes], what: str, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not done():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace").strip().splitlines()[-3:] if log.is_file() else []
            raise ServerError(
                f"The {what} did not start.",
                found=f"exit code {process.poll()}; {' / '.join(tail)[-300:]}",
                fix=f"read {log}; a port in use or a full disk are the usual causes",
            )
        time.sleep(0.3)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _kept_credential(workspace: Workspace) -> str:
    path = workspace.restricted / "prefect.credential"
    if not path.is_file():
        workspace.restricted.mkdir(parents=True, exist_ok=True)
        workspace.restricted.chmod(0o700)
        path.touch(mode=0o600)
        path.write_text(f"countersign:{secrets.token_urlsafe(24)}", encoding="utf-8")
    return path.read_text(encoding="utf-8")
