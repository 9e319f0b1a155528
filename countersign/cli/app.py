"""The root command: mounts one module per command group and turns errors into words."""

import errno
import sys
from typing import NoReturn

import typer

from countersign import __version__
from countersign.cli import (
    agents,
    attribution,
    audit,
    bench,
    data,
    doctor,
    explain,
    login,
    metrics,
    pilot,
    privacy,
    quarantine,
    report,
    review,
    run,
    scorecard,
    status,
    up,
)
from countersign.cli.weeks import WeeksMayBeLeftOut
from countersign.core.errors import PipelineError, SettingsError
from countersign.core.telemetry import switch_telemetry_off

# What the machine refuses and a person can change; any other OSError is a fault of ours and keeps its stack.
_OF_THE_MACHINE = {
    errno.ENOENT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG,
    errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG,
}  # fmt: skip

app = typer.Typer(
    name="countersign",
    help="Agents prepare the work. People countersign it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback(invoke_without_command=True)
def _root(
    version: bool = typer.Option(False, "--version", help="Print the version and end.", is_eager=True),
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


app.command("init")(run.init)
app.command("demo", cls=WeeksMayBeLeftOut)(run.demo)
app.command("run")(run.run)
app.command("status")(status.status)
app.command("explain")(explain.explain)
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)
app.command("up")(up.up)
app.command("register")(up.register)
app.add_typer(data.app, name="data")
data.app.add_typer(quarantine.app, name="quarantine")
app.add_typer(report.app, name="report")
app.add_typer(attribution.app, name="attribution")
app.add_typer(agents.app, name="agents")
app.add_typer(metrics.app, name="metrics")
app.add_typer(pilot.app, name="pilot")
app.add_typer(scorecard.app, name="scorecard")
app.add_typer(review.app, name="review")
app.add_typer(audit.app, name="audit")
app.add_typer(privacy.app, name="privacy")
app.command("login")(login.login)
app.command("logout")(login.logout)
app.command("whoami")(login.whoami)
app.add_typer(login.people_app, name="people")


def main() -> None:
    """Entry point of `countersign`; a PipelineError becomes its words and its exit code."""
    switch_telemetry_off()
    try:
        app()
    except PipelineError as error:
        _refuse(error)
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            raise
        _refuse(
            SettingsError(
                "The machine would not let a file be read or written.",
                found=f"{error.strerror}: {error.filename or 'no file is named'}",
                fix="check the path, its permissions and the free disk, then run the command again",
            )
        )


def _refuse(error: PipelineError) -> NoReturn:
    typer.secho(f"{type(error).__name__}: {error}", fg="red", err=True)
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
