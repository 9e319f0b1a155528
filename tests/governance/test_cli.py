"""The commands a person types: sign in, look, decide, verify."""

import io
import json
import sqlite3
import stat
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from countersign.cli import audit, login, report, review
from countersign.core.contracts import DatasetUse
from countersign.core.errors import ApprovalError, SettingsError
from tests.reports.sample_draft import sample_draft

COMMANDS = typer.Typer()
COMMANDS.add_typer(review.app, name="review")
COMMANDS.add_typer(audit.app, name="audit")
COMMANDS.add_typer(report.app, name="report")
COMMANDS.add_typer(login.people_app, name="people")
COMMANDS.command("login")(login.login)
COMMANDS.command("logout")(login.logout)
COMMANDS.command("whoami")(login.whoami)


@pytest.fixture
def run(office, monkeypatch, capsys):
    """Run a command as one person at their own terminal; returns what it printed."""

    def run_as(person, *words, typed=""):
        monkeypatch.setenv("COUNTERSIGN_TOKEN_FILE", str(office.workspace.root / "terminals" / person))
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        command = [*words, "--workspace", str(office.workspace.root)]
        try:
            run_as.code = COMMANDS(command, standalone_mode=False)
        finally:
            run_as.shown = capsys.readouterr()
        return run_as.shown.out

    return run_as


@pytest.fixture
def signed_in(run, desk):
    def sign_in(*people):
        for person in people:
            run(person, "login", "--person", person, "--password-stdin", typed=f"{desk.PASSWORD}\n")

    return sign_in


def propose_now(office, **options):
    from datetime import UTC, datetime

    return office.propose(at=datetime.now(UTC), **options)


def test_a_person_looks_approves_and_the_report_is_out(office, run, signed_in):
    proposal = propose_now(office, draft=sample_draft())
    signed_in("ines")

    [listed] = json.loads(run("ines", "review", "list", "--json"))
    shown = run("ines", "review", "show", proposal.id[:6])
    out = run("ines", "review", "approve", proposal.id[:6], "--all-yes")

    assert {"id", "state", "digest", "title", "agent", "category", "expires_at"} <= listed.keys()
    assert "May approve" in shown
    assert "it expires and nothing is changed" in shown
    assert "ines, omar" in shown
    assert "Published:" in out
    assert office.state(proposal) == "published"
    assert json.loads(run("ines", "review", "list", "--json")) == []
    head = out.split()[-1]
    assert "Nothing was changed." in run("ines", "audit", "verify", "--head", head)


@pytest.mark.parametrize(
    ("quality", "says"),
    [
        ("passed", "every check passed"),
        ("warnings", "passed with warnings"),
        ("failed", "CHECKS FAILED"),
        ("not_checked", "not checked"),
    ],
)
def test_the_data_behind_a_recommendation_and_their_quality_stand_before_the_decision(
    office, run, quality, says
):
    used = DatasetUse(table="campaign_week", columns=("leads", "spend_reporting"), rows=1234, quality=quality)
    draft = sample_draft(kind="recommendation").model_copy(
        update={"datasets": (used, used.model_copy(update={"table": "data_trust", "quality": "passed"}))}
    )
    proposal = propose_now(office, draft=draft, category="budget")

    out = run("ines", "review", "show", proposal.id)

    line = f"campaign week: {says}, 1,234 rows; leads, spend_reporting"
    assert line in out
    assert out.index(line) < out.index("data trust: every check passed") < out.index("May approve")


def test_an_id_is_not_an_identity(office, run):
    proposal = propose_now(office)
    with pytest.raises(ApprovalError, match="Nobody is signed in"):
        run("ines", "review", "approve", proposal.id, "--all-yes")
    with pytest.raises(ApprovalError, match="do not fit together"):
        run("ines", "login", "--person", "ines", "--password-stdin", typed="not the password\n")
    assert office.state(proposal) == "pending"


def test_token_file_is_private_and_ends_with_logout(office, run, signed_in):
    signed_in("ines")
    path = office.workspace.root / "terminals" / "ines"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "Ines Okafor" in run("ines", "whoami")

    copied = path.read_bytes()
    run("ines", "logout")
    path.write_bytes(copied)
    with pytest.raises(ApprovalError, match="closed"):
        run("ines", "whoami")


