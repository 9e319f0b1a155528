"""The catalogue: status against the promise, reviews that are due, and who answers, as of an instant."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from typer.testing import CliRunner

from countersign.cli.data import app
from countersign.core.contracts import Batch, Window
from countersign.core.errors import SettingsError
from countersign.core.workspace import shipped
from countersign.sources.catalogue import find_unlisted, read_catalogue
from countersign.sources.files import batch_directory, parse_sources
from tests.sources.files.conftest import LANDED_AT
from tests.sources.files.mapped import ads, leads

# Monday 9 March, 06:00 in Berlin: the last day with data can be that day.
AS_OF = datetime(2026, 3, 9, 5, tzinfo=UTC)
FIELDS = {
    "owner": "Paid media",
    "steward": "mara",
    "origin": "Exported by hand",
    "reliability": "medium",
    "reliability_note": "restated for a week",
    "refresh_promise_days": 2,
    "review_every_days": 90,
    "last_reviewed": date(2026, 1, 5),
}


@pytest.fixture
def catalogued(drop):
    """One source with every catalogue field, and a function that changes some of them and reads it."""
    drop.write("ads.csv", "id,day,cost\n1,2026-03-06,1\n2,2026-03-07,2\n")

    def read(*, as_of=AS_OF, **changes):
        source = {"description": "Ads.", **FIELDS, **changes, "tables": [ads()]}
        drop.write_config({"sources": {"drop": {k: v for k, v in source.items() if v is not None}}})
        return read_catalogue(drop.workspace, drop.workspace.company(), as_of=as_of)[0]

    read()
    read.drop = drop
    return read


def gated(drop, batch: Batch, *, promoted: bool = True) -> Batch:
    """The batch.json that promotion leaves."""
    rows = batch.rows_landed
    done = batch.model_copy(
        update={
            "state": "promoted" if promoted else "quarantined",
            "rows_promoted": rows if promoted else 0,
            "rows_quarantined": 0 if promoted else rows,
        }
    )
    path = batch_directory(drop.workspace, batch) / "batch.json"
    path.write_text(done.model_dump_json(), encoding="utf-8")
    return done


def load(drop, *, promoted: bool = True, landed_at=LANDED_AT) -> Batch:
    (batch,) = drop.land(landed_at=landed_at)
    return gated(drop, batch, promoted=promoted)


def test_a_source_that_never_passed_the_gate_was_never_loaded(catalogued):
    assert (catalogued().status, catalogued().last_batch) == ("never loaded", None)

    catalogued.drop.land()
    entry = catalogued()
    assert (entry.status, entry.last_batch.state, entry.data_through) == ("never loaded", "landed", None)


@pytest.mark.parametrize(
    ("as_of", "behind", "status"),
    [
        (AS_OF, 2, "fresh"),
        (AS_OF + timedelta(days=1), 3, "late"),
        # Midnight in Berlin is exclusive: the last day is still the 9th.
        (datetime(2026, 3, 9, 23, tzinfo=UTC), 2, "fresh"),
        (datetime(2026, 3, 9, 23, 1, tzinfo=UTC), 3, "late"),
        (AS_OF - timedelta(days=2), 0, "fresh"),
    ],
)
def test_a_source_is_late_once_it_is_behind_its_promise(catalogued, as_of, behind, status):
    load(catalogued.drop)

    entry = catalogued(as_of=as_of)
    assert (entry.days_behind, entry.status) == (behind, status)
    assert entry.data_through == date(2026, 3, 7)


def test_without_a_promise_nothing_is_late(catalogued):
    load(catalogued.drop)
    entry = catalogued(refresh_promise_days=None, as_of=AS_OF + timedelta(days=400))
    assert (entry.status, entry.days_behind) == ("fresh", 402)


def test_a_file_that_was_set_aside_whole_fails_its_source_until_it_comes_again(catalogued):
    load(catalogued.drop)
    catalogued.drop.write("ads.csv", "id,day,cost\n1,2026-03-08,1\n")
    load(catalogued.drop, promoted=False, landed_at=LANDED_AT + timedelta(days=1))
    entry = catalogued()
    assert (entry.status, entry.failed_files) == ("failed", ("data/ads.csv",))
    assert entry.data_through == date(2026, 3, 7), "the last good data stays in use"
    assert (entry.rows_landed, entry.rows_quarantined) == (1, 1)

    catalogued.drop.write("ads.csv", "id,day,cost\n1,2026-03-08,7\n")
    load(catalogued.drop, landed_at=LANDED_AT + timedelta(days=2))
    entry = catalogued()
    assert (entry.status, entry.data_through) == ("fresh", date(2026, 3, 8))


def test_data_of_the_future_does_not_make_a_source_fresher(catalogued):
    batch = load(catalogued.drop)
    future = batch.model_copy(update={"window": Window(start=date(2026, 3, 1), end=date(2027, 1, 1))})
    path = batch_directory(catalogued.drop.workspace, batch) / "batch.json"
    path.write_text(future.model_dump_json(), encoding="utf-8")

    assert catalogued().data_through == date(2026, 3, 9)


def test_an_undated_source_is_as_old_as_its_last_load(drop):
    drop.write("leads.csv", "id\n1\n")
    drop.map(leads())
    load(drop)

    (entry,) = read_catalogue(drop.workspace, drop.workspace.company(), as_of=AS_OF)
    assert (entry.data_through, entry.days_behind) == (None, 8)


@pytest.mark.parametrize(
    ("changes", "next_review", "is_overdue"),
    [
        ({}, date(2026, 4, 5), False),
        ({"last_reviewed": date(2025, 12, 9)}, date(2026, 3, 9), False),
        ({"last_reviewed": date(2025, 12, 8)}, date(2026, 3, 8), True),
        ({"last_reviewed": None}, None, True),
        ({"review_every_days": None}, None, False),
    ],
)
def test_a_review_is_overdue_after_its_day_and_when_it_never_was(
    catalogued, changes, next_review, is_overdue
):
    entry = catalogued(**changes)
    assert (entry.next_review, entry.is_review_overdue) == (next_review, is_overdue)


def test_the_version_of_the_mapping_is_cited_and_a_changed_one_is_said(catalogued):
    batch = load(catalogued.drop)
    (table,) = catalogued().tables
    assert (table.mapping_hash, table.is_remapped) == (batch.mapping_hash, False)
    assert catalogued().last_batch.mapping_hash == batch.mapping_hash
    (same,) = catalogued(owner="Somebody else").tables
    assert not same.is_remapped, "who answers for a source is not how it is read"

    drop = catalogued.drop
    drop.map(ads(missing=["-"]))
    (entry,) = read_catalogue(drop.workspace, drop.workspace.company(), as_of=AS_OF)
    assert entry.tables[0].is_remapped
    assert entry.tables[0].mapping_hash != batch.mapping_hash


def test_landed_data_of_a_source_nobody_lists_is_found(drop):
    drop.write("ads.csv", "id,day,cost\n1,2026-03-06,1\n")
    drop.map(ads(), name="forgotten")
    drop.land("forgotten")
    drop.map(ads())

    assert find_unlisted(drop.workspace) == ["forgotten"]
    shown = CliRunner().invoke(app, ["sources", "--workspace", str(drop.workspace.root)]).output
    assert "forgotten has landed data and is not in config/sources.yaml" in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("steward", " "),
        ("owner", ""),
        ("reliability", "so-so"),
        ("confidentiality", "secret"),
        ("review_every_days", 0),
        ("last_reviewed", "last May"),
    ],
)
def test_a_catalogue_field_that_says_nothing_is_refused(field, value):
    content = {"sources": {"drop": {"description": "Ads.", "tables": [ads()], field: value}}}
    with pytest.raises(SettingsError, match=rf"sources\.drop\.{field}"):
        parse_sources(content)


def test_a_source_is_internal_until_it_says_otherwise():
    source = {"description": "Ads.", "tables": [ads()]}
    assert parse_sources({"sources": {"drop": source}})["drop"].confidentiality == "internal"


def test_the_command_shows_a_table_that_fits_80_columns(catalogued):
    load(catalogued.drop)
    catalogued(last_reviewed=date(2025, 11, 3))
    place = ["--workspace", str(catalogued.drop.workspace.root), "--as-of", "2026-03-11"]

    shown = CliRunner().invoke(app, ["sources", *place], env={"COLUMNS": "80"}).output
    assert max(len(line) for line in shown.splitlines()) <= 80
    for said in (
        "late",
        "2026-03-07",
        "4 days behind",
        "2 days promised",
        "2 promoted",
        "Paid media",
        "mara",
    ):
        assert said in shown
    assert "overdue" in shown
    assert "reliability medium (restated for a week)" in shown
    (entry,) = json.loads(CliRunner().invoke(app, ["sources", "--json", *place]).output)
    assert (entry["status"], entry["next_review"], entry["is_review_overdue"]) == ("late", "2026-02-01", True)
    assert entry["last_batch"]["mapping_hash"] == entry["tables"][0]["mapping_hash"]


def test_an_as_of_that_is_no_instant_is_refused(catalogued):
    place = ["--workspace", str(catalogued.drop.workspace.root)]
    done = CliRunner().invoke(app, ["sources", "--as-of", "monday", *place])
    assert isinstance(done.exception, SettingsError)


def test_every_source_of_the_demo_company_has_an_owner_a_person_as_steward_and_a_review():
    config = shipped("config")
    sources = parse_sources(yaml.safe_load((config / "sources.yaml").read_text(encoding="utf-8")))
    people = yaml.safe_load((config / "people.yaml").read_text(encoding="utf-8"))["people"]
    for name, source in sources.items():
        assert source.steward in {person["id"] for person in people}, name
        assert source.owner, name
        assert source.origin, name
        assert source.reliability, name
        assert source.refresh_promise_days, name
        assert source.review_every_days, name
        assert source.last_reviewed, name


def test_a_steward_who_is_not_among_the_people_is_said(catalogued):
    people = catalogued.drop.workspace.config / "people.yaml"
    people.write_text("people:\n  - {id: ines, name: Ines, email: i@x.example, roles: [approver]}\n")
    place = ["--workspace", str(catalogued.drop.workspace.root)]

    shown = CliRunner().invoke(app, ["sources", *place]).output
    assert "The steward of drop, mara, is not in config/people.yaml." in shown
    people.write_text(people.read_text().replace("ines", "mara"))
    assert "is not in config/people.yaml" not in CliRunner().invoke(app, ["sources", *place]).output
