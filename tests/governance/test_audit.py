"""audit.verify: any edit anywhere in the ledger or in what it published is found."""

import random
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from countersign.core.errors import ApprovalError
from countersign.governance import audit, publishing, reviews
from countersign.governance.ledger import FIRST_HEAD, hash_entry, open_ledger, read_body
from countersign.governance.people import sign_in, sign_out
from countersign.governance.redacting import redact_bodies

LATER = timedelta(minutes=10)


@pytest.fixture
def busy_office(office, desk):
    """Every table has rows: a publication, a rejection, an edit, codes, refusals, a closed session."""
    office.decide(office.propose())
    publishing.publish_due(office.ledger, office.workspace, at=desk.NOW + LATER)
    second = office.propose(desk.make_draft("A lead cost {{fact:cost}}.", agent="other"), category="legal")
    code = reviews.mint_code(
        office.ledger, person=office.sign_in("omar"), proposal_id=second.id, digest=second.digest, at=desk.NOW
    )
    with pytest.raises(ApprovalError):
        reviews.redeem_code(
            office.ledger,
            office.workspace,
            code="AAAA-BBBB-CCCC",
            proposal_id=second.id,
            verdict="approve",
            answers=desk.YES,
            at=desk.NOW,
        )
    reviews.redeem_code(
        office.ledger,
        office.workspace,
        code=code,
        proposal_id=second.id,
        verdict="approve",
        answers=desk.YES,
        at=desk.NOW,
    )
    edited = reviews.edit(
        office.ledger,
        office.workspace,
        proposal_id=second.id,
        digest=second.digest,
        person=office.sign_in("mara"),
        changes={"blocks[1].text": "A lead now costs {{fact:cost}}."},
        at=desk.NOW,
        render=desk.render,
    )
    office.decide(edited, verdict="reject", reason="Legal has not read it.")
    settings = office.settings("spare")
    sign_in(office.ledger, office.workspace, settings, person="mara", password=desk.PASSWORD, at=desk.NOW)
    sign_out(office.ledger, office.workspace, settings, at=desk.NOW)
    return office


def database(office):
    return office.workspace.state / "ledger.db"


def settled(office):
    """The whole ledger in one file, nothing left in the write-ahead log."""
    with sqlite3.connect(database(office)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    return database(office)


def tamper(office, sql, values=()):
    """Edit as somebody with the file would: the triggers are dropped, then put back."""
    with closing(sqlite3.connect(database(office))) as connection:
        triggers = connection.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"drop trigger {name}")
        connection.execute(sql, values)
        for _, create in triggers:
            connection.execute(create)
        connection.commit()


def changed(value):
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if value is None:
        return "0"
    return chr(ord(value[0]) ^ 1) + value[1:] if value else "x"


def every_cell(path):
    connection = sqlite3.connect(path)
    tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
    for table in tables:
        columns = [row[1] for row in connection.execute(f"pragma table_info({table})")]
        for row in connection.execute(f"select rowid, * from {table}").fetchall():
            for column, value in zip(columns, row[1:], strict=True):
                yield table, row[0], column, value
    connection.close()


def test_a_ledger_that_nobody_touched_is_clean(busy_office):
    report = audit.verify(busy_office.ledger, busy_office.workspace, head=busy_office.ledger.head())

    assert report.problems == ()
    assert (report.published, report.head) == (1, busy_office.ledger.head())


def test_every_edit_of_every_column_of_every_row_is_found(busy_office):
    cells = list(every_cell(settled(busy_office)))
    assert {cell[0] for cell in cells} >= {
        "entries",
        "bodies",
        "proposals",
        "revisions",
        "decisions",
        "outbox",
        "codes",
        "credentials",
        "sessions",
        "refusals",
    }
    missed = []
    for table, rowid, column, value in cells:
        untouched = database(busy_office).read_bytes()
        try:
            tamper(busy_office, f"update {table} set {column} = ? where rowid = ?", (changed(value), rowid))
        except sqlite3.IntegrityError:
            continue  # the database itself refuses this edit
        if audit.verify(busy_office.ledger, busy_office.workspace).is_clean:
            missed.append((table, rowid, column))
        _restore(busy_office, untouched)
    assert missed == []


