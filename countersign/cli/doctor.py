"""`countersign doctor`: is this machine and this workspace fit to run, and what to do where not."""

import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial

import typer

from countersign.cli.context import Context, JsonOption, WorkspaceOption, open_context, print_json
from countersign.core.errors import ApprovalError, PipelineError

ENOUGH_FREE_BYTES = 2 << 30


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is fit, what was found, what to do."""

    what: str
    is_fit: bool
    found: str
    fix: str = ""


def doctor(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Look at versions, disk, keys, config and the ledger; end with code 1 if something is unfit."""
    findings = list(examine(open_context(workspace)))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{'ok ' if finding.is_fit else 'BAD'}  {finding.what}: {finding.found}")
            if not finding.is_fit:
                typer.echo(f"     fix: {finding.fix}")
    if not all(finding.is_fit for finding in findings):
        raise typer.Exit(1)


def examine(context: Context) -> Iterator[Finding]:
    """Everything that has to hold before a run."""
    yield _python()
    yield _disk(context)
    yield _restricted(context)
    for name in ("company", "sources", "goals", "people", "policies", "brand"):
        yield _refusal(f"config/{name}.yaml", partial(_config, context, name))
    yield _refusal("agents", partial(_agents, context))
    yield _refusal("ledger", partial(_ledger, context))
    yield _chromium()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    compiled = "" if not sys.dont_write_bytecode else "; bytecode is off, so every start is slow"
    return Finding(
        "Python",
        sys.version_info >= (3, 11) and not sys.dont_write_bytecode,
        f"{version}, SQLite {sqlite3.sqlite_version}{compiled}",
        "use Python 3.11 or newer, and unset PYTHONDONTWRITEBYTECODE",
    )


def _disk(context: Context) -> Finding:
    free = shutil.disk_usage(context.workspace.root).free
    return Finding("free disk", free > ENOUGH_FREE_BYTES, f"{free / (1 << 30):.1f} GiB", "free 2 GiB or more")


def _restricted(context: Context) -> Finding:
    path = context.workspace.restricted
    if not path.is_dir():
        return Finding("restricted folder", True, "not made yet")
    mode = stat.S_IMODE(path.stat().st_mode)
    return Finding("restricted folder", mode == 0o700, f"mode {mode:o}", f"chmod 700 {path}")


def _chromium() -> Finding:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    return Finding("Chromium, for PDFs", True, found or "not installed; HTML and Markdown work without it")


def _refusal(what: str, look: Callable[[], object]) -> Finding:
    try:
        return Finding(what, True, str(look()))
    except PipelineError as error:
        return Finding(what, False, f"{error.problem} {error.found}", error.fix)


def _config(context: Context, name: str) -> str:
    context.workspace.read_config(name)
    return "read"


def _agents(context: Context) -> str:
    from agents.registry import read_cards

    return ", ".join(read_cards(context.workspace))


def _ledger(context: Context) -> str:
    from countersign.governance.audit import verify
    from countersign.governance.ledger import open_ledger

    report = verify(open_ledger(context.workspace, context.settings), context.workspace, head=None)
    if not report.is_clean:
        raise ApprovalError(
            "The ledger was changed after it was written.",
            found=report.problems[0],
            fix="run `countersign audit verify`, and restore state/ledger.db from a backup",
        )
    return f"{report.entries} entries, nothing was changed"
