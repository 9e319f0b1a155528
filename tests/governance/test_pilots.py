"""The pilot register: named people record, days must be possible, and a correction loses nothing."""

import json
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from countersign.cli.app import app
from countersign.core.contracts import Elapsed
from countersign.core.errors import ApprovalError, SettingsError
from countersign.governance import audit
from countersign.governance.pilots import find_record, read_pilots, record_pilot
from countersign.governance.redacting import redact_bodies

TODAY = date(2026, 3, 9)
GOALS = ("cost_per_accepted_lead", "clearer_reporting")
FIRST = {
    "name": "Reply drafts",
    "goal": "clearer_reporting",
    "owner": "mara",
    "selected": date(2026, 1, 12),
}


@pytest.fixture
def record(office, desk):
    """Record something of a pilot as mara, unless another person is given."""

    def _record(key="reply-drafts", *, person=None, at=desk.NOW, **changes):
        return record_pilot(
            office.ledger,
            office.workspace,
            key=key,
            changes=changes,
            goals=GOALS,
            person=person or office.sign_in("mara"),
            today=TODAY,
            at=at,
        )

    return _record


def test_a_record_names_the_person_and_the_chain_holds_it(office, desk, record):
    made = record(**FIRST)
    assert (made.recorded_by, made.recorded_at) == ("mara", desk.NOW)
    (entry,) = office.entries("pilot_recorded")
    assert entry.hash == made.entry
    assert audit.verify(office.ledger, office.workspace).is_clean


def test_a_later_record_adds_to_what_is_known_and_a_correction_keeps_the_old_one(office, record):
    record(**FIRST)
    record(executed=date(2026, 2, 2), person=office.sign_in("ines"))
    record(executed=date(2026, 2, 9))
    history = read_pilots(office.ledger)["reply-drafts"]
    assert [one.pilot.executed for one in history] == [None, date(2026, 2, 2), date(2026, 2, 9)]
    assert [one.recorded_by for one in history] == ["mara", "ines", "mara"]
    assert history[-1].pilot.name == "Reply drafts"


def test_a_day_can_be_taken_back(office, record):
    record(**FIRST, executed=date(2026, 2, 2))
    record(executed=None)
    assert [one.pilot.executed for one in read_pilots(office.ledger)["reply-drafts"]][-1] is None


def test_the_same_record_again_appends_nothing(office, record):
    first = record(**FIRST)
    assert record(**FIRST).entry == first.entry
    assert len(office.entries("pilot_recorded")) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"executed": TODAY + timedelta(days=1)}, "after today"),
        ({"executed": date(2026, 1, 11)}, "before it was selected"),
        ({"scaled": date(2026, 2, 2)}, "not yet executed"),
        ({"executed": date(2026, 2, 2), "scaled": date(2026, 2, 1)}, "before it was executed"),
        ({"verified": date(2026, 2, 2), "result": "Faster"}, "not yet executed"),
        ({"executed": date(2026, 2, 2), "verified": date(2026, 2, 3)}, "with no result"),
        ({"executed": date(2026, 2, 2), "ended": date(2026, 2, 1)}, "after it ended"),
        ({"name": ""}, "name"),
        ({"name": "2026"}, "read like a figure"),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_written(office, record, changes, said):
    with pytest.raises(SettingsError, match=said) as error:
        record(**{**FIRST, **changes})
    assert "fix:" in str(error.value)
    assert office.entries("pilot_recorded") == []


def test_the_first_record_must_say_what_the_pilot_is(record):
    with pytest.raises(SettingsError, match="--goal --owner"):
        record(name="Reply drafts", selected=date(2026, 1, 12))


def test_an_unknown_goal_and_an_unknown_or_former_person_are_refused(record):
    with pytest.raises(SettingsError, match="world_peace"):
        record(**{**FIRST, "goal": "world_peace"})
    for nobody in ("nobody", "gone"):
        with pytest.raises(ApprovalError, match=nobody):
            record(**{**FIRST, "owner": nobody})


def test_a_session_that_is_over_records_nothing(office, desk, record):
    with pytest.raises(ApprovalError):
        record(**FIRST, at=desk.NOW + timedelta(hours=13))
    assert read_pilots(office.ledger) == {}


def test_an_audit_finds_a_record_that_nobody_stood_behind(office, desk, record):
    record(**FIRST)
    with office.ledger.write() as writing:
        body = office.entries("pilot_recorded")[0].fields()["bodies"]
        forged = {"pilot": "reply-drafts", "authenticated_by": "session:none", "bodies": body}
        writing.append("pilot_recorded", person="ines", at=desk.NOW, fields=forged)
    problems = audit.verify(office.ledger, office.workspace).problems
    assert any("ines had not proved who they are" in problem for problem in problems)


def test_days_are_found_in_the_entry_that_holds_them_and_in_no_other(office, record):
    made = record(**FIRST)
    held = Elapsed(entries=(made.entry,), start=FIRST["selected"], end=TODAY)
    assert find_record(office.ledger, held) == made
    assert find_record(office.ledger, held.model_copy(update={"start": date(2026, 1, 13)})) is None
    assert find_record(office.ledger, held.model_copy(update={"entries": ("0" * 64,)})) is None


def test_a_redacted_result_leaves_the_days(office, desk, record):
    record(**FIRST, executed=date(2026, 2, 2), verified=date(2026, 3, 2), result="Petra Klein was pleased")
    redact_bodies(
        office.ledger, office.workspace, lambda text: "Petra" in text, person="jonas", reason="asked",
        at=desk.NOW,
    )  # fmt: skip
    (kept,) = read_pilots(office.ledger)["reply-drafts"]
    assert (kept.pilot.verified, kept.pilot.result) == (date(2026, 3, 2), "(redacted)")


def test_the_commands_record_correct_and_show_the_history(office, desk, monkeypatch):
    monkeypatch.setenv("COUNTERSIGN_TOKEN_FILE", str(office.workspace.root / "terminals" / "mara"))
    (office.workspace.config / "goals.yaml").write_text(
        "goals:\n  - {key: clearer_reporting, metric: leads, direction: up, owner: Head of marketing}\n"
    )
    place = ["--workspace", str(office.workspace.root)]
    runner = CliRunner()

    def run(*words, said=None):
        done = runner.invoke(app, [*words, *place], input=said, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    run("login", "--person", "mara", "--password-stdin", said=f"{desk.PASSWORD}\n")
    run(
        "pilot", "record", "reply-drafts", "--name", "Reply drafts", "--goal", "clearer_reporting",
        "--owner", "mara", "--selected", "2026-01-12", "--executed", "2026-01-20",
    )  # fmt: skip
    run("pilot", "record", "reply-drafts", "--executed", "none")
    shown = run("pilot", "show", "reply-drafts", "--as-of", "2026-02-11")
    assert "Selection to execution              not yet: 30 days since 2026-01-12" in shown
    assert "Execution to scaling                not begun" in shown
    assert "executed 2026-01-20" in shown
    assert "executed taken back" in shown
    listed = json.loads(run("pilot", "list", "--as-of", "2026-02-11", "--json"))
    assert listed[0]["time_to_value"]["selection_to_execution"] == {"days": None, "days_so_far": 30}
    assert listed[0]["recorded_by"] == "mara"
