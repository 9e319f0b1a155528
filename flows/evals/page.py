"""docs/evals.md: what was measured, on which companies, by which rules."""

from collections.abc import Sequence

from countersign.sources.ruler.seeds import HELD_OUT_FAMILIES, TUNING_SEEDS
from flows.evals import matching
from flows.evals.company_score import OUR_WORDS, CompanyScore
from flows.evals.intervals import Measured
from flows.evals.summary import Summary

# Never in a tuning company, and yet no longer blind: the analysis has rules for what these families are.
RULED_FAMILIES = ("crm_sync_broken", "spam_leads")

# measure: (what it is, bar, whether it is a share)
ROWS: dict[str, tuple[str, str, bool]] = {
    "recall": ("Recall, incidents with expected z of 3 or more", "at least 95%", True),
    "recall_tunable": ("... of families that tuning saw", "", True),
    "recall_held_out": ("... of families held out of tuning", "", True),
    "precision": ("Precision, all detections", "at least 90%", True),
    "right_segment": ("Right segment first, of those found", "at least 90%", True),
    "right_kind": ("Right kind named, of those found (families that tuning saw)", "", True),
    "decoy_alarms": ("Decoys reported", "at most 5%", True),
    "false_alarms_per_company_week": ("False alarms per company and week", "", False),
    "coverage_80": ("Quiet series inside their 80% range", "75% to 88%", True),
    "budget_gain_share": ("Share of the attainable gain, median", "at least 50%", True),
    "budget_gain_share_when_advised": ("... where it advises", "", True),
    "budget_worse_than_nothing": ("Companies worse off than with no change", "at most 5%", True),
    "budget_effect_coverage_80": ("True effects inside the advised 80% interval", "75% to 88%", True),
    "budget_abstained": ("Companies where it gives no advice", "", True),
    "attainable_leads_a_week": ("Accepted leads a week that the best split would add, mean", "", False),
    "leads_a_week_given_up_by_abstaining": ("... given up by abstaining, mean", "", False),
    "honest_refused": ("Honest drafts refused", "under 1%", True),
}


def render_page(scores: Sequence[CompanyScore], summary: Summary, *, scale: float, seeds_told: str) -> str:
    """The page in Markdown.

    Args:
        seeds_told: which companies these are, in words.
    """
    broken = sum(bool(one.breaks) for one in scores)
    quiet = sum(not one.incidents for one in scores)
    lines = [
        "# How right the analysis is",
        "",
        "Written by `countersign agents eval`. Every number was measured on invented companies whose truth",
        "is known (`countersign/sources/ruler`); nothing under `agents/` or `countersign/analytics/` can",
        "read that truth.",
        "",
        f"Companies: {seeds_told}, scale {scale:g}; {broken} of {len(scores)} break the usual model on",
        f"purpose, {quiet} have no incident.",
        f"Tuning was done on seeds {TUNING_SEEDS.start} to {TUNING_SEEDS.stop - 1},",
        f"which never have the families {', '.join(sorted(HELD_OUT_FAMILIES))}.",
        f"Rules are written for {' and '.join(RULED_FAMILIES)} all the same, from what such faults",
        "are in marketing, so the recall of these two is not blind.",
        "Intervals are 95%: the wider of a bootstrap over companies and Wilson's over events.",
        "",
        "| Measure | Value | 95% interval | Rests on | Bar |",
        "|---|---|---|---|---|",
        *(_row(name, summary.measures[name]) for name in ROWS),
        "",
        *_table("Recall by expected z", "z", summary.recall_by_z),
        *_table("Recall by family, expected z of 3 or more", "Family", summary.recall_by_family),
        *_table("Decoys reported, by kind", "Decoy", summary.alarms_by_decoy),
        f"The analysis took {summary.seconds:.1f} CPU seconds per company; no model is called.",
        "",
        "## The rules",
        "",
        *(matching.__doc__ or "").split("\n", 4)[4].strip().splitlines(),
        "- Expected z: the effect of an incident on the number in which it shows most, over the time it",
        "  lasted up to `as_of`, in standard deviations of that number without it",
        "  (`countersign/sources/ruler/strength.py`).",
        "- False alarms per company and week: those of one run, which looks at one company on one day.",
        "- The right kind is named in the ruler's word or in the analysis's own for the same:",
        f"  {', '.join(f'{ours} for {family}' for family, ours in sorted(OUR_WORDS.items()))}.",
        "- Where less than 0.5% of accepted leads could be gained at all, no share of the gain is counted.",
        "",
    ]
    return "\n".join(lines)


def tell(name: str, one: Measured) -> tuple[str, str]:
    """A measure's value and interval in words."""
    is_share = ROWS[name][2] if name in ROWS else True
    if one.value is None or one.low is None or one.high is None:
        return "not measured", ""
    if is_share:
        return f"{one.value:.1%}", f"{one.low:.1%} to {one.high:.1%}"
    return f"{one.value:.2f}", f"{one.low:.2f} to {one.high:.2f}"


def _row(name: str, one: Measured) -> str:
    value, interval = tell(name, one)
    label, bar, _ = ROWS[name]
    return f"| {label} | {value} | {interval} | {one.count} | {bar} |"


def _table(title: str, first: str, rows: dict[str, Measured]) -> list[str]:
    lines = [f"## {title}", "", f"| {first} | Share | 95% interval | Of |", "|---|---|---|---|"]
    for name, one in rows.items():
        value, interval = tell("", one)
        lines.append(f"| {name} | {value} | {interval} | {one.count} |")
    return [*lines, ""]
