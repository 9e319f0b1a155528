"""promote_batch: nothing is lost, the newest holds, and a killed promotion is repaired by repeating it."""

import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import expectations
from countersign.core.contracts import Batch
from countersign.core.errors import QualityError
from countersign.core.landed import LANDED_TABLES
from countersign.core.warehouse import open_warehouse
from expectations.promotion import STEPS, promote_batch
from expectations.warehouse_tables import BATCH_COLUMNS, create_raw_tables


def leads(warehouse):
    return dict(warehouse.execute("select lead_id, stage from raw.crm_leads order by lead_id").fetchall())


def everything(warehouse):
    tables = [f"raw.{name}" for name in LANDED_TABLES] + ["quality.batches", "quality.quarantined_rows"]
    return {table: sorted(map(repr, warehouse.sql(f"from {table}").fetchall())) for table in tables}


def lead(number, stage="mql"):
    return {"lead_id": f"k{number}", "stage": stage, "created_at": "2026-11-09 10:00:00", "channel": "Email",
            "lead_source": "web"}  # fmt: skip


def test_every_raw_table_exists_with_the_landed_columns(warehouse):
    create_raw_tables(warehouse)

    for table in LANDED_TABLES.values():
        described = warehouse.execute(f"describe raw.{table.name}").fetchall()
        expected = [(c.name, c.type) for c in table.columns]
        expected += [
            ("_batch_id", "varchar"),
            ("_source", "varchar"),
            ("_file", "varchar"),
            ("_row", "bigint"),
        ]
        assert [(row[0], row[1].lower()) for row in described] == expected


def test_the_batch_is_recorded_with_the_columns_that_models_read(land, good_rows, promote, warehouse):
    rows = good_rows("crm_leads", 10)
    rows[0]["stage"] = "nonsense"
    rows[1]["created_at"] = "2026-09-30 22:30:00"  # past midnight in Berlin
    batch = promote(land("crm_leads", rows))

    found = warehouse.execute("select * from quality.batches")
    assert [column[0] for column in found.description] == list(BATCH_COLUMNS)
    row = dict(zip(BATCH_COLUMNS, found.fetchone(), strict=True))
    assert (row["rows_landed"], row["rows_promoted"], row["rows_quarantined"]) == (10, 9, 1)
    assert (row["checks_total"], row["checks_passed"]) == (len(batch.outcomes), len(batch.outcomes) - 1)
    assert (str(row["data_from"]), str(row["data_through"])) == ("2026-10-01", "2026-11-09")
    assert (row["state"], row["quality"], row["warnings_failed"]) == ("promoted", "warnings", 0)


def test_the_batch_file_says_what_the_warehouse_says(land, good_rows, promote, workspace):
    batch = promote(land("crm_leads", good_rows("crm_leads", 2)))

    written = Batch.model_validate_json(next(workspace.landing.rglob("batch.json")).read_bytes())
    assert written == batch
    assert written.state == "promoted"


def test_money_survives_quarantine_to_the_last_digit(land, good_rows, promote, warehouse):
    rows = good_rows("ad_performance", 10)
    rows[0] |= {"spend": "123456789012.345678", "currency": "EURO"}
    promote(land("ad_performance", rows))

    row_json = warehouse.execute("select row_json from quality.quarantined_rows").fetchone()[0]
    assert json.loads(row_json)["spend"] == "123456789012.345678"


def test_promoting_a_batch_again_changes_nothing(land, good_rows, gate, workspace, warehouse, as_of):
    rows = good_rows("crm_leads", 10)
    rows[0]["stage"] = "nonsense"
    result = gate(land("crm_leads", rows))
    first = promote_batch(warehouse, workspace, result, at=as_of)
    before = everything(warehouse)

    again = promote_batch(warehouse, workspace, result, at=as_of + timedelta(days=1))

    assert again == first
    assert everything(warehouse) == before


def test_a_file_that_changed_replaces_what_it_said_before(land, promote, warehouse, as_of):
    promote(land("crm_leads", [lead(1), lead(2), lead(3)]))
    later = promote(land("crm_leads", [lead(2, "sql"), lead(4)], landed_at=as_of + timedelta(hours=1)))

    assert leads(warehouse) == {"k2": "sql", "k4": "mql"}
    assert later.rows_withdrawn == 2


def test_a_row_that_another_file_gave_since_is_not_withdrawn(land, promote, warehouse, as_of):
    promote(land("crm_leads", [lead(1), lead(2)], file="a.csv"))
    promote(land("crm_leads", [lead(1, "sql")], file="b.csv", landed_at=as_of + timedelta(hours=1)))
    promote(land("crm_leads", [lead(2)], file="a.csv", landed_at=as_of + timedelta(hours=2)))

    assert leads(warehouse) == {"k1": "sql", "k2": "mql"}


def test_a_row_that_became_bad_keeps_its_last_good_value(land, promote, warehouse, as_of):
    good = [lead(number) for number in range(10)]
    promote(land("crm_leads", good))
    promote(land("crm_leads", [lead(0, "nonsense"), *good[1:]], landed_at=as_of + timedelta(hours=1)))

    assert leads(warehouse)["k0"] == "mql"


