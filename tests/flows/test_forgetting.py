"""Forgetting a person: gone everywhere but where the report says, and not back with the next load."""

import gzip
import hashlib
import json
import shutil
from contextlib import closing
from datetime import UTC, datetime

import duckdb
import pytest

from countersign.core.errors import SettingsError
from countersign.governance import audit
from countersign.sources.personal.restricted_store import open_store
from flows.forgetting import STEPS, forget_contact, look_up
from flows.loading import load_sources
from tests.end_to_end.line import Line, make_line

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
COMPANY = {"name": "Tiny", "reporting_currency": "EUR", "time_zone": "Europe/Berlin"}
MAIL, PHONE, NAME = "anna.canary@canary.example", "+49 170 5550987", "Anna Canary"
TRACES = (b"anna.canary", b"canary.example", b"1705550987", b"170 5550987", b"Anna Canary", b"Canary, Anna")
LEADS = (
    "id,mail,phone,client,first,last\n"
    f"L1,{MAIL},{PHONE},GA1.a,Anna,Canary\n"
    f"L2,{MAIL.upper()},,GA1.b,Anna,Canary\n"
    "L3,bob@other.example,+49 170 5550000,GA1.c,Bob,Other\n"
)
SESSIONS = "sid,client,at\ns1,GA1.a,2026-02-01\ns2,GA1.c,2026-02-01\n"
TICKETS = (
    "id,mail,subject,body,at\n"
    f"T1,{MAIL},my order,it is late,2026-02-01\n"
    f"T2,bob@other.example,about {NAME},{NAME} called me,2026-02-02\n"
)
SOURCES = {
    "crm": {
        "description": "Contacts.",
        "tables": [
            {
                "table": "crm_leads", "files": "data/leads.csv", "person_names": ["first", "last"],
                "columns": {
                    "lead_id": "id", "email_key": "mail", "phone_key": "phone", "visitor_key": "client",
                },
            }
        ],
    },
    "web": {
        "description": "Sessions.",
        "tables": [
            {
                "table": "web_sessions", "files": "data/sessions.csv", "time_zone": "UTC",
                "columns": {"session_key": "sid", "visitor_key": "client", "started_at": "at"},
            }
        ],
    },
    "desk": {
        "description": "Tickets.",
        "tables": [
            {
                "table": "support_tickets", "files": "data/tickets.csv", "time_zone": "UTC",
                "columns": {
                    "ticket_id": "id", "email_key": "mail", "subject": "subject", "body": "body",
                    "created_at": "at",
                },
            }
        ],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A company that knows Anna from three sources, names her in its ledger and keeps a fetched page."""
    line = make_line(tmp_path_factory.mktemp("forgetting") / "tiny", company=COMPANY, sources=SOURCES)
    for name, content in (("leads", LEADS), ("sessions", SESSIONS), ("tickets", TICKETS)):
        (line.workspace.data / f"{name}.csv").write_text(content, encoding="utf-8")
    load(line)
    pages = line.workspace.restricted / "fetched" / "hubspot" / "contacts"
    pages.mkdir(parents=True)
    records = [{"id": 7, "email": MAIL}, {"id": 8, "email": "bob@other.example"}, {"id": "L1", "x": 1}]
    with gzip.open(pages / "all.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
    with line.ledger.write() as writing:
        body = f"Rejected: {NAME} ({PHONE}) said no.".encode()
        writing.append("noted", person="ines", at=AT, fields={"what": "test"}, bodies={"text": body})
    return line.workspace.root


@pytest.fixture
def office(loaded, tmp_path):
    """A copy of that company for one test."""
    shutil.copytree(loaded, tmp_path / "tiny")
    return Line(tmp_path / "tiny")


def load(line):
    """Load every source, as `countersign data load` does."""
    return load_sources(line.context(AT), list(SOURCES))


def forget(line, contact=MAIL, **options):
    """Forget somebody as jonas does."""
    return forget_contact(line.workspace, None, line.ledger, contact, person="jonas", at=AT, **options)


def files_with_traces(line):
    """Files of state/ that hold a byte of the person."""
    return [
        str(path.relative_to(line.workspace.state))
        for path in sorted(line.workspace.state.rglob("*"))
        if path.is_file() and any(trace in content_of(path) for trace in TRACES)
    ]


def content_of(path):
    """A file's bytes, unpacked where they are packed."""
    content = path.read_bytes()
    if path.name.endswith(".gz"):
        return gzip.decompress(content)
    if path.suffix == ".parquet":
        with closing(duckdb.connect()) as connection:
            return str(connection.execute(f"from read_parquet('{path}')").fetchall()).encode()
    return content


def rows_of(line):
    """What the warehouse and the landed files hold of leads, sessions and tickets, without keys' values."""
    state = {}
    for table, columns in {
        "crm_leads": "lead_id, email_key is null, phone_key is null, visitor_key is null",
        "web_sessions": "visitor_key is null",
        "support_tickets": "ticket_id, email_key is null, subject, body",
    }.items():
        state[table] = line.ask(f"select {columns} from raw.{table} order by all")
        paths = sorted(line.workspace.landing.glob(f"*/{table}/*/rows.parquet"))
        with closing(duckdb.connect()) as connection:
            sql = f"select {columns} from read_parquet({[str(path) for path in paths]}) order by all"
            state[f"landed {table}"] = connection.execute(sql).fetchall()
    return state


def test_before_the_person_is_where_the_test_looks(office):
    assert files_with_traces(office) == [
        "ledger.db", "restricted/fetched/hubspot/contacts/all.jsonl.gz", "restricted/people.db",
    ]  # fmt: skip


def test_no_byte_of_the_person_is_left(office):
    forget(office)

    assert files_with_traces(office) == []


def test_leads_stay_counted_without_the_person(office):
    forget(office)

    assert office.ask("select lead_id, email_key, phone_key, visitor_key from raw.crm_leads order by 1")[
        :2
    ] == [
        ("L1", None, None, None),
        ("L2", None, None, None),
    ]
    assert office.one("select count(*) from raw.crm_leads where email_key is not null") == 1


def test_sessions_of_the_person_go_and_others_stay(office):
    assert forget(office).warehouse["raw.web_sessions"] == 1
    assert office.one("select count(*) from raw.web_sessions") == 1


def test_what_they_wrote_goes_and_what_others_wrote_is_masked(office):
    forget(office)

    assert office.ask(
        "select ticket_id, email_key is null, subject, body from raw.support_tickets order by 1"
    ) == [
        ("T1", True, None, None),
        ("T2", False, "about [name]", "[name] called me"),
    ]


def test_the_ledger_says_redacted_and_not_damaged(office):
    done = forget(office)
    report = audit.verify(office.ledger, office.workspace)

    assert done.bodies_redacted == 1
    assert report.problems == ()
    assert report.redacted == 1


def test_who_did_it_is_recorded_without_the_person(office):
    forget(office)
    with office.ledger.read() as connection:
        from countersign.governance.ledger import read_entries

        last = list(read_entries(connection))[-1]

    assert (last.person, last.fields()["what"]) == ("jonas", "person_forgotten")
    assert not any(trace in last.payload.encode() for trace in TRACES)


@pytest.mark.parametrize("contact", [PHONE, "L1", f" {MAIL.title()} "])
def test_a_number_an_id_and_another_spelling_find_the_same_person(office, contact):
    forget(office, contact)

    assert files_with_traces(office) == []


def test_the_next_load_does_not_bring_the_person_back(office):
    forget(office)
    for name in ("leads", "sessions", "tickets"):
        path = office.workspace.data / f"{name}.csv"
        path.write_text(path.read_text() + "\n", encoding="utf-8")
    (office.workspace.data / "tickets.csv").write_text(
        TICKETS + f"T3,bob@other.example,again {NAME},x,2026-02-03\n", encoding="utf-8"
    )
    before = rows_of(office)
    load(office)

    assert files_with_traces(office) == []
    assert rows_of(office)["crm_leads"] == before["crm_leads"]
    assert rows_of(office)["web_sessions"] == before["web_sessions"]
    assert office.ask("select subject from raw.support_tickets where ticket_id = 'T3'") == [("again [name]",)]


def test_what_a_killed_load_left_behind_goes_too(office):
    restricted = office.workspace.restricted
    left = restricted / "landing" / "1-left" / "fetched" / "contacts" / "all.jsonl"
    half = restricted / "fetched" / "hubspot" / "contacts" / ".all.jsonl.gz.tmp"
    left.parent.mkdir(parents=True)
    for path in (left, half):
        path.write_text(json.dumps({"email": MAIL}))

    forget(office)

    assert not left.exists()
    assert not half.exists()


def test_forgetting_again_changes_nothing(office):
    forget(office)
    before = rows_of(office)
    again = forget(office)

    assert (again.landed, again.warehouse, again.bodies_redacted, again.fetched_lines) == ({}, {}, 0, 0)
    assert again.found.was_forgotten
    assert rows_of(office) == before


class StoppedError(Exception):
    """The process ended here."""


@pytest.mark.parametrize("step", STEPS)
def test_stopped_anywhere_and_run_again_ends_the_same(office, step):
    def stop(reached):
        if reached == step:
            raise StoppedError

    with pytest.raises(StoppedError):
        forget(office, after_step=stop)
    forget(office)

    assert files_with_traces(office) == []
    assert rows_of(office)["crm_leads"][0] == ("L1", True, True, True)
    assert audit.verify(office.ledger, office.workspace).is_clean
    with open_store(office.workspace) as store:
        assert not store.has_fact("forgetting ")


def test_a_shared_number_stays_with_the_other_and_is_said(office):
    path = office.workspace.data / "leads.csv"
    path.write_text(LEADS + f"L4,eve@other.example,{PHONE},,Eve,Other\n", encoding="utf-8")
    load(office)
    done = forget(office)

    assert done.found.shared == 1
    assert office.one("select phone_key is not null from raw.crm_leads where lead_id = 'L4'")
    assert office.one("select phone_key is null from raw.crm_leads where lead_id = 'L1'")


def test_a_number_of_several_people_is_refused(office):
    path = office.workspace.data / "leads.csv"
    path.write_text(LEADS + f"L4,eve@other.example,{PHONE},,Eve,Other\n", encoding="utf-8")
    load(office)

    with pytest.raises(SettingsError, match="Several people"):
        forget(office, PHONE)


def test_an_id_that_nobody_has_is_refused_without_repeating_it(office):
    with pytest.raises(SettingsError, match="No lead has this id") as error:
        forget(office, "L99-secret")
    assert "secret" not in str(error.value)


def test_looking_up_counts_and_changes_nothing(office):
    before = hashlib.sha256(str(rows_of(office)).encode()).hexdigest()
    found = look_up(office.workspace, None, MAIL)

    assert (found.leads, found.raw_values, found.was_forgotten) == (2, 3, False)
    assert hashlib.sha256(str(rows_of(office)).encode()).hexdigest() == before


def test_the_report_says_what_is_kept_and_holds_no_trace(office):
    text = json.dumps(forget(office).as_json())

    assert "record number" in text
    assert "crm" in text
    assert not any(trace.decode() in text for trace in TRACES)
