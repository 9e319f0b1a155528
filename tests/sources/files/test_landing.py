"""Landing: exact columns, one batch per file, whole or not at all, and the same again changes nothing."""

import gzip
import multiprocessing
import os
import random
import resource
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from countersign.core.contracts import Batch
from countersign.core.errors import SourceError
from countersign.core.landed import BOOKKEEPING, LANDED_TABLES
from countersign.sources.files import batch_directory, planning
from tests.sources.files.conftest import LANDED_AT
from tests.sources.files.mapped import ads, leads

TWO_DAYS = "id,day,cost\n1,2026-01-05,1.5\n1,2026-01-07,2\n"


def listing(workspace):
    return sorted(
        (str(path.relative_to(workspace.landing)), path.stat().st_mtime_ns)
        for path in workspace.landing.rglob("*")
        if path.is_file()
    )


def test_a_batch_holds_the_canonical_columns_in_order_with_their_types(drop):
    drop.write("ads.csv", TWO_DAYS)
    drop.map(ads())

    (batch,) = drop.land()

    path = batch_directory(drop.workspace, batch) / "rows.parquet"
    described = duckdb.sql(f"describe select * from read_parquet('{path}')").fetchall()
    expected = [*LANDED_TABLES["ad_performance"].columns, *BOOKKEEPING]
    assert [(row[0], row[1].lower()) for row in described] == [(c.name, c.type) for c in expected]


def test_batch_json_is_the_batch_with_its_window(drop):
    drop.write("ads.csv", TWO_DAYS)
    drop.map(ads())

    (batch,) = drop.land()

    written = Batch.model_validate_json((batch_directory(drop.workspace, batch) / "batch.json").read_text())
    assert written == batch
    assert (batch.rows_landed, batch.state, batch.landed_at) == (2, "landed", LANDED_AT)
    assert (str(batch.window.start), str(batch.window.end)) == ("2026-01-05", "2026-01-08")


def test_windows_of_times_are_days_of_the_reporting_zone(drop):
    drop.write("leads.csv", "id,made\n1,2026-01-05T23:30:00Z\n")
    drop.map(leads(time_zone="UTC", columns={"created_at": "made"}))

    assert str(drop.land()[0].window.start) == "2026-01-06"


def test_the_same_file_again_changes_nothing_and_a_changed_one_is_a_new_batch(drop):
    drop.write("ads.csv", TWO_DAYS)
    drop.map(ads())
    first = drop.land()
    before = listing(drop.workspace)

    assert drop.land() == first
    assert listing(drop.workspace) == before

    drop.write("ads.csv", TWO_DAYS + "1,2026-01-08,3\n")
    (changed,) = drop.land()
    assert changed.id != first[0].id
    assert len(list(drop.workspace.landing.glob("drop/*/*/batch.json"))) == 2


def test_a_restatement_that_is_taken_back_is_a_batch_of_its_own(drop):
    drop.map(ads())
    said = []
    for hours, text in enumerate((TWO_DAYS, TWO_DAYS.replace("1.5", "9.5"), TWO_DAYS, TWO_DAYS)):
        drop.write("ads.csv", text)
        (batch,) = drop.land(landed_at=LANDED_AT + timedelta(hours=hours))
        said.append(batch.id)

    assert len(set(said[:3])) == 3, "the third file says what the first said, after the second replaced it"
    assert said[3] == said[2], "the same again changes nothing"


def test_a_changed_mapping_or_joined_file_is_a_new_batch(drop):
    drop.write("ads.csv", TWO_DAYS)
    drop.write("names.csv", "id,name\n1,One\n")
    join = {"files": "data/names.csv", "as": "n", "match": {"id": "id"}}
    drop.map(ads(join=[join], columns={"campaign_name": "n.name"}))
    ids = {drop.land()[0].id}

    drop.write("names.csv", "id,name\n1,Uno\n")
    ids.add(drop.land()[0].id)
    drop.map(ads(join=[join], columns={"campaign_name": "n.name"}, where="cost <> '2'"))
    ids.add(drop.land()[0].id)

    assert len(ids) == 3


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "tsv", "parquet", "jsonl", "jsonl.gz"])
def test_every_format_gives_the_same_rows(drop, kind):
    path = drop.write(f"ads.{kind}", "")
    query = "select * from (values ('1', '2026-01-05', '1.5'), ('1', '2026-01-07', '2')) as t(id, day, cost)"
    options = {"tsv": "format csv, delimiter '\t'", "parquet": "format parquet", "jsonl": "format json"}
    duckdb.sql(f"copy ({query}) to '{path}' ({options.get(kind.removesuffix('.gz'), 'format csv')})")
    drop.map(ads(files=f"data/ads.{kind}"))

    assert drop.land_rows("_row, campaign_id, account_day::varchar, spend::double, _bad") == [
        (1, "1", "2026-01-05", 1.5, None),
        (2, "1", "2026-01-07", 2.0, None),
    ]


def test_typed_parquet_columns_are_read_like_text(drop):
    path = drop.write("leads.parquet", "")
    duckdb.sql(
        "copy (select 1::bigint as id, timestamptz '2026-01-05 12:00:00+00' as made, true as event)"
        f" to '{path}' (format parquet)"
    )
    columns = {"created_at": "made", "is_event_lead": "event"}
    drop.map(leads(files="data/leads.parquet", time_zone="Europe/Berlin", columns=columns))

    assert drop.land_rows("lead_id, created_at::varchar, is_event_lead, _bad") == [
        ("1", "2026-01-05 12:00:00", True, None)
    ]


