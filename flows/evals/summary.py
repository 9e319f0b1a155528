"""From scores of companies to the numbers that are printed, each with its 95% interval clustered by
company.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from flows.evals.company_score import CompanyScore, IncidentScore
from flows.evals.intervals import Measured, measure_mean, measure_median, measure_share

# The bars hold for incidents that show at least this plainly.
PLAIN_Z = 3.0
Z_EDGES = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, float("inf"))


@dataclass(frozen=True)
class Summary:
    """All measures of one evaluation. Shares are 0..1."""

    measures: dict[str, Measured]
    recall_by_z: dict[str, Measured]
    recall_by_family: dict[str, Measured]
    alarms_by_decoy: dict[str, Measured]
    seconds: float

    def as_plain(self) -> dict[str, Any]:
        """For `--json`: `summary` holds the bare numbers, `measures` the same and more with intervals."""
        bare = ("recall", "precision", "right_segment", "decoy_alarms", "coverage_80", "budget_gain_share")
        return {
            "summary": {
                **{name: _rounded(self.measures[name].value) for name in bare},
                "honest_refused": _rounded(self.measures["honest_refused"].value),
            },
            "measures": {name: _plain(one) for name, one in self.measures.items()},
            "recall_by_z": {name: _plain(one) for name, one in self.recall_by_z.items()},
            "recall_by_family": {name: _plain(one) for name, one in self.recall_by_family.items()},
            "alarms_by_decoy": {name: _plain(one) for name, one in self.alarms_by_decoy.items()},
            "cpu_seconds_per_company": round(self.seconds, 2),
            "model_cost": 0.0,
        }


def summarise(scores: Sequence[CompanyScore], *, honest: tuple[int, int]) -> Summary:
    """Summarise companies.

    Args:
        scores: one per company.
        honest: honest drafts that were refused, and all that were tried.
    """
    return Summary(
        measures={
            **_detection(scores),
            **_budget(scores),
            "coverage_80": measure_share([one.covered for one in scores], [one.ranges for one in scores]),
            "honest_refused": measure_share([honest[0]], [honest[1]]),
        },
        recall_by_z={
            _band(low, high): _recall(scores, _between(low, high)) for low, high in pairwise(Z_EDGES)
        },
        recall_by_family={
            family: _recall(scores, _of_family(family))
            for family in sorted({incident.family for one in scores for incident in one.incidents})
        },
        alarms_by_decoy={
            kind: _decoy_alarms(scores, kind)
            for kind in sorted({name for one in scores for name, _ in one.decoys})
        },
        seconds=sum(one.seconds for one in scores) / len(scores),
    )


def _detection(scores: Sequence[CompanyScore]) -> dict[str, Measured]:
    true = [sum(incident.is_found for incident in one.incidents) for one in scores]
    false = [len(one.false_alarms) for one in scores]
    plain = [[i for i in one.incidents if i.z >= PLAIN_Z and i.is_found] for one in scores]
    return {
        "recall": _recall(scores, lambda one: one.z >= PLAIN_Z),
        "recall_held_out": _recall(scores, lambda one: one.z >= PLAIN_Z and one.is_held_out),
        "recall_tunable": _recall(scores, lambda one: one.z >= PLAIN_Z and not one.is_held_out),
        "precision": measure_share(true, [t + f for t, f in zip(true, false, strict=True)]),
        "right_segment": measure_share(
            [sum(one.is_right for one in found) for found in plain], [len(found) for found in plain]
        ),
        "right_kind": measure_share(
            [sum(one.is_kind_right for one in found if not one.is_held_out) for found in plain],
            [sum(not one.is_held_out for one in found) for found in plain],
        ),
        "decoy_alarms": _decoy_alarms(scores, None),
        "false_alarms_per_company_week": measure_mean([float(count) for count in false]),
    }


def _budget(scores: Sequence[CompanyScore]) -> dict[str, Measured]:
    budgets = [one.budget for one in scores]
    advised = [one for one in budgets if not one.abstained]
    shares = [one.gain_share for one in budgets if one.gain_share is not None]
    given_up = [one.attainable if one.abstained else 0.0 for one in budgets]
    return {
        "budget_gain_share": measure_median(shares),
        "budget_gain_share_when_advised": measure_median(
            [one.gain_share for one in advised if one.gain_share is not None]
        ),
        "budget_worse_than_nothing": measure_share(
            [int(one.is_worse) for one in budgets], [1] * len(budgets)
        ),
        "budget_effect_coverage_80": measure_share(
            [int(bool(one.is_inside)) for one in advised], [1] * len(advised)
        ),
        "budget_abstained": measure_share([int(bool(one.abstained)) for one in budgets], [1] * len(budgets)),
        "leads_a_week_given_up_by_abstaining": measure_mean(given_up),
        "attainable_leads_a_week": measure_mean([one.attainable for one in budgets]),
    }


def _recall(scores: Sequence[CompanyScore], counts: Callable[[IncidentScore], bool]) -> Measured:
    chosen = [[incident for incident in one.incidents if counts(incident)] for one in scores]
    return measure_share(
        [sum(incident.is_found for incident in some) for some in chosen], [len(some) for some in chosen]
    )


def _decoy_alarms(scores: Sequence[CompanyScore], kind: str | None) -> Measured:
    chosen = [[reported for name, reported in one.decoys if kind in (None, name)] for one in scores]
    return measure_share([sum(some) for some in chosen], [len(some) for some in chosen])


def _between(low: float, high: float) -> Callable[[IncidentScore], bool]:
    return lambda one: low <= one.z < high


def _of_family(family: str) -> Callable[[IncidentScore], bool]:
    return lambda one: one.family == family and one.z >= PLAIN_Z


def _band(low: float, high: float) -> str:
    return f"{low:g} to {high:g}" if high < float("inf") else f"{low:g} or more"


def _plain(one: Measured) -> dict[str, float | int | None]:
    return {name: _rounded(value) if name != "count" else value for name, value in asdict(one).items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
