"""A company in a real snapshot whose marketing and technology share a scorecard, for the tests of it."""

import shutil
from datetime import UTC, date, datetime

import yaml

from countersign.core.settings import Settings
from countersign.core.workspace import Workspace, shipped
from countersign.governance import people
from countersign.governance.ledger import open_ledger
from countersign.governance.pilots import record_pilot
from tests.agents.conftest import books, eventful_books

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
PEOPLE = """\
people:
  - {id: ines, name: Ines Okafor, roles: [approver, leader]}
  - {id: viktor, name: Viktor Hale, roles: [approver]}
  - {id: mara, name: Mara Lindt, roles: [marketer]}
  - {id: gone, name: Gone Person, roles: [approver], active: false}
"""
GOALS = [
    {"key": "cheaper", "name": "Cheaper accepted leads", "metric": "cost_per_accepted_lead",
     "direction": "down", "owner": "Head of marketing", "active": True},
    {"key": "pipeline", "name": "More pipeline", "metric": "pipeline", "direction": "up",
     "owner": "Head of sales", "active": True},
    {"key": "launched", "name": "The new site", "metric": "conversion_rate", "direction": "up",
     "owner": "Head of technology", "active": False},
]  # fmt: skip


def kpi(
    metric="cost_per_accepted_lead", *, direction="down", target=420, marketing=None, technology=None, **more
):
    """One KPI of config/scorecard.yaml on which both sides agree; arguments replace its parts."""
    sides = {
        "marketing": {"owner": "ines", "goal": "cheaper", "priority": 1, **(marketing or {})},
        "technology": {"owner": "viktor", "goal": "cheaper", "priority": 1, **(technology or {})},
    }
    return {"metric": metric, "direction": direction, "target": target, **sides, **more}


class SharedCompany:
    """A workspace with people, goals, a snapshot and one person who is signed in."""

    def __init__(self, root):
        self.workspace = Workspace(root)
        self.workspace.config.mkdir(parents=True)
        for name in ("policies", "brand"):
            shutil.copy(shipped("config") / f"{name}.yaml", self.workspace.config)
        self.write("company", {"name": "Acme", "reporting_currency": "EUR", "time_zone": "UTC"})
        (self.workspace.config / "people.yaml").write_text(PEOPLE, encoding="utf-8")
        self.write("goals", {"goals": GOALS})
        books.open_snapshot(root, eventful_books()).connection.close()
        self.settings = Settings(token_file=root / "tokens" / "ines")
        self.ledger = open_ledger(self.workspace, self.settings)
        self.signed_in = {}

    @property
    def company(self):
        return self.workspace.company()

    def write(self, name, content):
        """Write config/NAME.yaml."""
        (self.workspace.config / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")

    def agree(self, *kpis):
        """Write config/scorecard.yaml."""
        self.write("scorecard", {"window_weeks": 4, "kpis": list(kpis)})

    def sign_in(self, person):
        """A person, signed in through the front door."""
        if not self.signed_in:
            made = people.create_demo_people(self.ledger, self.workspace, at=NOW)
            self.passwords = {one.person.id: one.password for one in made}
        if person not in self.signed_in:
            settings = Settings(token_file=self.workspace.root / "tokens" / person)
            people.sign_in(
                self.ledger, self.workspace, settings, person=person, password=self.passwords[person], at=NOW
            )
            self.signed_in[person] = people.signed_in_person(self.ledger, self.workspace, settings, at=NOW)
        return self.signed_in[person]

    def record(self, key, **changes):
        """Record something of a pilot as mara."""
        return record_pilot(
            self.ledger, self.workspace, key=key, changes=changes, goals=("cheaper", "pipeline", "launched"),
            person=self.sign_in("mara"), today=NOW.date(), at=NOW,
        )  # fmt: skip

    def record_two_pilots(self):
        """One that paid off and was scaled, one that only runs."""
        self.record(
            "reply-drafts", name="Reply drafts", goal="cheaper", owner="mara", selected=date(2026, 6, 1),
            executed=date(2026, 6, 29), scaled=date(2026, 9, 7), verified=date(2026, 8, 3),
            result="Leads are called on the day they come in",
        )  # fmt: skip
        self.record(
            "page-tests", name="Page tests", goal="pipeline", owner="viktor", selected=date(2026, 10, 5),
            executed=date(2026, 11, 2),
        )  # fmt: skip
