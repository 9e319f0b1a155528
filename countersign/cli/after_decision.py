"""After a decision: close the paused run that showed the proposal, if a server is up. Best effort."""

from countersign.cli.context import Context
from countersign.core.log import EventLog

log = EventLog(__name__)


def close_paused_runs(context: Context) -> int:
    """End paused runs of proposals that no longer wait; returns how many, 0 without a server.

    The ledger has decided already: a server that does not answer changes nothing, and the reconciler
    closes the run when it is back.
    """
    from countersign.core.errors import PipelineError
    from countersign.governance.ledger import open_ledger
    from flows.local_server import running_server
    from flows.prefect_api import open_prefect_api
    from flows.reconciler import close_runs

    settings = context.settings
    server = running_server(context.workspace)
    if settings.prefect_api_url is not None:
        secret = settings.prefect_api_auth_string
        url, credential = settings.prefect_api_url, secret.get_secret_value() if secret else None
    elif server is not None:
        url, credential = server.url, server.credential
    else:
        return 0
    try:
        with open_prefect_api(url, credential=credential) as api:
            return close_runs(open_ledger(context.workspace, settings), api)
    except PipelineError as error:
        log.warning("run_not_closed", problem=error.problem)
        return 0
