"""Flows in this process, without a server of one's own: what `countersign demo` and `run` use.

The flow runs against Prefect's ephemeral server, or against the server that PREFECT_API_URL names.
"""

import os
from datetime import datetime
from typing import Literal

from countersign.core.errors import PipelineError
from countersign.core.settings import Settings
from countersign.core.telemetry import switch_telemetry_off
from countersign.core.workspace import Workspace
from flows.local_server import running_server
from flows.pipeline import RunResult
from flows.run_log import StepHook, no_hook

# The ephemeral server can need more than its default of 20 s on a busy machine.
START_LIMIT_S = "120"


def run_embedded(
    workspace: Workspace,
    settings: Settings,
    *,
    kind: Literal["weekly", "daily"],
    as_of: datetime,
    hook: StepHook = no_hook,
) -> RunResult:
    """Run the weekly or daily flow here and give back what it came to.

    Raises:
        UnfinishedRunError: an agent could not draft; what the others wrote is proposed, and in its `result`.
        PipelineError: a step refused, or Prefect's server did not start.
    """
    switch_telemetry_off()
    os.environ.update(_prefect_settings(workspace, settings))
    from prefect import flow

    from flows.weekly import run_company

    # Defined here so that the hook, which no server could store, is not a parameter of the flow run.
    @flow(name=kind, persist_result=False)
    def embedded(workspace: str, as_of: str) -> RunResult:
        return run_company(workspace, as_of=as_of, kind=kind, hook=hook)

    try:
        result: RunResult = embedded(str(workspace.root), as_of.isoformat())
    except RuntimeError as error:
        if "ephemeral" not in str(error):
            raise
        raise PipelineError(
            "Prefect did not start in time, so nothing was run.",
            found=f"no answer from its server within {START_LIMIT_S} s; this machine may be busy",
            fix="run this again when the machine is quieter, or beside a running `countersign up`",
        ) from error
    return result


def _prefect_settings(workspace: Workspace, settings: Settings) -> dict[str, str]:
    chosen = {
        "PREFECT_HOME": str(workspace.state / "prefect"),
        # The command says once, in its own words, what failed; Prefect would print the same stack twice.
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": START_LIMIT_S,
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    }
    server = running_server(workspace)
    if server is not None and settings.prefect_api_url is None:
        chosen |= {"PREFECT_API_URL": server.url, "PREFECT_API_AUTH_STRING": server.credential}
    return chosen
