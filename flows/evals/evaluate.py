"""Measure an analysis over many ruler companies, a few at a time in processes of their own."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from threadpoolctl import threadpool_limits

from countersign.core.errors import SettingsError
from countersign.sources.ruler.seeds import REPORTING_SEEDS, TUNING_SEEDS
from flows.evals.analysis import Analysis, our_analysis
from flows.evals.company_score import CompanyScore, score_company

Scorer = Callable[[int], CompanyScore]


def choose_seeds(count: int, *, is_tuning: bool, skip: int = 0) -> tuple[int, ...]:
    """So many companies for tuning or for reporting, after the first `skip`.

    Raises:
        SettingsError: there are not so many, or none is asked for.
    """
    seeds = TUNING_SEEDS if is_tuning else REPORTING_SEEDS
    if count < 1 or skip < 0 or skip + count > len(seeds):
        raise SettingsError(
            "There are not so many companies of this kind.",
            found=f"{count} after the first {skip}",
            fix=f"ask for 1 to {len(seeds)} companies, those left out included",
        )
    return tuple(seeds[skip : skip + count])


def evaluate(
    seeds: Sequence[int],
    *,
    scale: float = 1.0,
    jobs: int = 2,
    keep: Path | None = None,
    make_analysis: Callable[[], Analysis] = our_analysis,
    on_score: Callable[[CompanyScore], None] = lambda _: None,
) -> tuple[CompanyScore, ...]:
    """Score every company, in the order of the seeds.

    Args:
        seeds: companies of the ruler.
        scale: of their volumes.
        jobs: processes; 1 stays in this one.
        keep: where each company's tables and truth stay, as `keep/SEED/`; deleted when absent.
        make_analysis: called in each process; a function of a module when jobs > 1.
        on_score: told of each company as it is done.

    Raises:
        AgentError: the analysis failed on a company.
    """
    with _folder(keep) as folder:
        score = partial(_score, folder=folder, scale=scale, make_analysis=make_analysis)
        found = []
        for one in _scores(score, seeds, jobs=jobs):
            on_score(one)
            found.append(one)
    return tuple(found)


def _scores(score: Scorer, seeds: Sequence[int], *, jobs: int) -> Iterator[CompanyScore]:
    if jobs == 1:
        yield from map(score, seeds)
        return
    # Spawned, not forked: DuckDB's threads do not survive a fork.
    with ProcessPoolExecutor(max_workers=jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(score, seeds)


def _score(seed: int, *, folder: Path, scale: float, make_analysis: Callable[[], Analysis]) -> CompanyScore:
    # Matrices of a company are small: threads that spin for them cost each process more than they save.
    with threadpool_limits(limits=1):
        return score_company(seed, make_analysis(), folder=folder, scale=scale)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    with TemporaryDirectory(prefix="countersign-evals-") as folder:
        yield Path(folder)
