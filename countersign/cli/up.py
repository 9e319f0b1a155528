"""`countersign up`: Prefect server, one worker and the reconciler on this machine, until Ctrl-C."""

import os
import signal
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.context import Context, WorkspaceOption, open_context

if TYPE_CHECKING:
    import subprocess

    from countersign.core.workspace import Workspace
    from flows.local_server import ServerAddress

PASS_EVERY_S = 2.0


def up(
    workspace: WorkspaceOption = None,
    port: Annotated[int | None, typer.Option(help="Port of the server; default a free one.")] = None,
) -> None:
    """Start Prefect server, worker and deployments; pending proposals appear as suspended runs."""
    from countersign.core.log import write_log_to
    from flows import local_server

    context = open_context(workspace)
    place = context.workspace
    write_log_to(place.logs / "countersign.jsonl")
    address = local_server.server_address(place, port=port)
    typer.echo("Starting the Prefect server (the first start takes up to a minute) ...")
    running = Running(place, address, server=local_server.start_server(place, address))
    try:
        _register(context, address)
        running.worker = local_server.start_worker(place, address)
        local_server.note_running(place, address)
        _say_where(address)
        _reconcile_until_told_to_stop(context, running)
    finally:
        typer.echo("Stopping the worker and the server ...")
        local_server.forget_running(place)
        for process in (running.worker, running.server):
            if process is not None:
                local_server.stop(process)


@dataclass
class Running:
    """The child processes of one `up`."""

    workspace: "Workspace"
    address: "ServerAddress"
    server: "subprocess.Popen[bytes]"
    worker: "subprocess.Popen[bytes] | None" = None

    def keep_alive(self) -> None:
        """Start a worker that ended again; a server that ended ends `up`, which says so.

        Raises:
            ServerError: the server ended by itself.
        """
        from flows.local_server import ServerError, start_worker

        if self.server.poll() is not None:
            raise ServerError(
                "The Prefect server ended by itself.",
                found=f"exit code {self.server.returncode}",
                fix="read state/logs/prefect-server.log, then start `countersign up` again",
            )
        if self.worker is None or self.worker.poll() is not None:
            typer.echo("The worker ended by itself and is started again.", err=True)
            self.worker = start_worker(self.workspace, self.address)


def register(workspace: WorkspaceOption = None) -> None:
    """Register the deployments on the server that PREFECT_API_URL names, or on the one that is up."""
    from flows.local_server import prefect_environment, running_server

    context = open_context(workspace)
    server = running_server(context.workspace)
    if context.settings.prefect_api_url is None and server is not None:
        os.environ.update(prefect_environment(context.workspace, server))
    for name in _register_here(context):
        typer.echo(name)


def _register(context: Context, address: "ServerAddress") -> None:
    from flows.local_server import prefect_environment

    # Prefect reads its settings when it is imported, so it must know the server before that.
    os.environ.update(prefect_environment(context.workspace, address))
    _register_here(context)


def _register_here(context: Context) -> list[str]:
    import asyncio

    from flows.deployments import register_deployments

    return asyncio.run(register_deployments(context.workspace, context.workspace.company()))


def _say_where(address: "ServerAddress") -> None:
    typer.echo(f"Prefect:   {address.ui}/runs   (credential: {address.credential})")
    typer.echo("Pending proposals are suspended runs there. Ctrl-C stops everything; nothing is lost.")


def _reconcile_until_told_to_stop(context: Context, running: Running) -> None:
    from countersign.core.errors import PipelineError
    from countersign.governance.ledger import open_ledger
    from flows.prefect_api import open_prefect_api
    from flows.reconciler import reconcile

    told = threading.Event()
    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, lambda *_: told.set())
    ledger = open_ledger(context.workspace, context.settings)
    address = running.address
    with open_prefect_api(address.url, credential=address.credential) as api:
        while not told.is_set():
            running.keep_alive()
            try:
                done = reconcile(ledger, context.workspace, api, at=datetime.now(UTC))
            except PipelineError as error:
                # The ledger goes on deciding without Prefect; the next pass tries again.
                typer.echo(f"Not reconciled: {error.problem} {error.found}", err=True)
            else:
                if done.created or done.ended:
                    typer.echo(f"{done.created} proposals now wait as runs, {done.ended} runs closed.")
            told.wait(PASS_EVERY_S)
