"""What the agents' tests share: cards, goals, a company in a real snapshot, and a scripted model server."""

import importlib.util
import sys
from pathlib import Path

import pytest
import yaml

from agents.eval_cases import CASES, PASSED, describe_passed
from agents.goals import Goal
from agents.registry import AGENTS, PROMPT_PARTS, AgentCard
from countersign.core.workspace import Workspace
from tests.agents.daily_company import open_broken
from tests.agents.scripted_model import ScriptedModel, cut, fails, hangs, says

# The made-up company is the analysts' own, so that agents are tested on what analytics really finds.
_SPEC = importlib.util.spec_from_file_location(
    "analytics_books", Path(__file__).parents[1] / "analytics" / "conftest.py"
)
books = importlib.util.module_from_spec(_SPEC)
sys.modules["analytics_books"] = books
_SPEC.loader.exec_module(books)

PROMPT = "\n\n".join(f"**{part}.** Said." for part in PROMPT_PARTS)
GOAL = {
    "metric": "cost_per_lead",
    "direction": "down",
    "baseline": 50,
    "target": 40,
    "owner": "Head of marketing",
}


class Kept:
    """A company opened once for all tests that read it; each question is analysed once."""

    def __init__(self, opened) -> None:
        self.workspace, self.snapshot, self.connection = opened.workspace, opened.snapshot, opened.connection
        self._opened, self._analysed = opened, {}

    def analyse(self, **asked):
        key = repr(sorted(asked.items()))
        if key not in self._analysed:
            self._analysed[key] = self._opened.analyse(**asked)
        return self._analysed[key]


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """Companies by what their books hold: tests read them, and never change them."""
    opened = {}

    def build(made, **options):
        key = repr((made, sorted(options.items())))
        if key not in opened:
            root = tmp_path_factory.mktemp("company")
            opened[key] = Kept(books.open_snapshot(root, made, **options))
        return opened[key]

    yield build
    for each in opened.values():
        each.connection.close()


@pytest.fixture
def open_books(kept):
    """Opens one company's books; the same books once for all tests."""
    return kept


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

    def write(name="scout", *, instructions=PROMPT, **changes):
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
        (folder / name / "prompt.md").write_text(instructions)
        (folder / name / CASES).write_text(yaml.safe_dump([{"name": "the change", "tells": ["rose"]}]))
        record = describe_passed(folder / name, version="1", prompt=instructions)
        (folder / name / PASSED).write_text(yaml.safe_dump(record.model_dump(mode="json")))
        return folder

    return write


def shipped_card(name: str) -> AgentCard:
    """A shipped card with the goals that a workspace would attach."""
    card = AgentCard.model_validate(yaml.safe_load((AGENTS / name / "card.yaml").read_text()))
    goal = Goal(
        key=card.goal,
        name="Cheaper accepted leads",
        metric="cost_per_accepted_lead",
        direction="down",
        owner="Head of marketing",
    )
    return card.model_copy(update={"served": goal, "goals": (goal,)})


FIGURES = (
    "spend_reporting", "clicks", "impressions", "sessions", "leads", "mqls", "accepted_leads",
    "rejected_leads", "customers", "opportunities", "pipeline_reporting", "revenue_reporting",
)  # fmt: skip
TRUST = {
    "source": "sales", "landed_table": "sales_feedback", "data_through": books.WEEK.end, "rows_landed": 900,
    "rows_promoted": 899, "rows_quarantined": 1, "checks_total": 11, "checks_passed": 10,
    "warnings_failed": 1, "quality": "warnings", "is_fresh": True,
}  # fmt: skip


def eventful_books():
    """Fourteen weeks in which Paid search turns dear in the last, and Paid social loses its acceptance."""
    made = books.Books()
    for back in range(14):
        wob = (back % 3) - 1
        searched = 90 if back == 0 else 140
        accepted, rejected = (8, 45) if 2 <= back <= 5 else (25, 27)
        rows = {
            "Paid search": (20_000 + 300 * wob, 2_000 + 10 * wob, 40_000, 1_900, searched + wob, 100,
                            50 + wob, 50, 5, 20, 200_000 + 5_000 * wob, 50_000),
            "Paid social": (9_000 + 100 * wob, 1_200, 80_000, 1_100, 60 + wob, 50, accepted, rejected, 2, 8,
                            80_000, 20_000),
            "Direct": (0, 0, 0, 300, 30 + wob, 20, 15, 10, 2, 5, 50_000, 15_000),
        }  # fmt: skip
        for channel, values in rows.items():
            made.week(back, channel, **dict(zip(FIGURES, values, strict=True)))
    made.trust.append(TRUST)
    return made


@pytest.fixture
def eventful_made():
    """The books of the eventful company."""
    return eventful_books()


@pytest.fixture
def eventful(open_books):
    """The eventful company, opened."""
    return open_books(eventful_books())


@pytest.fixture
def scripted():
    """A scripted model server."""
    model = ScriptedModel()
    yield model
    model.server.shutdown()
    model.server.server_close()


@pytest.fixture
def script():
    """The ways a scripted model can answer."""

    class Script:
        says, fails, hangs, cut = (
            staticmethod(says),
            staticmethod(fails),
            staticmethod(hangs),
            staticmethod(cut),
        )

    return Script


@pytest.fixture(scope="session", name="card_of")
def _card_of():
    """A shipped card by name, for what is made once."""
    return shipped_card


@pytest.fixture
def card(card_of):
    """A shipped card by name."""
    return card_of


@pytest.fixture(scope="session")
def broken(tmp_path_factory, card_of):
    """A company by the day with an incident on one device, and one of a whole channel; see there."""
    opened = open_broken(tmp_path_factory.mktemp("broken"), card_of("performance"))
    yield opened
    opened.connection.close()


@pytest.fixture
def trust_row():
    """One row of data_trust, to be changed."""
    return TRUST


@pytest.fixture
def made_up():
    """The module of the made-up company: Books, COMPANY, WEEK, AS_OF."""
    return books