def test_a_condemned_file_leaves_the_last_good_data(land, promote, warehouse, as_of, set_aside):
    promote(land("crm_leads", [lead(number) for number in range(5)]))
    before = leads(warehouse)
    bad = [lead(number, "nonsense") for number in range(4)] + [lead(9)]

    batch = promote(land("crm_leads", bad, landed_at=as_of + timedelta(hours=1)))

    assert leads(warehouse) == before
    assert (batch.state, batch.quality, batch.rows_quarantined, batch.rows_promoted) == (
        "quarantined", "failed", 5, 0)  # fmt: skip
    assert len(set_aside(batch)) == 5
    assert batch.window is None


def test_an_emptied_file_withdraws_nothing(land, promote, warehouse, as_of):
    promote(land("crm_leads", [lead(1)]))

    batch = promote(land("crm_leads", [], landed_at=as_of + timedelta(hours=1)))

    assert (batch.state, leads(warehouse)) == ("quarantined", {"k1": "mql"})


def test_an_older_version_of_a_file_never_overwrites_the_newer(land, promote, warehouse, as_of, set_aside):
    promote(land("crm_leads", [lead(1, "sql")], landed_at=as_of + timedelta(hours=1)))

    old = promote(land("crm_leads", [lead(1, "lead"), lead(2)]))

    assert leads(warehouse) == {"k1": "sql"}
    assert (old.state, old.rows_quarantined) == ("quarantined", 2)
    assert set_aside(old)[2] == (
        "file_is_the_latest_version", "A newer version of this file has been loaded already.")  # fmt: skip
    assert old.outcomes[-1].check == "file_is_the_latest_version"


def test_a_row_never_overwrites_one_that_landed_later(land, promote, warehouse, as_of, set_aside):
    promote(land("crm_leads", [lead(1, "sql")], file="new.csv", landed_at=as_of + timedelta(hours=1)))

    old = promote(land("crm_leads", [lead(1, "lead"), lead(2)], file="old.csv"))

    assert leads(warehouse) == {"k1": "sql", "k2": "mql"}
    assert (old.rows_promoted, old.rows_quarantined, old.quality) == (1, 1, "warnings")
    assert set_aside(old)[1][0] == "row_is_the_latest"


def test_of_two_files_that_landed_together_the_one_promoted_last_holds(land, promote, warehouse):
    promote(land("crm_leads", [lead(1, "lead")], file="monday.csv"))
    promote(land("crm_leads", [lead(1, "sql")], file="tuesday.csv"))

    assert leads(warehouse) == {"k1": "sql"}


def test_a_batch_that_would_lose_rows_changes_nothing(land, good_rows, gate, workspace, warehouse, as_of):
    result = gate(land("crm_leads", good_rows("crm_leads", 3)))
    wrong = result.model_copy(update={"batch": result.batch.model_copy(update={"rows_landed": 4})})
    before = everything(warehouse)

    with pytest.raises(QualityError, match="4 landed, 3 promoted, 0 quarantined"):
        promote_batch(warehouse, workspace, wrong, at=as_of)

    assert everything(warehouse) == before


KILLED_PROMOTION = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace
from expectations.promotion import promote_batch
from expectations.suite import GateResult

root, result, step, at = sys.argv[1:]

def die(reached):
    if reached == step:
        os.kill(os.getpid(), signal.SIGKILL)

with open_warehouse(Workspace(Path(root))) as connection:
    promote_batch(
        connection, Workspace(Path(root)), GateResult.model_validate_json(result),
        at=datetime.fromisoformat(at), after_step=die,
    )
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_promotion_killed_at_any_step_is_repaired_by_repeating_it(
    step, land, gate, workspace, as_of, tmp_path
):
    with open_warehouse(workspace) as connection:
        first = [lead(number) for number in range(10)]
        promote_batch(connection, workspace, gate(land("crm_leads", first)), at=as_of)
        before = everything(connection)
    changed = [lead(0, "nonsense"), *(lead(number, "sql") for number in range(2, 12))]
    result = gate(land("crm_leads", changed, landed_at=as_of + timedelta(hours=1)))
    arguments = [str(workspace.root), result.model_dump_json(), step, as_of.isoformat()]

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_PROMOTION, *arguments],
        cwd=Path(expectations.__file__).parents[1],
        capture_output=True,
        timeout=60,
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with open_warehouse(workspace) as connection:
        if step != "committed":
            assert everything(connection) == before
        batch = promote_batch(connection, workspace, result, at=as_of)
        expected = {"k0": "mql", **{f"k{number}": "sql" for number in range(2, 12)}}
        assert leads(connection) == expected
        assert (batch.rows_landed, batch.rows_promoted, batch.rows_quarantined) == (11, 10, 1)
        assert batch.rows_withdrawn == 1
    folder = workspace.landing / batch.source / batch.table / batch.id
    assert Batch.model_validate_json((folder / "batch.json").read_bytes()) == batch
