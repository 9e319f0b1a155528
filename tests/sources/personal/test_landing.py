"""Personal data: keyed pseudonyms, masks in text, and no canary anywhere in what is landed or said."""

import hashlib
import hmac
import stat

import duckdb
import pytest
from pydantic import SecretStr

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.files import land_source
from countersign.sources.personal.key_ring import KeyRing
from countersign.sources.personal.pseudonyms import hmac_sql, install_key
from countersign.sources.personal.text_sql import masked_sql, path_sql
from tests.sources.files.conftest import LANDED_AT
from tests.sources.files.mapped import leads

CANARIES = ("anna.canary", "%40canary", "canary.example", "170 5550", "1705550123", "GA1.2.canary-client")


@pytest.fixture
def connection():
    with duckdb.connect(":memory:") as opened:
        yield opened


@pytest.mark.parametrize("key", [b"k" * 16, b"k" * 64, b"key longer than one block of the hash " * 3])
@pytest.mark.parametrize("text", ["", "anna@example.org", "Zoë ☃"])
def test_the_sql_is_hmac_sha256(connection, key, text):
    install_key(connection, KeyRing((key,)))

    (made,) = connection.execute(f"select {hmac_sql('t')} from (select ? as t)", [text]).fetchone()
    assert made == hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def test_spellings_of_one_person_get_one_pseudonym(drop):
    drop.write(
        "leads.csv",
        "id,mail,phone,client\n1,Anna@Example.org ,+49 (0)170 5550123,GA1\n"
        "2,anna@example.org,0049-170-555 0123,GA1\n3,bob@example.org,0170 5550123,GA2\n",
    )
    drop.map(leads(columns={"email_key": "mail", "phone_key": "phone", "visitor_key": "client"}))

    first, second, third = drop.land_rows("email_key, phone_key, visitor_key, _bad")
    assert first == second
    assert all(one != other for one, other in zip(first[:3], third[:3], strict=True))
    assert [cell[:3] for cell in first[:3]] == ["em_", "ph_", "vk_"]
    assert all(len(cell) == 35 for cell in first[:3])


def test_an_unusable_address_loses_the_link_and_not_the_lead(drop):
    drop.write("leads.csv", "id,mail,phone\n1,none,12\n")
    drop.map(leads(columns={"email_key": "mail", "phone_key": "phone"}))

    assert drop.land_rows("email_key, phone_key, _bad") == [(None, None, None)]
    (report,) = drop.check()
    assert {problem.column: problem.rows for problem in report.problems} == {"email_key": 1, "phone_key": 1}
    assert report.rows_set_aside == 0


def test_the_key_decides_the_pseudonym_and_the_batch(drop):
    drop.write("leads.csv", "id,mail\n1,anna@example.org\n")
    drop.map(leads(columns={"email_key": "mail"}))
    batches, seen = set(), set()
    for key in ("a" * 32, "b" * 32):
        (batch,) = land_source(
            drop.workspace,
            drop.workspace.company(),
            "drop",
            landed_at=LANDED_AT,
            pseudonym_key=SecretStr(key),
        )
        batches.add(batch.id)
        seen |= set(drop.rows(batch, "email_key"))

    assert (len(batches), len(seen)) == (2, 2)
    assert not (drop.workspace.restricted / "pseudonym.key").exists()