def test_a_folder_lands_one_batch_per_file_in_order_of_names(drop):
    drop.write("ads/b.csv", TWO_DAYS)
    drop.write("ads/a.csv.gz", gzip.compress(TWO_DAYS.encode()))
    drop.write("ads/.hidden.csv", "x")
    drop.write("ads/notes.md", "x")
    drop.map(ads(files="data/ads"))

    assert [batch.file for batch in drop.land()] == ["data/ads/a.csv.gz", "data/ads/b.csv"]


def test_a_file_without_header_takes_its_names_from_the_mapping(drop):
    drop.write("ads.csv", "\ufeff1,2026-01-05,1.5\n")
    drop.map(ads(header=["id", "day", "cost"]))

    assert drop.land_rows("campaign_id, spend::double, _bad") == [("1", 1.5, None)]


def test_the_order_of_lines_does_not_change_the_rows(drop):
    random.seed(7)
    lines = [f"{n % 3},2026-01-{n % 5 + 1:02},{n}.10,{n % 7}" for n in range(200)]
    history = [f"{n % 3},2026-01-0{n % 4 + 1},Name {n}" for n in range(40)]
    join = {"files": "data/h.csv", "as": "h", "match": {"id": "id"}, "latest_by": "since", "at": "day"}
    drop.map(ads(join=[join], collapse="sum", columns={"clicks": "clicks", "campaign_name": "h.name"}))
    seen = []
    for _ in range(2):
        random.shuffle(lines)
        random.shuffle(history)
        drop.write("ads.csv", "\n".join(["id,day,cost,clicks", *lines]))
        drop.write("h.csv", "\n".join(["id,since,name", *history]))
        seen.append(drop.land_rows("* exclude (_batch_id)"))

    assert seen[0] == seen[1]
    assert len(seen[0]) == 15


def test_a_bad_file_keeps_the_good_ones_from_landing_too(drop):
    drop.write("a.csv", "id\n1\n")
    drop.write("b.csv", "id\n\0\n")
    drop.map(leads(files="data/*.csv"))

    with pytest.raises(SourceError):
        drop.land()
    assert not list(drop.workspace.landing.glob("*/*/*"))


def _land_with_small_disk(drop, limit_bytes, answer):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
    try:
        drop.land()
        answer.put("landed")
    except SourceError as error:
        answer.put(str(error))


def test_a_full_disk_is_said_and_leaves_nothing_half(drop):
    random.seed(1)
    lines = "".join(f"{random.random()},{random.random()}\n" for _ in range(60_000))
    drop.write("leads.csv", "id,country\n" + lines)
    drop.map(leads(columns={"country": "country"}))
    # The key is made outside the limit: the test is about rows.
    (drop.workspace.restricted).mkdir(parents=True)
    (drop.workspace.restricted / "pseudonym.key").write_bytes(b"k" * 64)
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    child = context.Process(target=_land_with_small_disk, args=(drop, 64 << 10, answer))
    child.start()
    said = answer.get(timeout=60)
    child.join(timeout=60)

    assert "could not be written" in said
    assert "free disk space" in said
    assert not list(drop.workspace.landing.glob("*/*/*"))
    assert not list(planning.scratch_place(drop.workspace).iterdir())
    assert drop.land()[0].rows_landed == 60_000


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from countersign.core.workspace import Workspace
from countersign.sources.files import landing
keep = landing._keep
def killed(draft, target):
    if sys.argv[2] == "after":
        keep(draft, target)
    os.kill(os.getpid(), signal.SIGKILL)
landing._keep = killed
workspace = Workspace(Path(sys.argv[1]))
landing.land_source(workspace, workspace.company(), "drop", landed_at=datetime(2026, 3, 1, tzinfo=UTC))
"""


@pytest.mark.parametrize(("when", "batches"), [("before", 0), ("after", 1)])
def test_a_killed_landing_is_whole_or_absent_and_the_next_one_repairs_it(drop, when, batches):
    drop.write("leads.csv", "id,mail\n1,anna.canary@example.org\n")
    drop.map(leads(columns={"email_key": "mail"}))
    arguments = [sys.executable, "-c", KILLED, str(drop.workspace.root), when]
    killed = subprocess.run(arguments, check=False, timeout=60, cwd=Path.cwd())

    assert killed.returncode == -signal.SIGKILL
    assert len(list(drop.workspace.landing.glob("*/*/*/batch.json"))) == batches
    assert len(list(planning.scratch_place(drop.workspace).iterdir())) == 1

    assert drop.land_rows("lead_id") == [("1",)]
    assert not list(planning.scratch_place(drop.workspace).iterdir())


def test_another_process_that_is_still_running_keeps_its_scratch_directory(drop):
    place = planning.scratch_place(drop.workspace)
    theirs = place / f"{os.getpid()}-other"
    theirs.mkdir(parents=True)
    with planning.scratch_directory(drop.workspace):
        pass

    assert theirs.is_dir()


def test_files_whose_masked_names_are_equal_stay_two_files(drop):
    for day in ("2026-11-16", "2026-11-23"):
        drop.write(f"ads+{day}.csv", f"id,day,cost\n1,{day},5\n")
    drop.map({
        "table": "ad_performance", "files": "data/*.csv", "currency": "EUR", "time_zone": "UTC",
        "columns": {
            "platform": {"constant": "x"}, "account_id": {"constant": ""}, "campaign_id": "id",
            "ad_group_id": {"constant": ""}, "account_day": "day", "spend": "cost",
        },
    })  # fmt: skip

    names = {batch.file for batch in drop.land()}

    assert len(names) == 2
    assert not any("2026" in name for name in names), "the names are masked, or this shows nothing"
