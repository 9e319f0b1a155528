"""Personal data planted wherever a source can hold it, and looked for in every byte that a run leaves."""

import csv
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from countersign.core.warehouse import quote_name, quote_text
from countersign.governance import audit
from countersign.sources.demo import write_demo
from flows.forgetting import forget_contact
from tests.end_to_end.line import Line

pytestmark = pytest.mark.slow

MAIL, SPELLED, PHONE, CLIENT, SESSION, NAME, CARD, IBAN = (
    "anna.canary@canary.example",
    "Anna.Canary@Canary.Example",
    "+49 170 5550 9871",
    "GA1.canary-client-0042",
    "canary-session-0042",
    "Wilhelmina Canarysmith",
    "4539 1488 0343 6467",
    "DE89 3704 0044 0532 0130 00",
)
# As planted, as a URL holds it, and as digits alone.
TRACES = (
    "anna.canary",
    "canary.example",
    "%40canary",
    "5550 9871",
    "1705550987",
    "canary-client",
    "canary-ses",
    "Canarysmith",
    "4539 1488",
    "3704 0044",
)
FOUND = re.compile("|".join(re.escape(trace) for trace in TRACES), re.IGNORECASE)


def change_csv(path: Path, *, rows: int, **cells: str) -> None:
    """Give the first rows of a CSV other cells; `Lead_ID` stands for the column `Lead ID`."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        names, table = list(reader.fieldnames or ()), list(reader)
    for row in table[:rows]:
        row.update({name: value for name, value in cells.items() if name in names})
    assert set(cells) <= set(names)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


def plant(data: Path) -> None:
    """Put the canaries into ids, contact cells, names, reasons and addresses of the demo's files."""
    text = f"write to {MAIL} or call {PHONE}"
    note = f"{text}; {NAME} pays by {CARD} or {IBAN}, says Wilhelmina"
    contact = {"E-mail": SPELLED, "Phone": PHONE, "Web client ID": CLIENT, "Contact": NAME}
    change_csv(data / "crm" / "leads.csv", rows=40, **contact, Campaign=f"Event | {MAIL}")
    change_csv(data / "sales" / "feedback.csv", rows=40, **{"Taken over": "no", "Reason": note})
    for report in (data / "google_ads").glob("*.csv"):
        change_csv(report, rows=40, **{"campaign.name": f"Search | {MAIL}", "ad_group.name": text})
    # Rows that the gate sets aside keep their cells too.
    change_csv(data / "sales" / "feedback.csv", rows=3, Reason=note, Decided=f"31.11.2026 {MAIL}")
    for sessions in (data / "web_analytics").glob("*.parquet"):
        _plant_sessions(sessions)


def know_names(config: Path) -> None:
    """Say in the mapping which column of the contact list holds names."""
    found = config.read_text(encoding="utf-8")
    files = "files: data/crm/leads.csv\n"
    assert files in found
    named = found.replace(files, f"{files}        person_names: [Contact]\n", 1)
    config.write_text(named, encoding="utf-8")


