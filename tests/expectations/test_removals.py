"""apply_removals: deleted and merged records leave raw, in whatever order they and their removal came."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.core.landed import landed_table
from expectations.removals import apply_removals
from expectations.warehouse_tables import create_raw_tables
from tests.expectations.conftest import AS_OF

MORNING, NOON, EVENING = (f"2026-11-09 {hour}:00:00" for hour in ("08", "12", "20"))


@pytest.fixture
def raw():
    with duckdb.connect() as connection:
        create_raw_tables(connection)
        yield connection


def put(connection, table, rows, *, source="hubspot"):
    """What promotion leaves: the row of a key replaced by the one that came last."""
    columns = landed_table(table)
    for row in rows:
        same = " and ".join(f"{name} = ?" for name in columns.key)
        connection.execute(f"delete from raw.{table} where {same}", [row[name] for name in columns.key])
        number = connection.execute(f"select coalesce(max(_row), 0) + 1 from raw.{table}").fetchone()[0]
        filled = {**row, "_batch_id": f"b{number}", "_source": source, "_row": number}
        marks = ", ".join("?" for _ in filled)
        connection.execute(
            f"insert into raw.{table} ({', '.join(filled)}) values ({marks})", list(filled.values())
        )


def gone(record_id, *, kind="lead", into=None, at=NOON):
    return {
        "record_type": kind,
        "record_id": record_id,
        "removal": "merged" if into else "deleted",
        "merged_into": into,
        "removed_at": at,
    }


def change(lead, stage="mql", at=MORNING, left=None):
    return {"lead_id": lead, "stage": stage, "changed_at": at, "from_stage": left}


def ids(connection, table, column):
    return [row[0] for row in connection.execute(f"select {column} from raw.{table} order by 1").fetchall()]


@pytest.mark.parametrize(
    ("updated_at", "removed_at", "stays"),
    [(MORNING, NOON, False), (NOON, NOON, False), (EVENING, NOON, True), (None, NOON, False),
     (EVENING, None, False)],
)  # fmt: skip
def test_a_record_goes_unless_it_changed_after_its_removal(raw, updated_at, removed_at, stays):
    put(raw, "crm_leads", [{"lead_id": "l1", "updated_at": updated_at}])
    put(raw, "crm_removals", [gone("l1", at=removed_at)])

    apply_removals(raw, time_zone="Europe/Berlin", at=AS_OF)

    assert ids(raw, "crm_leads", "lead_id") == (["l1"] if stays else [])


@pytest.mark.parametrize(
    ("kind", "table", "row"),
    [
        ("opportunity", "crm_opportunities", {"opportunity_id": "x"}),
        ("account", "crm_accounts", {"account_id": "x"}),
        ("activity", "crm_activities", {"activity_id": "x", "occurred_at": EVENING}),
    ],
)
def test_every_kind_of_record_goes(raw, kind, table, row):
    put(raw, table, [row])
    put(raw, "crm_removals", [gone("x", kind=kind)])

    [applied] = apply_removals(raw, time_zone="Europe/Berlin", at=AS_OF)

    assert (applied.table, applied.action, applied.rows) == (table, "removed", 1)
    assert raw.execute(f"select count(*) from raw.{table}").fetchone() == (0,)


def test_what_is_only_about_a_deleted_lead_goes_with_it_and_deals_stay(raw):
    put(raw, "crm_leads", [{"lead_id": "l1"}, {"lead_id": "l2"}])
    put(raw, "crm_stage_changes", [change("l1"), change("l2")])
    put(raw, "sales_feedback", [{"lead_id": "l1", "verdict": "accepted", "decided_at": NOON}])
    put(
        raw,
        "lead_events",
        [{"event_id": "e", "event_type": "page_view", "occurred_at": NOON, "lead_id": "l1"}],
    )
    put(raw, "crm_opportunities", [{"opportunity_id": "o", "lead_id": "l1"}])
    put(raw, "crm_removals", [gone("l1")])

    apply_removals(raw, time_zone="Europe/Berlin", at=AS_OF)

    assert ids(raw, "crm_stage_changes", "lead_id") == ids(raw, "crm_leads", "lead_id") == ["l2"]
    assert ids(raw, "sales_feedback", "lead_id") == ids(raw, "lead_events", "lead_id") == []
    assert ids(raw, "crm_opportunities", "opportunity_id") == ["o"]


def test_rows_of_a_merged_lead_name_the_one_at_the_end_of_the_chain(raw):
    put(raw, "crm_leads", [{"lead_id": lead} for lead in ("l1", "l2", "l3")])
    put(raw, "crm_opportunities", [{"opportunity_id": "o", "lead_id": "l1"}])
    put(raw, "crm_activities", [{"activity_id": "t", "lead_id": "l2", "occurred_at": NOON}])
    put(raw, "crm_removals", [gone("l1", into="l2"), gone("l2", into="l3")])

    apply_removals(raw, time_zone="Europe/Berlin", at=AS_OF)

    assert ids(raw, "crm_leads", "lead_id") == ["l3"]
    assert ids(raw, "crm_opportunities", "lead_id") == ids(raw, "crm_activities", "lead_id") == ["l3"]


def test_leads_and_deals_of_a_merged_account_name_the_one_that_stays(raw):
    put(raw, "crm_leads", [{"lead_id": "l1", "account_id": "a1"}])
    put(raw, "crm_opportunities", [{"opportunity_id": "o", "account_id": "a1"}])
    put(raw, "crm_removals", [gone("a1", kind="account", into="a2")])

    apply_removals(raw, time_zone="Europe/Berlin", at=AS_OF)

    assert ids(raw, "crm_leads", "account_id") == ids(raw, "crm_opportunities", "account_id") == ["a2"]


def test_a_stage_change_that_both_leads_have_is_kept_as_the_one_that_stays_has_it(raw):
    put(raw, "crm_stage_changes", [change("l1", left="theirs"), change("l2", left="own")])
    put(raw, "crm_stage_changes", [change("l1", stage="sql")])
    put(raw, "crm_removals", [gone("l1", into="l2")])

    apply_removals(raw, time_zone="Europe/Berlin", at=AS_OF)

    found = raw.execute("select lead_id, stage, from_stage from raw.crm_stage_changes order by stage")
    assert found.fetchall() == [("l2", "mql", "own"), ("l2", "sql", None)]


def test_merges_in_a_circle_end_and_count_as_deletions(raw):
    put(raw, "crm_leads", [{"lead_id": lead} for lead in ("l1", "l2", "l3")])
    put(raw, "crm_stage_changes", [change("l1"), change("l3")])
    put(raw, "crm_removals", [gone("l1", into="l2"), gone("l2", into="l1"), gone("l3", into="l1")])

    apply_removals(raw, time_zone="Europe/Berlin", at=AS_OF)

    assert ids(raw, "crm_leads", "lead_id") == ids(raw, "crm_stage_changes", "lead_id") == []


def test_a_merge_into_a_restored_record_ends_there(raw):
    put(raw, "crm_leads", [{"lead_id": "l2", "updated_at": EVENING}])
    put(raw, "crm_opportunities", [{"opportunity_id": "o", "lead_id": "l1"}])
    put(raw, "crm_removals", [gone("l1", into="l2"), gone("l2", into="l3")])

    apply_removals(raw, time_zone="Europe/Berlin", at=AS_OF)

    assert ids(raw, "crm_opportunities", "lead_id") == ids(raw, "crm_leads", "lead_id") == ["l2"]


def test_another_source_with_the_same_id_is_left_alone(raw):
    put(raw, "crm_leads", [{"lead_id": "l1"}], source="salesforce")
    put(raw, "crm_stage_changes", [change("l1")], source="salesforce")
    put(raw, "crm_removals", [gone("l1")], source="hubspot")

    assert apply_removals(raw, time_zone="Europe/Berlin", at=AS_OF) == ()
    assert ids(raw, "crm_leads", "lead_id") == ids(raw, "crm_stage_changes", "lead_id") == ["l1"]


def test_what_was_done_is_recorded_once(raw):
    put(raw, "crm_leads", [{"lead_id": "l1"}, {"lead_id": "l2"}])
    put(raw, "crm_removals", [gone("l1"), gone("l2")])

    apply_removals(raw, time_zone="Europe/Berlin", at=AS_OF)

    assert apply_removals(raw, time_zone="Europe/Berlin", at=AS_OF) == ()
    found = raw.execute("select source, landed_table, action, rows from quality.removals_applied")
    assert found.fetchall() == [("hubspot", "crm_leads", "removed", 2)]


LEADS = ("l1", "l2", "l3", "l4")
leads = st.sampled_from(LEADS)
times = st.sampled_from([None, MORNING, NOON, EVENING])


@st.composite
def worlds(draw):
    """Batches of unlike keys, so that only the order in which they arrive is free."""
    batches = [
        ("crm_leads", {"lead_id": lead, "updated_at": draw(times)})
        for lead in draw(st.lists(leads, unique=True))
    ]
    for lead in draw(st.lists(leads, unique=True)):
        into = draw(st.one_of(st.none(), leads.filter(lambda other, lead=lead: other != lead)))
        batches.append(("crm_removals", gone(lead, into=into, at=draw(times))))
    for number, lead in enumerate(draw(st.lists(leads))):
        batches.append(("crm_opportunities", {"opportunity_id": f"o{number}", "lead_id": lead}))
    return draw(st.permutations(batches))


def state(connection):
    return {
        table: sorted(map(str, connection.execute(f"select {columns} from raw.{table}").fetchall()))
        for table, columns in {
            "crm_leads": "lead_id, updated_at",
            "crm_opportunities": "opportunity_id, lead_id",
            "crm_stage_changes": "lead_id, stage, changed_at",
        }.items()
    }


def load(batches, *, every_time):
    with duckdb.connect() as connection:
        create_raw_tables(connection)
        for table, row in batches:
            put(connection, table, [row])
            if every_time:
                apply_removals(connection, time_zone="Europe/Berlin", at=AS_OF)
        apply_removals(connection, time_zone="Europe/Berlin", at=AS_OF)
        first = state(connection)
        apply_removals(connection, time_zone="Europe/Berlin", at=AS_OF)
        assert state(connection) == first
        return first


def in_one_go(batches):
    return load(sorted(batches, key=str), every_time=False)


@settings(max_examples=15, deadline=None)
@given(worlds())
def test_leads_are_the_same_in_every_order_of_arrival(batches):
    assert load(batches, every_time=True)["crm_leads"] == in_one_go(batches)["crm_leads"]


@settings(max_examples=15, deadline=None)
@given(worlds())
def test_one_run_gives_the_same_rows_in_every_order_of_arrival(batches):
    assert load(batches, every_time=False) == in_one_go(batches)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(leads, leads), max_size=4), st.lists(leads, max_size=6), st.randoms())
def test_without_restorations_rows_that_name_leads_are_the_same_too(merges, named, random):
    into = {lost: kept for lost, kept in merges if lost < kept}
    batches = [("crm_removals", gone(lost, into=kept)) for lost, kept in into.items()]
    batches += [("crm_stage_changes", change(lead)) for lead in set(named)]
    batches += [
        ("crm_opportunities", {"opportunity_id": f"o{n}", "lead_id": lead}) for n, lead in enumerate(named)
    ]
    random.shuffle(batches)

    assert load(batches, every_time=True) == in_one_go(batches)
