"""The whole line from files to drafts, stage by stage, against the hand-written script in the same run."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from countersign.core.errors import QualityError
from flows.bench.processes import Cost, measure_stage

# The demo company at scale 1 has about so many sessions in its 26 weeks.
SESSIONS_PER_SCALE = 121_500
SMALLEST_SCALE = 0.1
OURS = ("land", "gate", "marts", "metrics", "snapshot", "draft")
BY_HAND = ("script_files", "script_marts")
# What both build: files to marts, as one person's script would.
TO_MARTS = ("land", "gate", "marts")


@dataclass(frozen=True)
class LineCost:
    """Costs by stage at the asked size and at the smallest, and how ours relate to the script's.

    A ratio `grown` leaves out what the same stages cost at the smallest size: imports, parsing, set-up.
    """

    sessions: int
    costs: dict[str, Cost]
    fixed: dict[str, Cost]
    second_week: dict[str, Cost]
    nodes: tuple[dict[str, Any], ...]

    @property
    def ratio_marts(self) -> float:
        """CPU of dbt build over the script's part from clean tables to marts."""
        return self.costs["marts"].cpu_s / self.costs["script_marts"].cpu_s

    @property
    def ratio_whole(self) -> float:
        """CPU from files to marts over the script's whole."""
        return _cpu(self.costs, TO_MARTS) / _cpu(self.costs, BY_HAND)

    @property
    def ratio_grown(self) -> float:
        """The same for what more data costs, without what every run costs."""
        ours = _cpu(self.costs, TO_MARTS) - _cpu(self.fixed, TO_MARTS)
        return ours / (_cpu(self.costs, BY_HAND) - _cpu(self.fixed, BY_HAND))

    @property
    def second_week_share(self) -> float:
        """CPU of the second week's run over the first's (0..1)."""
        return _cpu(self.second_week, OURS) / _cpu(self.costs, OURS)

    def as_plain(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "sessions": self.sessions,
            "stages": [
                {"stage": stage, **_rounded(cost), "fixed_cpu_s": round(self.fixed[stage].cpu_s, 2)}
                for stage, cost in self.costs.items()
            ],
            "ratio_marts": round(self.ratio_marts, 2),
            "ratio_whole": round(self.ratio_whole, 2),
            "ratio_whole_grown": round(self.ratio_grown, 2),
            "fixed_cpu_s": round(_cpu(self.fixed, TO_MARTS), 2),
            "second_week": [{"stage": stage, **_rounded(cost)} for stage, cost in self.second_week.items()],
            "second_week_share": round(self.second_week_share, 3),
            "nodes": list(self.nodes),
        }


def measure_line(folder: Path, *, sessions: float) -> LineCost:
    """Run the demo company of that size through every stage and through the script.

    Args:
        folder: an empty directory for the workspaces.
        sessions: about how many web sessions the demo company has.

    Raises:
        QualityError: the script's marts differ from ours, so that the ratios would mean nothing.
    """
    fixed, _, _ = _measure(folder / "small", scale=SMALLEST_SCALE)
    costs, nodes, second_week = _measure(
        folder / "asked", scale=sessions / SESSIONS_PER_SCALE, with_second_week=True
    )
    return LineCost(int(sessions), costs, fixed, second_week, nodes)


def _measure(
    root: Path, *, scale: float, with_second_week: bool = False
) -> tuple[dict[str, Cost], tuple[dict[str, Any], ...], dict[str, Cost]]:
    _, written = measure_stage("write", root=root, scale=scale)
    costs, answers = _stages(root, (*OURS, *BY_HAND), as_of=written["as_of"])
    refuse_differences(measure_stage("compare", root=root)[1])
    second: dict[str, Cost] = {}
    if with_second_week:
        _, written = measure_stage("write_second", root=root)
        second, _ = _stages(root, OURS, as_of=written["as_of"])
    nodes = sorted(answers["marts"], key=lambda node: -node["seconds"])
    return costs, tuple(nodes), second


def _stages(root: Path, names: tuple[str, ...], *, as_of: str) -> tuple[dict[str, Cost], dict[str, Any]]:
    costs, answers = {}, {}
    for name in names:
        costs[name], answers[name] = measure_stage(name, root=root, as_of=as_of)
    return costs, answers


def refuse_differences(differing: dict[str, int]) -> None:
    """Ratios mean something only when both built the same rows.

    Raises:
        QualityError: they did not.
    """
    wrong = {mart: rows for mart, rows in differing.items() if rows}
    if wrong:
        raise QualityError(
            "The hand-written script builds other marts than ours, so their costs do not compare.",
            found=", ".join(f"{mart}: {rows} rows" for mart, rows in wrong.items()),
            fix="correct flows/bench/handwritten (or the model that changed) until both agree",
        )


def _cpu(costs: dict[str, Cost], stages: tuple[str, ...]) -> float:
    return sum(costs[stage].cpu_s for stage in stages)


def _rounded(cost: Cost) -> dict[str, float]:
    return {name: round(value, 2) for name, value in asdict(cost).items()}
