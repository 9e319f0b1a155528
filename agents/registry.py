"""The register of agents: one card a folder, refused unless it is complete and has one job."""

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from agents.asking import Ask
from agents.call_book import CallBook
from agents.eval_cases import check_passed
from agents.feeding import Fed, in_reading_order
from agents.goals import Goal, read_goals
from agents.marts import names_a_person, read_marts
from agents.owners import SourceOwner, read_source_owners
from countersign.core.contracts import Category, Draft, Snapshot
from countersign.core.errors import AgentError, SettingsError
from countersign.core.memory import Remembered
from countersign.core.settings import Settings
from countersign.core.track_record import TrackRecord
from countersign.core.workspace import Company, Workspace, first_problem

if TYPE_CHECKING:
    import duckdb

AGENTS = Path(__file__).resolve().parent
Grants = dict[str, tuple[str, ...]]
Text = Field(min_length=1, max_length=200)

# Which run an agent drafts in.
Rhythm = Literal["daily", "weekly"]

# What every prompt must say, each part as a paragraph that starts with its name in bold and a full stop.
PROMPT_PARTS = ("Task", "Audience", "Tone", "Data source", "Format", "Limits", "Review")


class Limits(BaseModel):
    """What an agent may use of a model in one run, and, with `_a_day`, on one UTC day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calls: int = Field(ge=1, le=10)
    tokens: int = Field(ge=256, le=200_000)
    seconds: float = Field(gt=0, le=600)
    cost_usd: float = Field(1.0, gt=0, le=100)
    calls_a_day: int = Field(50, ge=1, le=1000)
    tokens_a_day: int = Field(500_000, ge=256, le=10_000_000)
    seconds_a_day: float = Field(1800, gt=0, le=86_400)
    cost_usd_a_day: float = Field(10.0, gt=0, le=1000)


class AgentCard(BaseModel):
    """What an agent is for, what it may read, who answers for it, and what it may use.

    `reads` names agents whose drafts of the same run it starts from; `fed` holds these drafts in a run,
    and `memory` what people decided on earlier drafts of all of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str = Text
    job: str = Field(min_length=10, max_length=160)
    output: Literal["report", "recommendation", "alert"]
    category: Category
    rhythm: Rhythm = "weekly"
    owner: str = Text
    manager: str = Text
    reviewer: str = Text
    approver: str = Text
    goal: str = Text
    improves: str = Text
    grants: Grants = Field(min_length=1)
    prompt: str = Text
    limits: Limits
    reads: tuple[str, ...] = ()
    model: str | None = None
    served: Goal | None = Field(default=None, exclude=True)
    goals: tuple[Goal, ...] = Field(default=(), exclude=True)
    sources: tuple[SourceOwner, ...] = Field(default=(), exclude=True)
    record: TrackRecord | None = Field(default=None, exclude=True)
    fed: tuple[Fed, ...] = Field(default=(), exclude=True)
    unfed: tuple[str, ...] = Field(default=(), exclude=True)
    memory: tuple[Remembered, ...] = Field(default=(), exclude=True)

    @field_validator("version", mode="before")
    @classmethod
    def _version_as_text(cls, version: object) -> object:
        return str(version) if isinstance(version, int | float) else version

    @field_validator("job", mode="before")
    @classmethod
    def _has_one_job(cls, job: object) -> object:
        if isinstance(job, list | dict):
            raise ValueError(f"an agent has one job, this card lists {len(job)}")
        if isinstance(job, str) and (";" in job or "\n" in job.strip() or ". " in job.strip()):
            raise ValueError("an agent has one job, say it in one sentence")
        return job

    @field_validator("prompt")
    @classmethod
    def _prompt_beside_the_card(cls, name: str) -> str:
        if Path(name).name != name:
            raise ValueError("the prompt is a file in the agent's own folder")
        return name

    def prompt_text(self) -> str:
        """The reviewed instructions that a model gets, from the agent's folder."""
        return (AGENTS / self.name / self.prompt).read_text(encoding="utf-8")


