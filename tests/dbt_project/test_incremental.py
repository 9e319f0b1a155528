"""Tables that grow by days are, row by row, what a build from nothing gives."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from countersign.core.warehouse import open_warehouse, read_rows
from countersign.core.workspace import Workspace
from expectations.changed_days import forget_builds
from flows.dbt_build import build_marts, build_vars
from flows.incremental import note_green_build, plan_build
from tests.dbt_project.busy_company import ALL, FIRST_DAY, PEOPLE, WEB, BusyCompany
from tests.dbt_project.raw_rows import COMPANY

WEB_DAYS = ("+int_web_days",)
TOUCHES = ("+fct_touchpoints",)
GROWING = ("facts", "marts", "intermediate")


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def as_of(day: int) -> datetime:
    # Not midnight: rows of the same day lie on both sides of it.
    return datetime(2026, 3, 14, 21, 30, tzinfo=UTC) + timedelta(days=day)


def build(workspace, day, *, only=WEB_DAYS, company=COMPANY):
    return build_marts(workspace, company, as_of=as_of(day), only=only)


def read(workspace, sql):
    with open_warehouse(workspace) as connection:
        return read_rows(connection, sql)


def differences(workspace, day, *, only=WEB_DAYS, company=COMPANY) -> dict[str, int]:
    """Rows that a build from nothing gives otherwise, by table; what was there is kept beside it."""
    with open_warehouse(workspace) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            f" where schema_name in {GROWING} order by 1"
        ).fetchall()
        connection.execute("create or replace schema kept")
        for (name,) in tables:
            connection.execute(f"""create table kept."{name}" as from {name}""")
        forget_builds(connection)
    build(workspace, day, only=only, company=company)
    found = {}
    with open_warehouse(workspace) as connection:
        for (name,) in tables:
            sql = f"""(from {name} except all from kept."{name}") union all
                (from kept."{name}" except all from {name})"""
            (rows,) = connection.execute(f"select count(*) from ({sql})").fetchone()
            if rows:
                found[name] = rows
    return found


def test_thirty_days_of_late_changed_and_withdrawn_rows_equal_a_build_from_nothing(workspace):
    company = BusyCompany(workspace, seed=1, tables=WEB)
    for day in range(30):
        company.live_through(FIRST_DAY + timedelta(days=day))
        if day in (0, 29) or company.random.random() < 0.2:
            build(workspace, day)
    (sessions,) = read(workspace, "select count(distinct origin) as origins from facts.fct_sessions")
    assert sessions["origins"] == 2
    assert differences(workspace, 29) == {}


def test_the_whole_project_equals_a_build_from_nothing(workspace):
    company = BusyCompany(workspace, seed=3, tables=ALL)
    for day in range(16):
        company.live_through(FIRST_DAY + timedelta(days=day))
        if day in (8, 12, 15):
            build(workspace, day, only=())
    assert differences(workspace, 15, only=()) == {}


def test_touches_follow_links_that_come_late_change_and_vanish(workspace):
    company = BusyCompany(workspace, seed=11, tables=("web_sessions", *PEOPLE))
    for day in range(20):
        company.live_through(FIRST_DAY + timedelta(days=day))
        if day in (7, 11, 15, 19):
            build(workspace, day, only=TOUCHES)
    touches = "from facts.fct_touchpoints order by all"
    grown = read(workspace, touches)
    assert {touch["touch_type"] for touch in grown} == {"session", "email_click", "event", "form"}
    assert differences(workspace, 19, only=TOUCHES) == {}
    assert read(workspace, touches) == grown


def test_a_new_lead_redoes_the_touches_of_its_contact_only(workspace):
    company = BusyCompany(workspace, seed=13, tables=WEB)
    company.live_through(FIRST_DAY)
    visits = [
        {"session_key": f"{visitor}-{day}", "visitor_key": visitor, "started_at": f"2026-03-{day} 12:00:00"}
        for visitor in ("v-ann", "v-bob") for day in (15, 16)
    ]  # fmt: skip
    ann = {"lead_id": "ann", "created_at": "2026-03-20 08:00:00", "visitor_key": "v-ann"}
    with open_warehouse(workspace) as connection:
        company.promote(connection, ("web_sessions", "visits.csv", "site", visits))
        company.promote(connection, ("crm_leads", "ann.csv", "crm", [ann]))
    build(workspace, 9, only=TOUCHES)
    with open_warehouse(workspace) as connection:
        connection.execute("update intermediate.int_touches__linked set link_rule = 'as it was'")
        bob = {**ann, "lead_id": "bob", "visitor_key": "v-bob"}
        company.promote(connection, ("crm_leads", "bob.csv", "crm", [bob]))
    build(workspace, 9, only=TOUCHES)
    assert read(workspace, "select distinct contact_id, link_rule from facts.fct_touchpoints order by 1") == [
        {"contact_id": "ann", "link_rule": "as it was"},
        {"contact_id": "bob", "link_rule": "visitor on the lead"},
    ]


def test_a_change_of_a_day_redoes_that_day_only(workspace):
    company = BusyCompany(workspace, seed=4, tables=WEB)
    for day in range(4):
        company.live_through(FIRST_DAY + timedelta(days=day))
    build(workspace, 9)
    with open_warehouse(workspace) as connection:
        # What a build does not redo keeps even what it could not have made.
        connection.execute("update facts.fct_sessions set country = 'as it was'")
        company.promote(connection, ("web_events", "late.csv", "site", [
            {"event_key": "late", "event_name": "page_view", "occurred_at": "2026-03-15 12:00:00",
             "visitor_key": "late"},
        ]))  # fmt: skip
    build(workspace, 9)
    days = "select distinct cast(report_day as varchar) as day from facts.fct_sessions where country is null"
    assert read(workspace, days) == [{"day": "2026-03-15"}]


def test_a_file_that_repeats_its_rows_changes_no_day_and_a_changed_row_its_two_days(workspace):
    company = BusyCompany(workspace, seed=5, tables=WEB)
    row = {"event_key": "e1", "event_name": "page_view", "occurred_at": "2026-03-15 12:00:00"}
    other = row | {"event_key": "e2", "occurred_at": "2026-03-18 12:00:00"}
    with open_warehouse(workspace) as connection:
        company.promote(connection, ("web_events", "events.csv", "site", [row, other]))
        connection.execute("delete from quality.changed_days")
        company.promote(connection, ("web_events", "events.csv", "site", [row, other]))
        assert connection.execute("select day from quality.changed_days").fetchall() == []
        moved = row | {"occurred_at": "2026-03-16 23:30:00"}  # the 17th in Berlin
        company.promote(connection, ("web_events", "events.csv", "site", [moved, other]))
        days = connection.execute(
            "select cast(day as varchar) from quality.changed_days order by 1"
        ).fetchall()
        assert days == [("2026-03-15",), ("2026-03-17",)]
        connection.execute("delete from quality.changed_days")
        company.promote(connection, ("web_events", "events.csv", "site", [moved]))
        days = connection.execute("select cast(day as varchar) from quality.changed_days").fetchall()
        assert days == [("2026-03-18",)]


def test_a_killed_build_is_repaired_by_the_next_one(workspace):
    company = BusyCompany(workspace, seed=6, tables=WEB)
    for day in range(4):
        company.live_through(FIRST_DAY + timedelta(days=day))
        if day == 2:
            build(workspace, day)
    kill_after(workspace, "fct_sessions", day=3)
    build(workspace, 4)
    assert differences(workspace, 4) == {}


def test_a_killed_build_from_nothing_is_begun_from_nothing_again(workspace):
    company = BusyCompany(workspace, seed=7, tables=WEB)
    for day in range(4):
        company.live_through(FIRST_DAY + timedelta(days=day))
    build(workspace, 4)
    kill_after(workspace, "fct_sessions", day=1)
    build(workspace, 5)
    assert differences(workspace, 5) == {}


def kill_after(workspace, model, *, day):
    """Build in a process that is killed once the model is there."""
    command = [sys.executable, "-m", "tests.dbt_project.killed_build"]
    done = subprocess.run(
        [*command, str(workspace.root), as_of(day).isoformat(), model, *WEB_DAYS], check=False
    )
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, False),
        ({"day": 8}, True),
        ({"day": 12}, False),
        ({"company": COMPANY.model_copy(update={"time_zone": "America/New_York"})}, True),
        ({"company": COMPANY.model_copy(update={"session_timeout_minutes": 45})}, True),
        ({"project": "another"}, True),
    ],
    ids=[
        "nothing",
        "an earlier as_of",
        "a later as_of",
        "another zone",
        "another silence",
        "another project",
    ],
)
def test_a_build_is_from_nothing_when_what_stands_does_not_fit(workspace, change, why):
    def plan(day=9, company=COMPANY, project="a project"):
        variables = build_vars(company, as_of=as_of(day))
        return plan_build(workspace, company, variables, project=project, as_of=as_of(day))

    assert plan().is_full
    note_green_build(workspace, plan(), tables=[])
    assert plan(**change).is_full is why


def test_a_lost_table_is_built_from_nothing(workspace):
    company = BusyCompany(workspace, seed=8, tables=WEB)
    company.live_through(FIRST_DAY)
    build(workspace, 9)
    with open_warehouse(workspace) as connection:
        connection.execute("drop table facts.fct_sessions")
    build(workspace, 9)
    assert differences(workspace, 9) == {}