def test_the_kept_key_is_private_random_and_stays(drop):
    drop.write("leads.csv", "id\n1\n")
    drop.map(leads())
    drop.land()
    path = drop.workspace.restricted / "pseudonym.key"
    key = path.read_bytes()
    drop.write("leads.csv", "id\n2\n")
    drop.land()

    assert path.read_bytes() == key
    assert len(key) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_short_key_is_refused_without_showing_it(drop):
    drop.write("leads.csv", "id\n1\n")
    drop.map(leads())
    with pytest.raises(SettingsError, match="too short") as error:
        land_source(
            drop.workspace,
            drop.workspace.company(),
            "drop",
            landed_at=LANDED_AT,
            pseudonym_key=SecretStr("hunter2"),
        )
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Retargeting anna.canary+x@mail.canary.example Q1", "Retargeting [email] Q1"),
        ("anna.canary%40canary.example", "[email]"),
        ("o'neil@x.ie, b@x.ie", "[email], [email]"),
        ("call +49 170 5550123!", "call [phone]!"),
        ("0049-170-5550123", "[phone]"),
        ("(030) 123 4567", "[phone]"),
        ("555-123-4567", "[phone]"),
        # What ids, dates and budgets look like stays.
        ("Brand 2026-01-05 v2", "Brand 2026-01-05 v2"),
        ("120210000000000123", "120210000000000123"),
        ("100-200 2025", "100-200 2025"),
        ("1+1 = 2", "1+1 = 2"),
        ("@home offer", "@home offer"),
    ],
)
def test_text_is_masked(connection, text, masked):
    assert connection.execute(f"select {masked_sql('t')} from (select ? as t)", [text]).fetchone() == (
        masked,
    )


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ("https://x.example/a/b?mail=a@b.de&gclid=1#top", "/a/b"),
        ("//x.example", "/"),
        ("https://x.example?gclid=1", "/"),
        ("/a;jsessionid=1", "/a"),
        ("/hello/anna@canary.example", "/hello/[email]"),
        ("/a\n?gclid=1\n2", "/a\n"),
    ],
)
def test_pages_keep_their_path_only(connection, page, path):
    sql = f"select {masked_sql('p')} from (select {path_sql('t')} as p from (select ? as t))"
    assert connection.execute(sql, [page]).fetchone() == (path,)


def test_an_id_that_is_an_address_becomes_its_pseudonym(drop):
    drop.write("leads.csv", "id,mail\nAnna@Example.org,anna@example.org\n007,x@example.org\n")
    drop.map(leads(columns={"email_key": "mail"}))

    (first, key), (second, _) = drop.land_rows("lead_id, email_key")
    assert first == key
    assert second == "007"


def canary_drop(drop):
    """Canaries in every place where a person may turn up."""
    person = "anna.canary@mail.canary.example"
    header = "id,mail,phone,client,campaign,source,made,stage,event,secret"
    rows = [
        f"1,{person},+49 170 5550123,GA1.2.canary-client,For {person},Call +49 170 5550123,"
        "2026-01-05,New,yes,x",
        f"{person},{person},,GA1.2.canary-client,x,y,{person},{person},{person},x",
        f"3,{person},0170 5550123,,x,y,+49 170 5550123,Odd,+49 170 5550123,x",
        f"{person},short",
    ]
    name = f"export {person}.csv"
    drop.write(f"leads/{name}", "\n".join([header, *rows]))
    columns = {
        "email_key": "mail",
        "phone_key": "phone",
        "visitor_key": "client",
        "campaign_name": "campaign",
        "lead_source": "source",
        "created_at": "made",
        "stage": {"column": "stage", "values": {"New": "lead"}},
        "is_event_lead": "event",
        "segment": {"expression": "lower(source)"},
    }
    drop.map(leads(files="data/leads/*.csv", time_zone="UTC", columns=columns))


def assert_no_canary(text: str) -> None:
    assert [canary for canary in CANARIES if canary.lower() in text.lower()] == []


def test_no_canary_is_landed(drop):
    canary_drop(drop)
    (batch,) = drop.land()

    assert batch.rows_landed == 4
    assert_no_canary(str(drop.rows(batch)))
    kept = [path for path in drop.workspace.landing.rglob("*") if path.is_file()]
    assert {path.name for path in kept} == {"rows.parquet", "batch.json"}
    others = [path for path in drop.workspace.restricted.rglob("*") if path.is_file()]
    assert {path.name for path in others} == {"pseudonym.key", "people.db"}
    for path in kept:
        assert_no_canary(path.read_bytes().decode("latin-1"))
        assert_no_canary(str(path))


def test_no_canary_is_reported(drop):
    canary_drop(drop)
    (report,) = drop.check()

    assert report.rows_set_aside == 3
    assert {"created_at", "stage", "is_event_lead", "(line)"} <= {one.column for one in report.problems}
    assert_no_canary(report.model_dump_json())


@pytest.mark.parametrize(
    "content",
    [
        b'id,mail\n1,anna.canary@canary.example\n2,"anna.canary\n',
        b"id,mail\n1,anna.canary@canary.example\n2,\xff\n",
        b"id,mail\n1,anna.canary@canary.example\n2,\0\n",
    ],
)
def test_no_canary_is_in_a_refusal(drop, content):
    drop.write("leads.csv", content)
    drop.map(leads(columns={"email_key": "mail"}))

    with pytest.raises(SourceError) as error:
        drop.land()
    assert_no_canary(str(error.value))