def test_every_deleted_row_is_found(busy_office):
    missed = []
    for table, rowid in sorted({cell[:2] for cell in every_cell(settled(busy_office))}):
        untouched = database(busy_office).read_bytes()
        tamper(busy_office, f"delete from {table} where rowid = ?", (rowid,))
        head = busy_office.entries()[-1].hash if table != "entries" else None
        if audit.verify(busy_office.ledger, busy_office.workspace, head=head).is_clean:
            missed.append((table, rowid))
        _restore(busy_office, untouched)
    # Cutting the newest entry off leaves a shorter chain and rows that no entry made.
    assert missed == []


@pytest.mark.parametrize("seed", range(4))
def test_flipped_bytes_in_the_file_are_found_or_change_nothing_that_is_kept(busy_office, seed):
    path = settled(busy_office)
    untouched, before = path.read_bytes(), list(every_cell(path))
    chance = random.Random(seed)
    found = 0
    for _ in range(40):
        place = chance.randrange(len(untouched))
        flipped = bytearray(untouched)
        flipped[place] ^= 1 << chance.randrange(8)
        _restore(busy_office, bytes(flipped))
        try:
            report = audit.verify(
                open_ledger(busy_office.workspace, busy_office.settings("x")), busy_office.workspace
            )
        except ApprovalError:
            found += 1
            continue
        if report.is_clean:
            assert list(every_cell(path)) == before, f"byte {place}"
        else:
            found += 1
    _restore(busy_office, untouched)
    assert found > 0


def test_recomputed_chain_is_found_with_a_head_from_a_receipt(busy_office):
    head = busy_office.ledger.head()
    entries = busy_office.entries()
    previous = FIRST_HEAD
    connection = sqlite3.connect(database(busy_office))
    connection.execute("drop trigger entries_refuse_update")
    for entry in entries:
        payload = entry.payload.replace("Weekly performance", "Weekly performancE")
        columns = {
            "seq": entry.seq,
            "at": entry.at,
            "kind": entry.kind,
            "person": entry.person,
            "payload": payload,
            "previous": previous,
        }
        hashed = hash_entry(**columns)
        connection.execute(
            "update entries set payload = ?, previous = ?, hash = ? where seq = ?",
            (payload, previous, hashed, entry.seq),
        )
        previous = hashed
    connection.commit()
    connection.close()
    audit_head = busy_office.ledger.head()

    assert audit_head != head
    report = audit.verify(busy_office.ledger, busy_office.workspace, head=head)
    assert any("does not contain the head" in problem for problem in report.problems)


def test_cut_tail_with_a_rebuilt_projection_is_found_only_with_the_head(office, desk):
    proposal = office.propose()
    office.sign_in("ines")
    kept = office.ledger.head()
    office.decide(proposal, verdict="reject", reason="No.")
    head = office.ledger.head()
    last = office.entries()[-1].seq
    tamper(office, "delete from entries where seq = ?", (last,))
    audit.rebuild_projection(office.ledger)
    reason = next(iter(_orphans(office)), None)
    tamper(office, "delete from bodies where digest = ?", (reason,))

    assert audit.verify(office.ledger, office.workspace, head=kept).is_clean
    assert not audit.verify(office.ledger, office.workspace, head=head).is_clean


def test_rebuilt_projection_is_the_projection(busy_office):
    tamper(busy_office, "update proposals set state = 'approved'")
    assert not audit.verify(busy_office.ledger, busy_office.workspace).is_clean

    audit.rebuild_projection(busy_office.ledger)
    assert audit.verify(busy_office.ledger, busy_office.workspace).is_clean


