"""What the agents' tests share: a workspace with a goal, described marts, and a card that fits."""

import pytest
import yaml

from agents.registry import AGENTS
from countersign.core.workspace import Workspace

GOAL = {
    "metric": "cost_per_lead",
    "direction": "down",
    "baseline": 50,
    "target": 40,
    "owner": "Head of marketing",
}


@pytest.fixture
def served(tmp_path):
    """A workspace whose goals are those that the shipped cards serve."""
    config = tmp_path / "company" / "config"
    config.mkdir(parents=True)
    (config / "company.yaml").write_text("name: Acme\nreporting_currency: EUR\ntime_zone: Europe/Berlin\n")
    keys = {yaml.safe_load(path.read_text())["goal"] for path in AGENTS.glob("*/card.yaml")}
    (config / "goals.yaml").write_text(yaml.safe_dump([{"key": key, "active": True, **GOAL} for key in keys]))
    return Workspace(config.parent)


@pytest.fixture
def described(tmp_path):
    """A folder of mart descriptions that holds every granted column and one person's e-mail."""
    folder = tmp_path / "marts"
    folder.mkdir()
    columns: dict[str, set[str]] = {"lead_list": {"contact_email", "leads"}}
    for path in AGENTS.glob("*/card.yaml"):
        for table, names in yaml.safe_load(path.read_text())["grants"].items():
            columns.setdefault(table, set()).update(names)
    models = [
        {"name": table, "columns": [{"name": name} for name in sorted(names)]}
        for table, names in columns.items()
    ]
    (folder / "_marts.yml").write_text(yaml.safe_dump({"models": models}))
    return folder


@pytest.fixture
def write_card(tmp_path):
    """Writes an agent's folder; arguments replace fields of a card that fits, None takes one out."""
    folder = tmp_path / "cards"

    def write(name="scout", **changes):
        card = {
            "name": name,
            "version": "1",
            "job": "Say what changed this week.",
            "output": "report",
            "category": "report",
            "owner": "Head of marketing",
            "manager": "Analyst",
            "reviewer": "Analyst",
            "approver": "Head of marketing",
            "goal": "clearer_reporting",
            "improves": "Where to look first.",
            "grants": {"channel_week": ["channel", "week_start", "leads"]},
            "prompt": "prompt.md",
            "limits": {"calls": 2, "tokens": 4000, "seconds": 30},
        }
        card.update(changes)
        (folder / name).mkdir(parents=True, exist_ok=True)
        kept = {key: value for key, value in card.items() if value is not None}
        (folder / name / "card.yaml").write_text(yaml.safe_dump(kept))
        (folder / name / "prompt.md").write_text("Write.")
        return folder

    return write
