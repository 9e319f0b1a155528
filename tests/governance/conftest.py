"""A workspace with people, rules and a ledger, and a small draft that passes every check."""

import shutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from countersign.core.contracts import (
    DatasetUse,
    Draft,
    Fact,
    Heading,
    ModelCall,
    Prose,
    Query,
    Window,
)
from countersign.core.settings import Settings
from countersign.core.workspace import Workspace
from countersign.governance import people, reviews
from countersign.governance.ledger import open_ledger

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
PASSWORD = "four plain words here"
YES = dict.fromkeys(
    ("accurate", "useful", "on_brand", "proof", "risk", "customer_need", "source_data"), "yes"
)
COMPANY = "{name: Tiny Company, reporting_currency: EUR, time_zone: Europe/Berlin}\n"
PEOPLE = """\
people:
  - {id: mara, name: Mara Lindt, roles: [marketer]}
  - {id: ines, name: Ines Okafor, roles: [approver, leader]}
  - {id: omar, name: Omar Diaz, roles: [approver]}
  - {id: jonas, name: Jonas Berg, roles: [engineer]}
  - {id: gone, name: Gone Person, roles: [approver, leader], active: false}
"""
FACT = Fact(
    id="f-cost",
    metric="cost_per_lead",
    title="Cost per lead by week",
    value=Decimal("48.10"),
    unit="currency",
    currency="EUR",
    window=Window(start=date(2026, 3, 2), end=date(2026, 3, 9)),
    definition=Query(sql="select 48.10"),
    columns=("channel_week.spend_reporting",),
    snapshot_id="s-1",
)


def make_draft(
    text: str = "Each lead cost {{fact:cost}}.", *, agent="reporting", quality="passed", stated=None
):
    return Draft(
        agent=agent,
        agent_version="1",
        kind="report",
        title="Weekly performance",
        period=FACT.window,
        compared_with=None,
        blocks=(Heading(anchor="cost", text="What a lead costs"), Prose(text=text)),
        facts=(FACT,),
        bindings={"cost": FACT.id},
        names={},
        periods={},
        datasets=(DatasetUse(table="channel_week", columns=("spend_reporting",), rows=1, quality=quality),),
        snapshot_id="s-1",
        model_call=ModelCall(provider="offline", model="offline", prompt_hash="0"),
        stated=stated or {},
    )


def render(draft):
    """A tiny renderer: deterministic, and honest about the prose."""
    text = " ".join(block.text for block in draft.blocks if block.kind in ("heading", "prose")).replace(
        "{{fact:cost}}", "€48.10"
    )
    return f"<!doctype html><title>{draft.title}</title><p>{text}</p>", f"# {draft.title}\n\n{text}\n"


class Office:
    """One workspace, its open ledger, and people who can sign in."""

    def __init__(self, workspace, *, ledger_url=None, signed_in=None):
        self.workspace = workspace
        self.ledger_url = ledger_url
        for name in ("policies", "brand"):
            shutil.copy(ROOT / "config" / f"{name}.yaml", workspace.config)
        (workspace.config / "people.yaml").write_text(PEOPLE, encoding="utf-8")
        self.ledger = open_ledger(workspace, self.settings("anyone"))
        self.signed_in = dict(signed_in or {})

    def settings(self, person):
        return Settings(token_file=self.workspace.root / "tokens" / person, ledger_url=self.ledger_url)

    def sign_in(self, person, *, at=NOW):
        """A person, signed in through the front door; the password is set on first use."""
        if person not in self.signed_in:
            self._set_password(person)
            settings = self.settings(person)
            people.sign_in(self.ledger, self.workspace, settings, person=person, password=PASSWORD, at=at)
            self.signed_in[person] = people.signed_in_person(self.ledger, self.workspace, settings, at=at)
        return self.signed_in[person]

    def _set_password(self, person):
        by = None
        if person != "jonas" and any(people.has_password(self.ledger, known) for known in ("jonas",)):
            by = self.signed_in["jonas"]
        elif person != "jonas":
            by = self.sign_in("jonas")
        code = people.invite(self.ledger, self.workspace, person=person, by=by, at=NOW)
        people.set_password(
            self.ledger, self.workspace, person=person, password=PASSWORD, setup_code=code, at=NOW
        )

    def propose(self, draft=None, *, category="report", at=NOW):
        draft = draft or make_draft()
        html, markdown = render(draft)
        return reviews.propose(
            self.ledger, self.workspace, draft, html=html, markdown=markdown, category=category, at=at
        )

    def decide(
        self, proposal, person="ines", verdict="approve", *, answers=None, reason="", at=None, digest=None
    ):
        return reviews.decide(
            self.ledger,
            self.workspace,
            proposal_id=proposal.id,
            digest=digest or proposal.digest,
            person=self.sign_in(person),
            verdict=verdict,
            answers=YES if answers is None else answers,
            reason=reason,
            at=at or NOW + timedelta(minutes=5),
        )

    def state(self, proposal):
        return reviews.find_proposal(self.ledger, proposal.id).state

    def entries(self, kind=None):
        from countersign.governance.ledger import read_entries

        with self.ledger.read() as connection:
            return [entry for entry in read_entries(connection) if kind in (None, entry.kind)]


@pytest.fixture(scope="session")
def signed_in_office(tmp_path_factory):
    """Everybody has signed in once: argon2 is slow by design, so tests copy this office."""
    workspace = Workspace(tmp_path_factory.mktemp("office"))
    workspace.config.mkdir()
    (workspace.config / "company.yaml").write_text(COMPANY, encoding="utf-8")
    office = Office(workspace)
    for person in ("jonas", "ines", "omar", "mara"):
        office.sign_in(person)
    return office


def copy_office(office, root):
    """The same office in another place; its sessions are in the ledger, so they hold there too."""
    shutil.copytree(office.workspace.root, root)
    return Office(Workspace(root), signed_in=office.signed_in)


@pytest.fixture
def office(signed_in_office, tmp_path):
    return copy_office(signed_in_office, tmp_path / "office")


@pytest.fixture
def desk():
    """The names above, for tests that import nothing from here."""
    return SimpleNamespace(
        NOW=NOW,
        YES=YES,
        PASSWORD=PASSWORD,
        make_draft=make_draft,
        render=render,
        Office=Office,
        copy_office=copy_office,
    )