def test_an_approval_forged_in_the_tables_publishes_nothing(office, desk):
    proposal = office.propose()
    tamper(office, "update proposals set state = 'approved'")
    tamper(
        office,
        "insert into outbox values (?, 'files', ?, 'key', 'due', 'slug', 'head', null, null)",
        (proposal.digest, proposal.id),
    )
    with pytest.raises(ApprovalError, match="nobody approved"):
        publishing.publish_due(office.ledger, office.workspace, at=desk.NOW)
    assert not office.workspace.reports.exists()


def test_a_forged_decision_row_publishes_nothing(office, desk):
    proposal = office.propose()
    tamper(office, "update proposals set state = 'approved'")
    tamper(
        office,
        "insert into decisions values "
        "(1, ?, 1, ?, 'ines', 'approver', 'approve', '{}', null, 'session:x', ?)",
        (proposal.id, proposal.digest, "2026-03-09T09:00:00.000000+00:00"),
    )
    with pytest.raises(ApprovalError, match="does not match its entry"):
        reviews.has_valid_approval(office.ledger, proposal.id, proposal.digest)


@pytest.mark.parametrize("name", ["report.html", "report.md", "receipt.json"])
def test_published_files_that_changed_or_went_are_found(busy_office, name):
    path = next(busy_office.workspace.reports.glob(f"*/{name}"))
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    assert any(
        name in problem for problem in audit.verify(busy_office.ledger, busy_office.workspace).problems
    )
    path.unlink()
    assert any(
        "missing" in problem for problem in audit.verify(busy_office.ledger, busy_office.workspace).problems
    )


def test_a_publication_that_went_around_the_ledger_is_found(busy_office):
    folder = next(busy_office.workspace.reports.iterdir())
    shutil.copytree(folder, folder.with_name("2026-by-the-back-door"))

    problems = audit.verify(busy_office.ledger, busy_office.workspace).problems
    assert any("back-door" in problem for problem in problems)


@pytest.mark.parametrize("place", ["by-hand.html", "by-hand/report.html", "{known}/appendix.html"])
def test_a_file_put_among_the_published_by_hand_is_found(busy_office, place):
    known = next(busy_office.workspace.reports.iterdir()).name
    path = busy_office.workspace.reports / place.format(known=known)
    path.parent.mkdir(exist_ok=True)
    path.write_text("not approved")
    [problem] = audit.verify(busy_office.ledger, busy_office.workspace).problems
    assert "the ledger knows nothing of" in problem


def test_entries_refuse_careless_edits(busy_office):
    connection = sqlite3.connect(database(busy_office))
    for careless in ("update entries set person = 'x'", "delete from entries"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(careless)
    connection.close()


def test_a_dropped_trigger_is_found(busy_office):
    connection = sqlite3.connect(database(busy_office))
    connection.execute("drop trigger entries_refuse_delete")
    connection.close()

    assert any(
        "trigger" in problem for problem in audit.verify(busy_office.ledger, busy_office.workspace).problems
    )


def test_redaction_keeps_the_chain_whole_and_says_who(busy_office, desk):
    entry = next(entry for entry in busy_office.entries("decided") if "reason" in entry.fields()["bodies"])
    digest = entry.fields()["bodies"]["reason"]
    with busy_office.ledger.read() as connection:
        said = read_body(connection, digest).decode()
    redact_bodies(
        busy_office.ledger, busy_office.workspace, lambda text: text == said,
        person="jonas", reason="asked for by law", at=desk.NOW,
    )  # fmt: skip

    assert audit.verify(busy_office.ledger, busy_office.workspace).is_clean
    [decision] = [
        decision
        for decision in reviews.read_decisions(busy_office.ledger, entry.fields()["proposal_id"])
        if decision.verdict == "reject"
    ]
    assert decision.reason == "(redacted)"


def _orphans(office):
    connection = sqlite3.connect(database(office))
    named = {digest for entry in office.entries() for digest in entry.fields()["bodies"].values()}
    stored = {row[0] for row in connection.execute("select digest from bodies")}
    connection.close()
    return stored - named


def _restore(office, content):
    path = database(office)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(content)
