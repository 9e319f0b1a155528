"""A new key for the pseudonyms: links survive, ids of batches stay, and a stopped rotation is finished."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import duckdb
import pytest
from pydantic import SecretStr

from countersign.core.errors import SettingsError
from countersign.core.settings import Settings
from countersign.sources.personal.key_ring import FILE, PENDING, read_key
from countersign.sources.personal.restricted_store import open_store
from countersign.sources.personal.rotation import STEPS
from flows.loading import load_sources
from flows.rotation import rotate_key
from tests.end_to_end.line import Line, make_line
from tests.flows.test_forgetting import AT, COMPANY, LEADS, MAIL, SESSIONS, SOURCES, TICKETS, forget

ROTATE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from flows.rotation import rotate_key
from tests.end_to_end.line import Line

line = Line(Path(sys.argv[1]))
def stop(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
at = datetime(2026, 3, 3, tzinfo=UTC)
rotate_key(line.workspace, None, line.ledger, person="jonas", at=at, after_step=stop)
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A company with leads, sessions and tickets of two people."""
    line = make_line(tmp_path_factory.mktemp("rotation") / "tiny", company=COMPANY, sources=SOURCES)
    for name, content in (("leads", LEADS), ("sessions", SESSIONS), ("tickets", TICKETS)):
        (line.workspace.data / f"{name}.csv").write_text(content, encoding="utf-8")
    load_sources(line.context(AT), list(SOURCES))
    return line.workspace.root


@pytest.fixture
def office(loaded, tmp_path):
    """A copy of that company for one test."""
    shutil.copytree(loaded, tmp_path / "tiny")
    return Line(tmp_path / "tiny")


def rotate(line, given=None, **options):
    """Rotate as jonas does."""
    at = datetime(2026, 3, 3, tzinfo=UTC)
    return rotate_key(line.workspace, given, line.ledger, person="jonas", at=at, **options)


def links(line):
    """Which leads, sessions and tickets are one person's, in raw, in landed files and in the store."""
    paths = [str(path) for path in sorted(line.workspace.landing.glob("crm/*/*/rows.parquet"))]
    with closing(duckdb.connect()) as connection:
        landed = connection.execute(
            f"select lead_id, email_key from read_parquet({paths}) order by 1"
        ).fetchall()
    raw = line.ask("select lead_id, email_key from raw.crm_leads order by 1")
    with open_store(line.workspace) as store:
        kept = {row["value"] for row in store.raw_values_of([raw[0][1]])}
        names = store.names_of([raw[0][1]])
    return {
        "joined": line.ask(
            "select lead_id, session_key is not null, ticket_id from raw.crm_leads left join raw.web_sessions"
            " using (visitor_key) left join raw.support_tickets using (email_key) order by all"
        ),
        "landed is raw": landed == raw,
        "kept": kept,
        "names": names,
    }


def keys(line):
    """Every e-mail key in raw."""
    return {row[0] for row in line.ask("select email_key from raw.crm_leads")}


def test_links_survive_and_no_old_pseudonym_does(office):
    before, old = links(office), keys(office)
    done = rotate(office)

    assert done.keys == 2
    assert links(office) == before
    assert before["kept"] == {MAIL}
    assert not keys(office) & old


def test_nothing_lands_twice_after_a_rotation(office):
    rotate(office)

    assert load_sources(office.context(AT), list(SOURCES)) == []


def test_new_rows_link_with_old_ones(office):
    rotate(office)
    path = office.workspace.data / "tickets.csv"
    path.write_text(TICKETS + f"T9,{MAIL},new,x,2026-02-05\n", encoding="utf-8")
    load_sources(office.context(AT), ["desk"])

    assert office.ask(
        "select distinct ticket_id from raw.support_tickets join raw.crm_leads using (email_key)"
        " where lead_id = 'L1' order by 1"
    ) == [("T1",), ("T9",)]


def test_who_was_forgotten_stays_forgotten(office):
    forget(office)
    rotate(office)
    path = office.workspace.data / "leads.csv"
    path.write_text(LEADS + "L5,new@other.example,,,New,Person\n", encoding="utf-8")
    load_sources(office.context(AT), list(SOURCES))

    assert office.ask("select email_key from raw.crm_leads where lead_id in ('L1', 'L2')") == [
        (None,),
        (None,),
    ]
    assert forget(office).found.was_forgotten


@pytest.mark.parametrize("step", STEPS)
def test_killed_anywhere_and_run_again_is_one_rotation(office, step):
    before = links(office)
    done = subprocess.run(
        [sys.executable, "-c", ROTATE, str(office.workspace.root), step], check=False, env={**os.environ}
    )
    assert done.returncode == -signal.SIGKILL
    if step != "ended":
        with pytest.raises(SettingsError, match="not finished"):
            read_key(office.workspace, None)
        rotate(office)

    assert links(office) == before
    assert len(read_key(office.workspace, None).keys) == 2
    assert not list(office.workspace.landing.rglob(".rows*"))
    assert not (office.workspace.restricted / PENDING).exists()


def test_keys_of_the_environment_need_a_new_one_after_a_comma(tmp_path):
    line = make_line(tmp_path / "given", company=COMPANY, sources=SOURCES)
    first, both = SecretStr("a" * 32), SecretStr(f"{'a' * 32},{'b' * 32}")
    for name, content in (("leads", LEADS), ("sessions", SESSIONS), ("tickets", TICKETS)):
        (line.workspace.data / f"{name}.csv").write_text(content, encoding="utf-8")
    line.settings = Settings(pseudonym_key=first)
    load_sources(line.context(AT), ["crm"])
    with pytest.raises(SettingsError, match="no new one") as error:
        rotate(line, first)
    assert "aaaa" not in str(error.value)
    rotate(line, both)

    assert not (line.workspace.restricted / FILE).exists()
    assert len(read_key(line.workspace, both).keys) == 2
    with pytest.raises(SettingsError, match="not the ones"):
        read_key(line.workspace, first)


def test_the_ledger_says_who_changed_the_key_and_not_the_key(office):
    from countersign.governance.ledger import read_entries

    rotate(office)
    with office.ledger.read() as connection:
        last = list(read_entries(connection))[-1]
    ring = read_key(office.workspace, None)

    assert (last.person, last.fields()["what"]) == ("jonas", "pseudonym_key_rotated")
    assert not any(key.decode() in last.payload for key in ring.keys)