def _plant_sessions(path: Path) -> None:
    changed = path.with_suffix(".new")
    with closing(duckdb.connect()) as connection:
        connection.execute(f"create table s as from read_parquet({quote_text(str(path))})")
        first = "rowid < 30"
        connection.execute(f"""
            update s set client_id = '{CLIENT}', campaign = 'Retargeting {MAIL}',
                landing_page_path = '/price?mail=anna.canary%40canary.example&tel={PHONE}' where {first}
        """)
        connection.execute(f"update s set session_id = '{SESSION}' where rowid = 0")
        connection.execute(f"copy (from s) to {quote_text(str(changed))} (format parquet)")
    changed.replace(path)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A company full of canaries, all the way to its published reports."""
    root = tmp_path_factory.mktemp("canary") / "canary"
    demo = write_demo(root, weeks=6, scale=0.2)
    plant(root / "data")
    know_names(root / "config" / "sources.yaml")
    line = Line(root)
    result = line.run(line.midnight(demo.until))
    return SimpleNamespace(line=line, result=result, published=line.approve(result))


def test_the_canaries_were_there_and_the_line_ran(published):
    line = published.line

    assert len(published.published) == 3
    assert FOUND.search((line.workspace.data / "crm" / "leads.csv").read_text(encoding="utf-8"))
    assert line.one("select count(*) from raw.crm_leads where email_key like 'em_%'") > 100
    assert line.one("select count(*) from raw.sales_feedback where reason like '%[email]%'") > 0


def test_one_person_is_one_pseudonym_in_leads_and_sessions(published):
    linked = published.line.one("""
        select count(distinct visitor_key) from raw.crm_leads inner join raw.web_sessions using (visitor_key)
        where lead_id in (select lead_id from raw.crm_leads group by visitor_key, lead_id)
            and visitor_key in (select visitor_key from raw.crm_leads group by 1 having count(*) >= 40)
    """)

    assert linked == 1


def test_no_file_holds_a_canary_byte(published):
    state = published.line.workspace.state
    files = [path for path in state.rglob("*") if path.is_file()]
    found = traces_in(state, outside=published.line.workspace.restricted)

    assert len(files) > 50
    assert {"ledger.db", "warehouse.duckdb"} <= {path.name for path in files}
    assert found == []


def traces_in(state: Path, *, outside: Path | None = None) -> list[str]:
    """Files below a folder that hold a canary byte."""
    return [
        str(path.relative_to(state))
        for path in sorted(state.rglob("*"))
        if path.is_file()
        and (outside is None or not path.is_relative_to(outside))
        and FOUND.search(path.read_bytes().decode("utf-8", errors="replace"))
    ]


def test_no_parquet_holds_a_canary(published):
    paths = sorted(published.line.workspace.state.rglob("*.parquet"))
    with closing(duckdb.connect()) as connection:
        found = [
            path.name for path in paths if holds_canary(connection, f"read_parquet({quote_text(str(path))})")
        ]

    assert len(paths) > 20
    assert found == []


def test_no_table_of_the_warehouse_holds_a_canary(published):
    path = published.line.workspace.warehouse
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables order by all"
        ).fetchall()
        names = [f"{quote_name(schema)}.{quote_name(table)}" for schema, table in tables]
        found = [name for name in names if holds_canary(connection, name)]

    assert {"raw", "quality", "marts"} <= {schema for schema, _ in tables}
    assert found == []


def holds_canary(connection, relation: str) -> bool:
    pattern = quote_text("|".join(re.escape(trace) for trace in TRACES))
    sql = f"select count(*) from {relation} as t where regexp_matches(lower(t::varchar), {pattern})"
    return connection.execute(sql).fetchone()[0] > 0


def test_no_body_of_the_ledger_holds_a_canary(published):
    for proposal in published.result.proposals:
        held = published.line.material(proposal)
        for body in (held.draft_json, held.html, held.markdown):
            assert not FOUND.search(body.decode())


def test_free_text_lost_the_person_and_kept_the_rest(published):
    masked = "write to [email] or call [phone]; [name] pays by [card] or [account], says [name]"

    assert published.line.one(f"select count(*) from raw.sales_feedback where reason = '{masked}'") > 0


def test_raw_values_are_in_the_restricted_store_only(published):
    restricted = published.line.workspace.restricted

    assert {path.name for path in restricted.rglob("*") if path.is_file()} == {"pseudonym.key", "people.db"}
    assert traces_in(restricted) == ["people.db"]


def test_after_forgetting_no_byte_is_left_at_all(published):
    line = published.line
    done = forget_contact(
        line.workspace, None, line.ledger, MAIL, person="jonas", at=datetime(2026, 11, 23, tzinfo=UTC)
    )

    assert done.found.leads == 40
    assert done.snapshots_with_people == ()
    assert traces_in(line.workspace.state) == []
    assert line.one("select count(*) from raw.crm_leads where email_key is null") >= 40
    assert audit.verify(line.ledger, line.workspace).is_clean
