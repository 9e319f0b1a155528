"""`countersign agents eval`: how right the analysis is, on invented companies whose truth is known."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from countersign.cli.context import JsonOption, print_json
from countersign.core.errors import SettingsError

if TYPE_CHECKING:
    from flows.evals.company_score import CompanyScore
    from flows.evals.summary import Summary

_PAGE = Path("docs/evals.md")
# Fewer companies give intervals too wide to publish.
_FEWEST_PUBLISHED = 30


def eval_agents(
    seeds: Annotated[int, typer.Option(help="How many companies.")] = 30,
    tuning: Annotated[
        bool, typer.Option("--tuning", help="Companies for tuning (from 1000), not for reporting (from 1).")
    ] = False,
    skip: Annotated[int, typer.Option(help="Leave out so many first: companies that were looked at.")] = 0,
    scale: Annotated[float, typer.Option(help="Volume of the companies; 1 is usual.")] = 1.0,
    jobs: Annotated[int, typer.Option(help="Processes.")] = 2,
    keep: Annotated[
        Path | None, typer.Option(help="Keep each company's tables.duckdb and truth.json in this folder.")
    ] = None,
    honest: Annotated[
        int, typer.Option(min=0, help="True wordings for each agent; 0 leaves the demo company out.")
    ] = 300,
    write: Annotated[
        Path | None,
        typer.Option(
            help="Write the page here; by itself docs/evals.md, for 30 reporting companies or more."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure incidents, ranges, budget advice and honest drafts against the truth of invented companies."""
    from flows.evals.evaluate import choose_seeds, evaluate
    from flows.evals.page import render_page
    from flows.evals.summary import summarise

    if scale <= 0 or jobs < 1:
        raise SettingsError(
            "A scale and a number of processes are above zero.",
            found=f"--scale {scale:g} --jobs {jobs}",
            fix="leave them out, or give e.g. --scale 1 --jobs 2",
        )
    chosen = choose_seeds(seeds, is_tuning=tuning, skip=skip)
    told = f"{len(chosen)} for {'tuning' if tuning else 'reporting'}, seeds {chosen[0]} to {chosen[-1]}"
    scores = evaluate(chosen, scale=scale, jobs=jobs, keep=keep, on_score=_progress)
    summary = summarise(scores, honest=_refused(honest) if honest else (0, 0))
    page = write or (_PAGE if not tuning and seeds >= _FEWEST_PUBLISHED and _PAGE.parent.is_dir() else None)
    if page is not None:
        page.write_text(render_page(scores, summary, scale=scale, seeds_told=told), encoding="utf-8")
    if as_json:
        print_json({"seeds": list(chosen), "is_tuning": tuning, "scale": scale, **summary.as_plain(),
                    "companies": [_company(one) for one in scores]})  # fmt: skip
    else:
        _print(summary, told=told, page=page)


def _refused(wordings: int) -> tuple[int, int]:
    from countersign.core.settings import load_settings
    from flows.evals.honest import count_refused

    with TemporaryDirectory(prefix="countersign-evals-") as folder:
        return count_refused(Path(folder), load_settings(), wordings=wordings)


def _progress(one: CompanyScore) -> None:
    found = sum(incident.is_found for incident in one.incidents)
    gain = f"gain {one.budget.gain:+.2f} of {one.budget.attainable:.2f} leads a week"
    advice = "no advice" if one.budget.abstained else gain
    typer.echo(
        f"seed {one.seed}: {found} of {len(one.incidents)} incidents, {len(one.false_alarms)} false alarms, "
        f"{advice}, {one.seconds:.1f} CPU s",
        err=True,
    )


def _company(one: CompanyScore) -> dict[str, object]:
    return {
        "seed": one.seed,
        "breaks": list(one.breaks),
        "missed": [
            {"family": incident.family, "z": incident.z} for incident in one.incidents if not
            incident.is_found
        ],
        "found": [
            {
                "family": incident.family, "z": incident.z, "is_right_segment": incident.is_right,
                "named": incident.named_kind,
            }
            for incident in one.incidents
            if incident.is_found
        ],
        "false_alarms": list(one.false_alarms),
        "decoys_reported": [name for name, reported in one.decoys if reported],
        "covered": one.covered,
        "ranges": one.ranges,
        "gain": round(one.budget.gain, 3),
        "attainable": round(one.budget.attainable, 3),
        "abstained": one.budget.abstained,
    }  # fmt: skip


def _print(summary: Summary, *, told: str, page: Path | None) -> None:
    from flows.evals.page import ROWS, tell

    typer.secho(f"Companies: {told}. 95% intervals are clustered by company.\n", bold=True)
    for name, (label, bar, _) in ROWS.items():
        value, interval = tell(name, summary.measures[name])
        typer.echo(f"  {label:<62} {value:>12}  {interval:<18} {bar}")
    for title, rows in (
        ("Recall by expected z", summary.recall_by_z),
        ("Recall by family, expected z of 3 or more", summary.recall_by_family),
        ("Decoys reported", summary.alarms_by_decoy),
    ):
        typer.secho(f"\n{title}", bold=True)
        for key, one in rows.items():
            value, interval = tell("", one)
            typer.echo(f"  {key:<26} {value:>12}  {interval:<18} of {one.count}")
    typer.echo(f"\n{summary.seconds:.1f} CPU seconds per company; no model is called, so it costs nothing.")
    if page is not None:
        typer.echo(f"Written to {page}.")
