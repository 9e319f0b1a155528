"""Each agent's eval cases, tried on the demo company without a model.

`python -m flows.evals.cases` tries them and records who passed.
"""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from agents.eval_cases import PASSED, describe_passed, read_cases
from agents.registry import AGENTS, AgentCard, read_cards
from countersign.core.contracts import Draft
from countersign.core.settings import Settings, load_settings
from countersign.core.workspace import Workspace
from countersign.reports.markdown import render_markdown
from flows.evals.demo import snapshot_demo
from flows.pipeline import draft_with

_FOOTNOTE = re.compile(r"\[\^\d+\]")


def try_cases(folder: Path, settings: Settings) -> dict[str, list[str]]:
    """What each agent's draft misses of its cases, a line each; an agent without lines has passed.

    Args:
        folder: an empty directory, for the demo company's workspace.
        settings: of this process.

    Raises:
        SettingsError: an agent has no cases.
    """
    run, taken = snapshot_demo(folder, settings)
    cards = read_cards(run.workspace, must_have_passed=False)
    drafting = draft_with(run, taken, cards.values())
    missed = {one.agent: _misses(cards[one.agent], one.draft) for one in drafting.drafted}
    return missed | {one.agent: [f"it could not draft: {one.problem}"] for one in drafting.undrafted}


def _misses(card: AgentCard, draft: Draft) -> list[str]:
    told = read_text(draft)
    cases = read_cases(AGENTS / card.name)
    return [f"{case.name}: it {line}" for case in cases for line in case.find_misses(told)]


def read_text(draft: Draft) -> str:
    """What a draft says, figures and names filled in, without the list of evidence."""
    page = render_markdown(draft).partition("\n## Evidence\n")[0]
    return _FOOTNOTE.sub("", page).replace("\\", "")


def record_passes(missed: dict[str, list[str]], cards: dict[str, AgentCard]) -> None:
    """Write the record of each agent that missed nothing, and take back that of each that did."""
    for name, lines in missed.items():
        path = AGENTS / name / PASSED
        if lines:
            path.unlink(missing_ok=True)
            continue
        card = cards[name]
        record = describe_passed(AGENTS / name, version=card.version, prompt=card.prompt_text())
        path.write_text(yaml.safe_dump(record.model_dump(mode="json"), sort_keys=False), encoding="utf-8")


def main() -> int:
    """Try every agent's cases and record who passed; 1 when one did not."""
    with TemporaryDirectory(prefix="countersign-evals-") as scratch:
        folder = Path(scratch)
        missed = try_cases(folder, load_settings())
        record_passes(missed, read_cards(Workspace(folder), must_have_passed=False))
    for name, lines in missed.items():
        sys.stdout.write("".join(f"{name}: {line}\n" for line in lines or ["passed"]))
    return 1 if any(missed.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
