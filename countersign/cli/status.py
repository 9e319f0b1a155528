"""`countersign status`: runs, data freshness, what waits for people."""

from datetime import date
from typing import Any

from countersign.cli.context import Context, JsonOption, WorkspaceOption, open_context, print_json
from countersign.core.contracts import Snapshot
from countersign.core.workspace import Workspace


def status(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """What ran, how fresh the data is, what waits for a person and what is overdue."""
    context = open_context(workspace)
    found = read_status(context)
    if as_json:
        print_json(found)
    else:
        _print(found)


def read_status(context: Context) -> dict[str, Any]:
    """Status as plain data: latest runs, the latest snapshot, pending proposals, the server."""
    from countersign.core.snapshot import latest_snapshot
    from flows.local_server import running_server
    from flows.run_log import read_runs

    snapshot = latest_snapshot(context.workspace)
    server = running_server(context.workspace)
    return {
        "workspace": str(context.workspace.root),
        "company": context.workspace.company().name,
        "runs": read_runs(context.workspace, limit=5),
        "snapshot": snapshot
        and {
            "id": snapshot.id,
            "as_of": snapshot.as_of,
            "data_through": snapshot.data_through,
            "newest_data": read_newest_data(context.workspace, snapshot),
            "quality": snapshot.quality,
        },
        "pending": _pending(context),
        "server": server and server.ui,
    }


def read_newest_data(workspace: Workspace, snapshot: Snapshot) -> dict[str, date | None]:
    """The newest day of any table, by source; `data_through` is the day that all its daily tables reach."""
    from countersign.core.snapshot import open_granted
    from countersign.core.warehouse import read_rows

    if "data_trust" not in snapshot.tables:
        return {}
    newest = "select source, max(data_through) as newest from marts.data_trust group by source"
    with open_granted(workspace, snapshot, grants={"data_trust": ["source", "data_through"]}) as connection:
        rows = read_rows(connection, newest)
    return {row["source"]: row["newest"] for row in rows}


def _pending(context: Context) -> list[dict[str, Any]]:
    from countersign.governance.ledger import open_ledger
    from countersign.governance.reviews import list_proposals

    ledger = open_ledger(context.workspace, context.settings)
    return [
        {
            "id": found.id,
            "title": found.title,
            "agent": found.agent,
            "expires_at": found.expires_at,
            "overdue": found.state == "expired",
        }
        for found in list_proposals(ledger)
        if found.state in {"pending", "expired"}
    ]


def _print(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    console.print(f"[bold]{escape(found['company'])}[/]  {escape(found['workspace'])}")
    for run in found["runs"]:
        steps = " → ".join(step["step"] for step in run.get("steps", []))
        console.print(f"  {run['state']:<8} {run['id']}  {steps}", highlight=False)
        if run.get("error"):
            problem = escape(str(run["error"]).splitlines()[0])
            console.print(f"           {problem}", style="red", highlight=False)
    if not found["runs"]:
        console.print("  No run yet. Start one with `countersign run weekly`.")
    for warning in next((run["warnings"] for run in found["runs"] if run.get("warnings")), []):
        console.print(f"  look at  {escape(warning)}", style="yellow", highlight=False)
    if found["snapshot"]:
        snapshot = found["snapshot"]
        table = Table(
            "Source", "Newest data", "Complete through", "Checks", title=f"Snapshot {snapshot['id']}"
        )
        for source, day in snapshot["data_through"].items():
            newest = snapshot["newest_data"].get(source) or "undated"
            table.add_row(
                source, str(newest), str(day or "no daily table"), snapshot["quality"].get(source, "")
            )
        console.print(table)
    if found["pending"]:
        console.print(f"{len(found['pending'])} waiting for a person:")
        for proposal in found["pending"]:
            due = f"{proposal['expires_at']:%d %b %H:%M} UTC"
            console.print(f"  {proposal['id']}  {escape(proposal['title'])}  by {due}")
    else:
        console.print("Nothing waits for a person.")
    if found["server"]:
        console.print(f"Prefect server: {found['server']}")
