"""One company: simulate it, let the analysis read its tables, and score what it says."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from countersign.core.errors import AgentError
from countersign.sources.ruler.seeds import HELD_OUT_FAMILIES
from countersign.sources.ruler.simulate import Simulated, simulate, write_company
from flows.evals.analysis import Analysis, Finding
from flows.evals.board import make_board
from flows.evals.budget import LIMIT, BudgetScore, score_advice
from flows.evals.matching import match
from flows.evals.ranges import count_covered

# What the analysis calls a kind, where a marketer's word for it is not the ruler's.
OUR_WORDS: Mapping[str, str] = {
    "currency_change": "account_currency",
    "time_zone_change": "account_time_zone",
    "left_running": "campaign_left_running",
    "follow_up_stops": "sales_stopped_following_up",
}


@dataclass(frozen=True)
class IncidentScore:
    """One scored incident. `named_kind` is the kind that the analysis gave it, empty when it was missed."""

    family: str
    z: float
    is_found: bool
    is_right: bool
    is_open: bool
    named_kind: str

    @property
    def is_held_out(self) -> bool:
        """Whether no tuning company has this family."""
        return self.family in HELD_OUT_FAMILIES

    @property
    def is_kind_right(self) -> bool:
        """Whether the analysis named its kind, in the ruler's word or in its own."""
        return self.named_kind in {self.family, OUR_WORDS.get(self.family, self.family)}


@dataclass(frozen=True)
class CompanyScore:
    """Everything that is measured on one company; seconds are CPU seconds of the analysis alone."""

    seed: int
    breaks: tuple[str, ...]
    incidents: tuple[IncidentScore, ...]
    detections: int
    false_alarms: tuple[str, ...]
    decoys: tuple[tuple[str, bool], ...]
    covered: int
    ranges: int
    budget: BudgetScore
    seconds: float


def score_company(seed: int, analysis: Analysis, *, folder: Path, scale: float = 1.0) -> CompanyScore:
    """Score the analysis on the company of one seed.

    Args:
        folder: where its tables and truth are written, as `folder/SEED/`.
        scale: of its volumes.

    Raises:
        AgentError: the analysis failed on this company; nothing is skipped.
    """
    simulated = simulate(seed, scale=scale)
    tables = write_company(simulated, folder / str(seed))
    started = time.process_time()
    try:
        with duckdb.connect(str(tables), read_only=True) as connection:
            as_of = simulated.company.as_of
            findings = analysis.find_incidents(connection, as_of=as_of)
            advice = analysis.advise_budget(connection, as_of=as_of, limit=LIMIT)
        seconds = time.process_time() - started
        covered, ranges = count_covered(simulated, analysis)
        budget = score_advice(advice, simulated.response)
    except Exception as error:
        raise AgentError(
            "The analysis failed on a company of the ruler.",
            found=f"seed {seed}: {type(error).__name__}: {error}",
            fix=f"run it on {tables} alone",
        ) from error
    return _scored(simulated, findings, covered=covered, ranges=ranges, budget=budget, seconds=seconds)


def _scored(
    simulated: Simulated,
    findings: tuple[Finding, ...],
    *,
    covered: int,
    ranges: int,
    budget: BudgetScore,
    seconds: float,
) -> CompanyScore:
    board = make_board(simulated)
    planted, lures = board.planted(), board.lures()
    matched = match(planted, board.named(findings), lures, weights=board.weights)
    return CompanyScore(
        seed=simulated.company.seed,
        breaks=tuple(simulated.company.breaks),
        incidents=tuple(
            IncidentScore(
                family=one.name,
                z=one.z,
                is_found=at in matched.found,
                is_right=at in matched.right,
                is_open=simulated.incidents[at].end is None,
                named_kind=findings[matched.found[at]].kind if at in matched.found else "",
            )
            for at, one in enumerate(planted)
            if not one.is_past
        ),
        detections=len(findings),
        false_alarms=tuple(
            f"{findings[n].metric} {dict(findings[n].place)} {findings[n].start}..{findings[n].end or ''}"
            for n in sorted(matched.false_alarms)
        ),
        decoys=tuple((lure.name, at in matched.lured) for at, lure in enumerate(lures)),
        covered=covered,
        ranges=ranges,
        budget=budget,
        seconds=seconds,
    )
