"""`countersign status`: runs, data freshness, what waits for people."""

from typing import Any

from countersign.cli.context import Context, JsonOption, WorkspaceOption, open_context, print_json


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
            "quality": snapshot.quality,
        },
        "pending": _pending(context),
        "server": server and server.ui,
    }


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
        table = Table("Source", "Data through", "Checks", title=f"Snapshot {found['snapshot']['id']}")
        for source, day in found["snapshot"]["data_through"].items():
            table.add_row(source, str(day or "undated"), found["snapshot"]["quality"].get(source, ""))
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
