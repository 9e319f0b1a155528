"""What landing keeps in the restricted store, and what it then masks."""

import sqlite3
import stat

from countersign.sources.personal.restricted_store import open_store, store_path
from tests.sources.files.mapped import leads

LEADS = "id,mail,phone,first,last\n1,Anna@Example.org,+49 170 5550123,Anna,Schmidt\n2,,,Mark,Weber\n"


def map_contacts(drop, **changes):
    drop.write("leads.csv", LEADS)
    contacts = leads(columns={"email_key": "mail", "phone_key": "phone"}, person_names=["first", "last"])
    notes = {
        "table": "sales_feedback",
        "files": "data/notes.csv",
        "time_zone": "UTC",
        "columns": {
            "lead_id": "id",
            "verdict": {"constant": "rejected"},
            "reason": "note",
            "decided_at": "at",
        },
    }
    # Notes come first in the mapping: the names of the list must be known all the same.
    drop.map(notes, contacts)


def test_raw_values_and_names_are_kept_with_their_source(drop):
    map_contacts(drop)
    drop.write("notes.csv", "id,note,at\n1,x,2026-01-01\n")
    drop.land()
    with open_store(drop.workspace) as store:
        rows = store.connection.execute("select kind, value, source from raw_values order by kind").fetchall()
        names = sorted(store.names())

    assert rows == [("email", "anna@example.org", "drop"), ("phone", "+491705550123", "drop")]
    assert names == ["Anna Schmidt", "Mark Weber"]


def test_the_store_is_private(drop):
    map_contacts(drop)
    drop.write("notes.csv", "id,note,at\n1,x,2026-01-01\n")
    drop.land()
    path = store_path(drop.workspace)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_free_text_is_masked_by_the_names_of_the_same_source(drop):
    map_contacts(drop)
    drop.write(
        "notes.csv", "id,note,at\n1,Spoke with Mark; Anna Schmidt pays by 4111111111111111,2026-01-01\n"
    )
    notes, _ = drop.land()

    assert drop.rows(notes, "reason") == [("Spoke with [name]; [name] pays by [card]",)]


def test_names_are_never_landed(drop):
    map_contacts(drop)
    drop.write("notes.csv", "id,note,at\n1,x,2026-01-01\n")
    _, contacts = drop.land()

    assert "Schmidt" not in str(drop.rows(contacts))


def test_a_surrogate_is_random_and_stays(drop, tmp_path):
    with open_store(drop.workspace) as store:
        first = store.surrogates_for(["em_1", "em_2"])
        again = store.surrogates_for(["em_2", "em_1"])

    assert first == again
    assert len(set(first.values())) == 2
    assert all(found.startswith("sg_") and len(found) == 35 for found in first.values())


def test_what_is_deleted_leaves_no_byte(drop):
    map_contacts(drop)
    drop.write("notes.csv", "id,note,at\n1,x,2026-01-01\n")
    drop.land()
    with open_store(drop.workspace) as store:
        key = store.connection.execute("select pseudonym from raw_values where kind = 'email'").fetchone()[0]
        store.forget(pseudonyms=[key], holders=[key])
    files = list(drop.workspace.restricted.glob("people.db*"))

    assert not any(b"anna@example.org" in path.read_bytes() for path in files)
    assert sqlite3.connect(store_path(drop.workspace)).execute("pragma integrity_check").fetchone() == ("ok",)
