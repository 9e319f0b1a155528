"""The same approval line on a real Postgres."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy

from countersign.core.errors import ApprovalError
from countersign.core.workspace import Workspace
from countersign.governance import audit, publishing
from tests.postgres_server import running_postgres

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def postgres_url():
    with running_postgres() as (host, port):
        yield f"postgresql+psycopg2://ledger@{host}:{port}/postgres"


@pytest.fixture
def office(tmp_path, desk, postgres_url, signed_in_office):
    root = tmp_path / "office"
    shutil.copytree(signed_in_office.workspace.config, root / "config")
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("drop schema public cascade; create schema public")
    engine.dispose()
    return desk.Office(Workspace(root), ledger_url=postgres_url)


def test_twenty_approvers_decide_once_and_it_is_published(office, desk):
    proposal = office.propose()
    office.sign_in("ines")
    office.sign_in("omar")

    def approve(number):
        try:
            office.decide(proposal, "ines" if number % 2 else "omar")
        except ApprovalError:
            return 0
        finally:
            publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(approve, range(20))) == 1
    report = audit.verify(office.ledger, office.workspace, head=office.ledger.head())
    assert report.problems == ()
    assert office.state(proposal) == "published"
    assert len(office.entries("published")) == 1


def test_edits_in_the_tables_are_refused_or_found(office, desk):
    proposal = office.propose()
    with (
        pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"),
        office.ledger.engine.begin() as connection,
    ):
        connection.exec_driver_sql("update entries set person = 'x'")
    with office.ledger.engine.begin() as connection:
        connection.exec_driver_sql("update proposals set state = 'approved'")
    assert any(proposal.id in problem for problem in audit.verify(office.ledger, office.workspace).problems)

    with office.ledger.engine.begin() as connection:
        connection.exec_driver_sql("alter table entries disable trigger entries_refuse_edit")
        connection.exec_driver_sql("update entries set person = 'x' where seq = 2")
    problems = audit.verify(office.ledger, office.workspace).problems
    assert any("trigger" in problem for problem in problems)
    assert any("entry 2" in problem for problem in problems)