def test_token_file_that_others_can_read_is_refused(office, run, signed_in):
    signed_in("ines")
    path = office.workspace.root / "terminals" / "ines"
    path.chmod(0o640)
    with pytest.raises(ApprovalError, match="Others can read"):
        run("ines", "whoami")


def test_edit_opens_the_persons_editor_and_keeps_the_difference(
    office, run, signed_in, monkeypatch, tmp_path
):
    proposal = propose_now(office, draft=sample_draft())
    signed_in("mara")
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/fewer/far fewer/' \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    out = run("mara", "review", "edit", proposal.id)

    assert "far fewer" in out
    assert "revision 2" in out
    assert json.loads(run("mara", "review", "show", proposal.id, "--json"))["author"] == "mara"


def test_open_writes_the_very_bytes(office, run, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    proposal = propose_now(office)
    path = run("ines", "review", "show", proposal.id, "--open").strip()

    from countersign.governance import reviews

    assert Path(path).read_bytes() == reviews.read_material(office.ledger, proposal.id).html
    assert opened == [f"file://{path}"]


def test_reject_and_send_back_say_that_nothing_went_out(office, run, signed_in):
    signed_in("mara")
    proposal = propose_now(office)
    out = run("mara", "review", "reject", proposal.id, "--reason", "Wrong week.")
    assert "Nothing was published" in out
    assert office.state(proposal) == "rejected"


def test_a_decided_proposal_is_listed_without_a_deadline(office, run, signed_in):
    proposal = propose_now(office, draft=sample_draft())
    assert "until" in run("ines", "review", "list", "--all")
    signed_in("ines")
    run("ines", "review", "reject", proposal.id, "--reason", "too long")
    assert "until" not in run("ines", "review", "list", "--all")


def test_code_from_the_command_line_decides_once(office, run, signed_in, desk):
    from datetime import UTC, datetime

    from countersign.governance import reviews

    signed_in("ines")
    proposal = propose_now(office)
    code = run("ines", "review", "code", proposal.id).strip()
    reviews.redeem_code(
        office.ledger,
        office.workspace,
        code=code.lower().replace("-", " "),
        proposal_id=proposal.id,
        verdict="approve",
        answers=desk.YES,
        at=datetime.now(UTC),
    )
    assert office.state(proposal) == "approved"


def test_invitation_sets_a_password_once(office, run, signed_in):
    signed_in("jonas")
    code = run("jonas", "people", "invite", "mara").strip()
    new = "another set of words\n"
    run("mara", "login", "--person", "mara", "--setup-code", code, "--password-stdin", typed=new)
    assert "Mara" in run("mara", "whoami")
    with pytest.raises(ApprovalError, match="setup code"):
        run("mara", "login", "--person", "mara", "--setup-code", code, "--password-stdin", typed=new)
    signed_in("ines")
    with pytest.raises(ApprovalError, match="may not invite"):
        run("ines", "people", "invite", "mara")


def edit_ledger(office, sql):
    with closing(sqlite3.connect(office.workspace.state / "ledger.db")) as connection:
        connection.execute(sql)
        connection.commit()


def test_verify_ends_with_five_when_something_changed(office, run):
    propose_now(office)
    edit_ledger(office, "update proposals set state = 'approved'")
    found = json.loads(run("ines", "audit", "verify", "--json"))
    assert run.code == 5
    assert not found["is_clean"]


def test_audit_report_counts_and_times(office, run, signed_in):
    signed_in("ines")
    run("ines", "review", "approve", propose_now(office).id, "--all-yes")
    found = json.loads(run("ines", "audit", "report", "--json"))

    assert found["decisions"] == {"approve": 1}
    assert found["by_person"] == {"ines": 1}
    assert found["median_hours_to_decide"] is not None


@pytest.mark.parametrize(
    ("waited", "said"),
    [
        (timedelta(seconds=20), "under a minute"),
        (timedelta(minutes=20), "20 minutes"),
        (timedelta(hours=30), "30.0 hours"),
        (timedelta(days=3), "3.0 days"),
    ],
)
def test_the_time_to_decide_is_told_in_the_unit_that_fits(office, run, signed_in, waited, said):
    signed_in("ines")
    proposal = propose_now(office)
    run("ines", "review", "approve", proposal.id, "--all-yes")
    begun = (datetime.now(UTC) - waited).isoformat()
    edit_ledger(office, f"update proposals set created_at = '{begun}'")
    assert f"median {said}, slowest {said}" in run("ines", "audit", "report")


def test_audit_report_tells_of_its_period_alone_and_what_an_audit_finds(office, run, signed_in):
    signed_in("ines")
    run("ines", "review", "approve", propose_now(office).id, "--all-yes")
    today = datetime.now(UTC).date()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)

    during = json.loads(
        run("ines", "audit", "report", "--since", str(yesterday), "--until", str(tomorrow), "--json")
    )
    before = json.loads(run("ines", "audit", "report", "--until", str(yesterday), "--json"))
    after = json.loads(run("ines", "audit", "report", "--since", str(tomorrow), "--json"))

    assert (during["decisions"], sum(during["proposals"].values())) == ({"approve": 1}, 1)
    assert during["findings"] == []
    for other in (before, after):
        assert (other["decisions"], other["proposals"], other["median_hours_to_decide"]) == ({}, {}, None)
    with pytest.raises(SettingsError, match="--since is not a day"):
        run("ines", "audit", "report", "--since", "last week")


