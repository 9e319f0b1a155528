"""Signing in: passwords of people only, slow guessing, sessions that end, demo people once."""

from datetime import timedelta

import pytest

from countersign.core.errors import ApprovalError
from countersign.governance import people
from countersign.governance.ledger import open_ledger


def sign_in(office, person, password, *, at):
    return people.sign_in(
        office.ledger, office.workspace, office.settings("test"), person=person, password=password, at=at
    )


def test_five_wrong_passwords_close_the_door_for_a_while(office, desk):
    for _ in range(people.MAX_REFUSALS):
        with pytest.raises(ApprovalError, match="do not fit together"):
            sign_in(office, "ines", "wrong", at=desk.NOW)
    with pytest.raises(ApprovalError, match="Too many attempts"):
        sign_in(office, "ines", desk.PASSWORD, at=desk.NOW)

    assert sign_in(office, "ines", desk.PASSWORD, at=desk.NOW + timedelta(minutes=16)).person == "ines"


def test_an_unknown_person_reads_like_a_wrong_password(office, desk):
    refusals = []
    for person in ("ines", "nobody"):
        with pytest.raises(ApprovalError) as error:
            sign_in(office, person, "wrong", at=desk.NOW)
        refusals.append(str(error.value).replace(person, "X"))
    assert refusals[0] == refusals[1]


def test_a_session_ends_after_twelve_hours(office, desk):
    sign_in(office, "ines", desk.PASSWORD, at=desk.NOW)
    settings = office.settings("test")
    late = desk.NOW + timedelta(hours=people.SESSION_HOURS)
    with pytest.raises(ApprovalError, match="ended at"):
        people.signed_in_person(office.ledger, office.workspace, settings, at=late)


def test_a_token_of_one_workspace_is_none_in_another(office, desk, workspace):
    sign_in(office, "ines", desk.PASSWORD, at=desk.NOW)
    other = open_ledger(workspace)
    with pytest.raises(ApprovalError, match="no token for this workspace"):
        people.signed_in_person(other, workspace, office.settings("test"), at=desk.NOW)


def test_a_new_password_ends_open_sessions(office, desk):
    sign_in(office, "ines", desk.PASSWORD, at=desk.NOW)
    code = people.invite(
        office.ledger, office.workspace, person="ines", by=office.sign_in("jonas"), at=desk.NOW
    )
    people.set_password(
        office.ledger,
        office.workspace,
        person="ines",
        password="quite another phrase",
        setup_code=code,
        at=desk.NOW,
    )
    with pytest.raises(ApprovalError, match="closed"):
        people.signed_in_person(office.ledger, office.workspace, office.settings("test"), at=desk.NOW)


@pytest.mark.parametrize("weak", ["", "short", "aaaaaaaaaaaaaaaa"])
def test_weak_passwords_are_refused(office, desk, weak):
    code = people.invite(
        office.ledger, office.workspace, person="ines", by=office.sign_in("jonas"), at=desk.NOW
    )
    with pytest.raises(ApprovalError, match="too easy"):
        people.set_password(
            office.ledger, office.workspace, person="ines", password=weak, setup_code=code, at=desk.NOW
        )


def test_without_a_person_only_the_first_may_be_invited(office, desk):
    with pytest.raises(ApprovalError, match="needs a person"):
        people.invite(office.ledger, office.workspace, person="ines", by=None, at=desk.NOW)


def test_demo_people_get_passwords_once_and_they_work(office, desk, workspace):
    for name in ("policies", "brand", "people"):
        (workspace.config / f"{name}.yaml").write_bytes(
            (office.workspace.config / f"{name}.yaml").read_bytes()
        )
    ledger = open_ledger(workspace)
    created = people.create_demo_people(ledger, workspace, at=desk.NOW)

    assert {one.person.id for one in created} == {"mara", "ines", "omar", "jonas"}
    for one in created[:2]:
        people.sign_in(
            ledger,
            workspace,
            office.settings("demo"),
            person=one.person.id,
            password=one.password,
            at=desk.NOW,
        )
    assert people.create_demo_people(ledger, workspace, at=desk.NOW) == ()
    for path in workspace.state.glob("ledger.db*"):
        assert not any(one.password.encode() in path.read_bytes() for one in created)