class _Changes(BaseModel):
    """What config/agents.yaml may say of one agent: the company's people, and less data."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    owner: str | None = None
    manager: str | None = None
    reviewer: str | None = None
    approver: str | None = None
    goal: str | None = None
    model: str | None = None
    grants: Grants | None = None


def agent_names(*, folder: Path = AGENTS) -> tuple[str, ...]:
    """The name of every agent that ships with this version."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/card.yaml")))


def read_cards(
    workspace: Workspace, *, folder: Path = AGENTS, models: Path | None = None, must_have_passed: bool = True
) -> dict[str, AgentCard]:
    """Every agent's card by name, narrowed by the workspace's config/agents.yaml, in the order they draft.

    Args:
        workspace: whose goals the agents must serve.
        folder: where the agents' folders are.
        models: where the marts are described; default is the shipped dbt project.
        must_have_passed: False only for the run of the eval cases themselves.

    Raises:
        SettingsError: a card is incomplete, has more than one job, serves no active goal, is granted
            a column that no mart has or that holds a person, its prompt lacks a part, it has not passed
            its eval cases at this version, it reads a draft that nobody writes before it, or the
            workspace widens a grant.
    """
    marts = read_marts(models)
    goals = read_goals(workspace)
    active = tuple(goal for goal in goals.values() if goal.active)
    sources = read_source_owners(workspace)
    changes = _read_changes(workspace)
    cards: dict[str, AgentCard] = {}
    for path in sorted(folder.glob("*/card.yaml")):
        card = _narrow(_read_card(path), changes.pop(path.parent.name, None))
        _check_grants(card, marts)
        _check_goal(card, goals)
        if must_have_passed:
            prompt = (path.parent / card.prompt).read_text(encoding="utf-8")
            check_passed(path.parent, version=card.version, prompt=prompt)
        known = {"served": goals[card.goal], "goals": active, "sources": sources}
        cards[card.name] = card.model_copy(update=known)
    if changes:
        raise SettingsError(
            "config/agents.yaml names an agent that does not exist.",
            found=", ".join(sorted(changes)),
            fix=f"use one of: {', '.join(cards)}",
        )
    return in_reading_order(cards, lambda card: card.reads)


def write_draft(
    card: AgentCard,
    connection: "duckdb.DuckDBPyConnection",
    *,
    snapshot: Snapshot,
    company: Company,
    settings: Settings,
    withheld: str = "",
    book: CallBook | None = None,
) -> Draft:
    """Let an agent draft from what its card grants, with the configured model or offline.

    Args:
        card: whose folder holds `agent.py` with a function `write`.
        connection: from `core.snapshot.open_granted` with the card's grants.
        snapshot: its manifest.
        company: the company's own settings.
        settings: name the model endpoint, if there is one.
        withheld: why no model may be asked although there is one; the draft says so.
        book: where calls are written down, the day's limits are counted and answers are kept.

    Raises:
        AgentError: the draft is not grounded, or is of another kind than the card's output.
    """
    from countersign.analytics.analyse import analyse
    from countersign.analytics.attention import analyse_days

    ask: Ask | None = None
    if settings.model_base_url is not None and not withheld:
        from agents.runtime import build_ask

        ask = build_ask(settings, card, book=book, snapshot_id=snapshot.id)
    analysis = (
        analyse_days(connection, snapshot, company)
        if card.rhythm == "daily"
        else analyse(connection, snapshot, company, week=None)
    )
    written = import_module(f"agents.{card.name}.agent").write(
        analysis, snapshot, card=card, company=company, ask=ask
    )
    draft = Draft.model_validate(written)
    if draft.kind != card.output:
        raise AgentError(
            "An agent wrote something that is not its job.",
            found=f"{card.name} wrote a {draft.kind}; its card says {card.output}",
            fix="correct the agent, or give this job an agent of its own; nothing was proposed",
        )
    if withheld:
        call = draft.model_call.model_copy(update={"fallback": withheld})
        draft = draft.model_copy(update={"model_call": call})
    return draft


