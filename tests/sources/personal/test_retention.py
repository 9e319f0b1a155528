"""What is kept no longer than promised, and what is masked once its names are known."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from countersign.sources.personal.masking_again import mask_again
from countersign.sources.personal.protection import read_protection
from countersign.sources.personal.restricted_store import open_store
from countersign.sources.personal.retention import purge_overdue
from tests.sources.files.conftest import LANDED_AT
from tests.sources.files.mapped import leads

NOTES = {
    "table": "sales_feedback",
    "files": "data/notes.csv",
    "time_zone": "UTC",
    "columns": {"lead_id": "id", "verdict": {"constant": "rejected"}, "reason": "note", "decided_at": "at"},
}


@pytest.fixture
def contacts(drop):
    drop.write("leads.csv", "id,mail,name\n1,anna@example.org,Anna Schmidt\n")
    drop.map(leads(columns={"email_key": "mail"}, person_names=["name"]))
    drop.land()
    return drop


def kept(drop):
    """How many raw values and names the store holds."""
    with open_store(drop.workspace) as store:
        return [
            store.connection.execute(f"select count(*) from {table}").fetchone()[0]
            for table in ("raw_values", "names")
        ]


def test_raw_values_go_when_no_source_has_shown_them_for_long(contacts):
    days = timedelta(days=400)

    assert purge_overdue(contacts.workspace, at=LANDED_AT + days).raw_values == 0
    assert purge_overdue(contacts.workspace, at=LANDED_AT + days + timedelta(days=1)).raw_values == 2
    assert kept(contacts) == [0, 0]


def test_a_file_that_is_still_there_keeps_its_people(contacts):
    later = LANDED_AT + timedelta(days=399)
    contacts.land(landed_at=later)

    assert purge_overdue(contacts.workspace, at=LANDED_AT + timedelta(days=500)).raw_values == 0
    assert kept(contacts) == [1, 1]


def test_the_company_says_how_long(contacts):
    (contacts.workspace.config / "privacy.yaml").write_text(
        "retention: {raw_values_days: 2}", encoding="utf-8"
    )

    assert purge_overdue(contacts.workspace, at=LANDED_AT + timedelta(days=3)).raw_values == 2


def test_a_batch_that_waits_for_the_gate_is_not_deleted(contacts):
    done = purge_overdue(contacts.workspace, at=datetime(2100, 1, 1, tzinfo=UTC))

    assert done.landed_files == 0
    assert list(contacts.workspace.landing.rglob("rows.parquet"))


def test_an_old_promoted_batch_loses_its_rows_and_is_still_known(contacts):
    (record,) = contacts.workspace.landing.rglob("batch.json")
    record.write_text(record.read_text().replace('"state": "landed"', '"state": "promoted"'))
    done = purge_overdue(contacts.workspace, at=LANDED_AT + timedelta(days=1101))

    assert done.landed_files == 1
    assert contacts.land()[0].state == "promoted"
    assert not list(contacts.workspace.landing.rglob("rows.parquet"))


def test_raw_pages_of_vendors_go_when_they_are_old(contacts):
    old, new = (
        contacts.workspace.restricted / "fetched" / "crm" / "contacts" / name for name in ("old.gz", "new.gz")
    )
    old.parent.mkdir(parents=True)
    for page, days in ((old, 91), (new, 89)):
        page.write_bytes(b"raw")
        at = (LANDED_AT - timedelta(days=days)).timestamp()
        os.utime(page, (at, at))

    assert purge_overdue(contacts.workspace, at=LANDED_AT).fetched_files == 1
    assert (old.exists(), new.exists()) == (False, True)


def test_a_text_is_masked_once_its_name_is_known(drop):
    drop.write("notes.csv", "id,note,at\n1,Anna Schmidt said no,2026-01-01\n2,no budget,2026-01-01\n")
    drop.write("leads.csv", "id,mail,name\n1,anna@example.org,Anna Schmidt\n")
    drop.map(NOTES)
    (notes,) = drop.land()
    assert "Anna Schmidt" in str(drop.rows(notes, "reason"))
    drop.map(leads(columns={"email_key": "mail"}, person_names=["name"]))
    drop.land(landed_at=LANDED_AT + timedelta(days=1))

    assert mask_again(drop.workspace, read_protection(drop.workspace, None)) == 1
    assert drop.rows(notes, "reason") == [("[name] said no",), ("no budget",)]
    assert mask_again(drop.workspace, read_protection(drop.workspace, None)) == 0
