"""The whole line for tests: a workspace, runs of the pipeline, and people who sign in and approve."""

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import duckdb
import yaml

from countersign.core.contracts import Draft, Publication
from countersign.core.settings import Settings
from countersign.core.snapshot import open_granted, read_snapshot
from countersign.core.workspace import Workspace, shipped
from countersign.governance import people, publishing, reviews
from countersign.governance.ledger import open_ledger
from flows.pipeline import PLAIN_STEPS, RunContext, RunResult, Steps, run_pipeline

# The policies, people and agents that we ship; company.yaml and sources.yaml are a test's own.
SHIPPED = ("agents", "brand", "glossary", "goals", "people", "policies")


class Line:
    """One company's workspace with the line through it, from files to a published report."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root)
        self.settings = Settings(token_file=root.parent / f"{root.name}.token")
        self._passwords: dict[str, str] = {}

    @property
    def ledger(self):
        """The workspace's ledger, opened anew."""
        return open_ledger(self.workspace, self.settings)

    def context(self, as_of: datetime) -> RunContext:
        """What the steps of one run need."""
        return RunContext(self.workspace, self.workspace.company(), self.settings, as_of)

    def run(self, as_of: datetime, *, hook: Callable[[str], None] | None = None, steps: Steps = PLAIN_STEPS):
        """The weekly run, in plain Python; a hook is told each step's name before and after it."""
        return run_pipeline(self.context(as_of), hook=hook or (lambda point: None), steps=steps)

    def daily(self, as_of: datetime) -> RunResult:
        """A run that stops at the snapshot."""
        return run_pipeline(self.context(as_of), kind="daily")

    def midnight(self, day) -> datetime:
        """Midnight of a day where the company is: the exclusive end of its data."""
        return datetime.combine(day, time(), tzinfo=self.workspace.company().zone)

    def approve(self, result: RunResult) -> list[Publication]:
        """An approver signs in, says yes to every question on each proposal, and all is published."""
        now = datetime.now(UTC)
        ledger = self.ledger
        ines = self._sign_in(ledger, "ines")
        questions = yaml.safe_load((self.workspace.config / "policies.yaml").read_text())["review_questions"]
        for proposal in result.proposals:
            reviews.decide(
                ledger, self.workspace, proposal_id=proposal.id, digest=proposal.digest, person=ines,
                verdict="approve", answers=dict.fromkeys(questions, "yes"), at=now,
            )  # fmt: skip
        return publishing.publish_due(ledger, self.workspace, at=now)

    def _sign_in(self, ledger, person: str):
        for made in people.create_demo_people(ledger, self.workspace, at=datetime.now(UTC)):
            self._passwords[made.person.id] = made.password
        people.sign_in(
            ledger, self.workspace, self.settings, person=person, password=self._passwords[person],
            at=datetime.now(UTC),
        )  # fmt: skip
        return people.signed_in_person(ledger, self.workspace, self.settings, at=datetime.now(UTC))

    def material(self, proposal):
        """The bytes that the ledger holds of a proposal."""
        return reviews.read_material(self.ledger, proposal.id)

    def draft(self, result: RunResult, agent: str = "reporting") -> Draft:
        """The draft of one agent in a run."""
        (proposal,) = [one for one in result.proposals if one.agent == agent]
        return self.material(proposal).draft

    def markdown(self, result: RunResult, agent: str = "reporting") -> str:
        """One agent's proposal as text."""
        (proposal,) = [one for one in result.proposals if one.agent == agent]
        return self.material(proposal).markdown.decode()

    def folder(self, proposal_id: str) -> Path:
        """Where a published proposal lies."""
        found = publishing.folder_of(self.ledger, self.workspace, proposal_id=proposal_id)
        assert found is not None
        return found

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a question to the warehouse."""
        with closing(duckdb.connect(str(self.workspace.warehouse), read_only=True)) as connection:
            return connection.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        """The one cell of a question to the warehouse."""
        ((value,),) = self.ask(sql)
        return value

    def lost_rows(self) -> list[tuple[Any, ...]]:
        """Batches for which landed is not promoted + quarantined, by the record and by the rows."""
        return self.ask("""
            select batch_id, rows_landed, rows_promoted, rows_quarantined, count(distinct row_number)
            from quality.batches left join quality.quarantined_rows using (batch_id)
            group by all
            having rows_landed <> rows_promoted + rows_quarantined
                or rows_quarantined <> count(distinct row_number)
        """)

    def runs(self) -> list[dict[str, Any]]:
        """Records of all runs, oldest first."""
        return [
            json.loads(path.read_text()) for path in sorted((self.workspace.state / "runs").glob("*.json"))
        ]


def make_line(root: Path, *, company: dict[str, object], sources: dict[str, object]) -> Line:
    """A workspace with our own policies and people, and a test's company and sources."""
    config = root / "config"
    config.mkdir(parents=True)
    (root / "data").mkdir()
    for name in SHIPPED:
        shutil.copyfile(shipped("config") / f"{name}.yaml", config / f"{name}.yaml")
    (config / "company.yaml").write_text(yaml.safe_dump(company), encoding="utf-8")
    (config / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}), encoding="utf-8")
    return Line(root)


def wrong_facts(line: Line, draft: Draft) -> list[str]:
    """Facts of a draft that its snapshot does not give again; empty when every one is the same."""
    from countersign.analytics.explain import recompute

    snapshot = read_snapshot(line.workspace, draft.snapshot_id)
    grants = {name: list(table.columns) for name, table in snapshot.tables.items()}
    held = {fact.id: fact for fact in draft.facts}
    done: dict[str, Any] = {}
    with closing(open_granted(line.workspace, snapshot, grants=grants)) as connection:
        found = [recompute(fact, held, connection=connection, done=done) for fact in draft.facts]
    return [explanation.fact.id for explanation in found if not explanation.matches]


def cited(draft: Draft, **wanted: str) -> list[Any]:
    """Facts that a draft shows by alias, of one metric and place; `wanted` may hold metric and dimensions."""
    metric = wanted.pop("metric", None)
    shown = set(draft.bindings.values())
    return [
        fact
        for fact in draft.facts
        if fact.id in shown
        and metric in (None, fact.metric)
        and all(fact.dimensions.get(name) == value for name, value in wanted.items())
    ]
