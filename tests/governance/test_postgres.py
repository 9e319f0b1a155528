"""The same approval line on a real Postgres."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy

from countersign.core.errors import ApprovalError
from countersign.core.workspace import Workspace
from countersign.governance import audit, publishing

pytestmark = pytest.mark.postgres


def _programs():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("no Postgres: install it (Debian: apt-get install postgresql) to test the ledger on it")
    return found[-1].parent if found else Path(on_path).parent


def _account():
    """Postgres refuses root: the account it runs as, or None for our own."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return pytest.skip("Postgres refuses root, and there is no account postgres or nobody")


@pytest.fixture(scope="module")
def postgres_url():
    programs, account = _programs(), _account()
    folder = Path(tempfile.mkdtemp(prefix="countersign-pg-", dir="/tmp"))
    options = {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", "-U", "ledger", "-A", "trust", "--no-sync"],
        check=True, timeout=120, **options,
    )  # fmt: skip
    flags = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    control = [programs / "pg_ctl", "-D", folder / "data", "-w", "-t", "60"]
    options["stderr"] = subprocess.DEVNULL
    subprocess.run([*control, "-o", flags, "start"], check=True, timeout=120, **options)
    yield f"postgresql+psycopg2://ledger@127.0.0.1:{port}/postgres"
    subprocess.run([*control, "-m", "immediate", "stop"], check=False, timeout=60, **options)
    shutil.rmtree(folder, ignore_errors=True)


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