def test_audit_report_shows_that_the_ledger_was_edited(office, run, signed_in):
    signed_in("ines")
    run("ines", "review", "approve", propose_now(office).id, "--all-yes")
    edit_ledger(office, "update decisions set person = 'olaf'")

    assert json.loads(run("ines", "audit", "report", "--json"))["findings"]
    assert "Audit" in run("ines", "audit", "report")


def test_a_head_that_was_copied_badly_is_not_called_a_rewritten_chain(office, run):
    propose_now(office)
    head = run("ines", "audit", "verify", "--json")
    with pytest.raises(SettingsError, match="64 characters"):
        run("ines", "audit", "verify", "--head", json.loads(head)["head"][:12])


def test_an_edited_text_that_is_not_utf_8_is_refused_with_its_place(office, run, signed_in, tmp_path):
    proposal = propose_now(office, draft=sample_draft())
    signed_in("mara")
    (tmp_path / "form.md").write_bytes(b"## title\nCaf\xe9\n")
    with pytest.raises(SettingsError, match="byte 12"):
        run("mara", "review", "edit", proposal.id, "--from", str(tmp_path / "form.md"))


def test_unanswered_questions_decide_nothing_and_name_the_option(office, run, signed_in):
    proposal = propose_now(office, draft=sample_draft())
    signed_in("ines")
    with pytest.raises(ApprovalError, match="--answer accurate=yes"):
        run("ines", "review", "approve", proposal.id)
    assert office.state(proposal) == "pending"


def test_a_report_is_exported_into_a_folder(office, run, signed_in, tmp_path):
    proposal = propose_now(office, draft=sample_draft())
    signed_in("ines")
    run("ines", "review", "approve", proposal.id, "--all-yes")
    run("ines", "report", "export", proposal.id, "--to", str(tmp_path))
    assert (tmp_path / f"{proposal.id}.html").is_file()


@pytest.mark.parametrize(("change", "said"), [("edit", "other bytes"), ("remove", "the file is gone")])
def test_a_published_file_that_changed_is_not_handed_on(office, run, signed_in, tmp_path, change, said):
    proposal = propose_now(office, draft=sample_draft())
    signed_in("ines")
    run("ines", "review", "approve", proposal.id, "--all-yes")
    path = next(office.workspace.reports.glob("*/report.html"))
    path.write_text("changed") if change == "edit" else path.unlink()
    with pytest.raises(ApprovalError, match=said):
        run("ines", "report", "export", proposal.id, "--to", str(tmp_path / "out.html"))
    assert not (tmp_path / "out.html").exists()


def test_a_ledger_that_may_not_be_written_beside_is_not_called_damaged(office, run, monkeypatch, tmp_path):
    monkeypatch.setenv("COUNTERSIGN_LEDGER_URL", f"sqlite:///{tmp_path / 'nowhere' / 'ledger.db'}")
    with pytest.raises(ApprovalError, match="its folder exists"):
        run("ines", "review", "list")