def _read_card(path: Path) -> AgentCard:
    try:
        card = AgentCard.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        found = first_problem(error) if isinstance(error, ValidationError) else str(error)
        raise _refused(path.parent.name, found, "complete the card; CONTRIBUTING.md shows one") from error
    if card.name != path.parent.name:
        raise _refused(card.name, f"its folder is {path.parent.name!r}", "give folder and card one name")
    if not (path.parent / card.prompt).is_file():
        raise _refused(card.name, f"no prompt file {card.prompt!r}", "add the prompt to the agent's folder")
    missing = find_missing_parts((path.parent / card.prompt).read_text(encoding="utf-8"))
    if missing:
        raise _refused(
            card.name,
            f"{card.prompt} lacks {', '.join(missing)}",
            f"write a paragraph that starts with **{missing[0]}.** and says it",
        )
    return card


def find_missing_parts(prompt: str) -> list[str]:
    """The parts that a prompt does not state, or states without a word.

    >>> find_missing_parts("**Task.** Write. **Audience.** **Tone.** Plain.")[:3]
    ['Audience', 'Data source', 'Format']
    """
    pieces = re.split(r"\*\*([A-Z][a-z ]+)\.\*\*", prompt)
    stated = {name for name, text in zip(pieces[1::2], pieces[2::2], strict=True) if text.strip()}
    return [part for part in PROMPT_PARTS if part not in stated]


def _read_changes(workspace: Workspace) -> dict[str, _Changes]:
    if not (workspace.config / "agents.yaml").is_file():
        return {}
    found = workspace.read_config("agents") or {}
    listed = found.get("agents", found) if isinstance(found, dict) else None
    if not isinstance(listed, dict):
        raise _unfit_changes("the file is not a mapping from agents to changes")
    changes = {}
    for name, change in listed.items():
        try:
            changes[str(name)] = _Changes.model_validate(change or {})
        except ValidationError as error:
            raise _unfit_changes(f"{name}: {first_problem(error)}") from error
    return changes


def _narrow(card: AgentCard, change: _Changes | None) -> AgentCard:
    if change is None:
        return card
    grants = card.grants if change.grants is None else change.grants
    for table, columns in grants.items():
        wider = sorted(set(columns) - set(card.grants.get(table, ())))
        if wider:
            raise SettingsError(
                "config/agents.yaml grants more than the agent's card.",
                found=f"{card.name}: {table}.{', '.join(wider)}",
                fix="a workspace may only narrow grants: remove these columns",
            )
    people = change.model_dump(exclude_none=True, exclude={"grants"})
    return card.model_copy(update={**people, "grants": grants})


def _check_grants(card: AgentCard, marts: dict[str, frozenset[str]]) -> None:
    for table, columns in card.grants.items():
        persons = [name for name in columns if names_a_person(name)]
        unknown = [name for name in columns if name not in marts.get(table, frozenset())]
        if persons:
            raise _refused(
                card.name, f"{table}.{persons[0]} holds a person", "agents read sums, never persons"
            )
        if table not in marts:
            raise _refused(card.name, f"no mart {table!r}", f"use one of: {', '.join(sorted(marts))}")
        if unknown:
            raise _refused(card.name, f"{table} has no column {unknown[0]!r}", "grant columns of the mart")
        if not columns:
            raise _refused(card.name, f"{table} is granted without columns", "name the columns")


def _check_goal(card: AgentCard, goals: dict[str, Goal]) -> None:
    goal = goals.get(card.goal)
    if goal is None or not goal.active:
        active = ", ".join(key for key, known in goals.items() if known.active) or "none"
        raise _refused(
            card.name,
            f"its goal {card.goal!r} is not an active goal of this company",
            f"set `goal` for it in config/agents.yaml to one of: {active}",
        )


def _refused(name: str, found: str, fix: str) -> SettingsError:
    return SettingsError("An agent's card is refused.", found=f"{name}: {found}", fix=fix)


def _unfit_changes(found: str) -> SettingsError:
    return SettingsError(
        "config/agents.yaml does not fit.",
        found=found,
        fix="under each agent's name give people, a goal, a model or narrower grants",
    )
