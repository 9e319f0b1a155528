"""A refused read is one logged event that names agent, table and column, and holds no value."""

import json
import logging
import shutil
from datetime import UTC, date, datetime

import duckdb
import pytest

from countersign.analytics.explain import recompute
from countersign.core.contracts import Fact, Query
from countersign.core.errors import SnapshotError
from countersign.core.granted import read_granted
from countersign.core.log import EventFormatter
from countersign.core.settings import Settings
from countersign.core.snapshot import write_snapshot
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import shipped
from flows.pipeline import RunContext, draft

GRANT = {"channel_day": ("channel", "spend_reporting")}
SECRET = "ann@example.com"


@pytest.fixture
def snapshot(workspace):
    with open_warehouse(workspace) as warehouse:
        warehouse.execute("create schema if not exists marts")
        warehouse.execute(
            "create table marts.channel_day as"
            f" select 'Paid search' as channel, 10.5 as spend_reporting, '{SECRET}' as note"
        )
        return write_snapshot(
            warehouse,
            workspace,
            workspace.company(),
            tables=["channel_day"],
            as_of=datetime(2026, 11, 16, tzinfo=UTC),
            metric_sql={},
            data_through={"ads": date(2026, 11, 15)},
            quality={"ads": "passed"},
            code_version="1",
            dbt_version="1",
        )


@pytest.fixture
def logged(monkeypatch):
    """The lines of the log, as they would stand in its file."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Kept()
    handler.setFormatter(EventFormatter())
    logger = logging.getLogger("countersign.core.granted")
    monkeypatch.setattr(logger, "handlers", [handler])
    monkeypatch.setattr(logger, "propagate", False)
    monkeypatch.setattr(logger, "level", logging.INFO)
    return lines


@pytest.mark.parametrize(
    ("sql", "refused"),
    [
        ("select note from channel_day", {"what": "column", "column": "note"}),
        (
            "select channel_day.note from channel_day",
            {"what": "column", "table": "channel_day", "column": "note"},
        ),
        (
            f"select channel from channel_day where note = '{SECRET}'",
            {"what": "column", "column": "note"},
        ),
        ("select * from crm_leads", {"what": "table", "table": "crm_leads"}),
        (f"select * from crm_leads where email = '{SECRET}'", {"what": "table", "table": "crm_leads"}),
        (f"select * from read_csv('/home/{SECRET}.csv')", {"what": "file or setting"}),
        ("set enable_external_access = true", {"what": "file or setting"}),
        (f'select "{SECRET}" from channel_day', {"what": "name that is no name"}),
    ],
)
def test_a_read_outside_the_grant_is_one_event_without_values(workspace, snapshot, logged, sql, refused):
    with (
        pytest.raises(duckdb.Error),
        read_granted(workspace, snapshot, grants=GRANT, agent="scout") as connection,
    ):
        connection.execute(sql)

    [line] = logged
    said = json.loads(line)
    assert (said["level"], said["event"]) == ("warning", "read_refused")
    wanted = {"agent": "scout", "snapshot": snapshot.id, **refused}
    assert {name: said[name] for name in said if name not in ("at", "level", "logger", "event")} == wanted
    assert SECRET not in line
    assert "ann@" not in line


def test_a_grant_that_does_not_fit_is_one_event(workspace, snapshot, logged):
    grants = {"channel_day": ("channel", "email"), "funnel_week": ("leads",)}
    with (
        pytest.raises(SnapshotError, match="channel_day: email"),
        read_granted(workspace, snapshot, grants=grants, agent="scout"),
    ):
        raise AssertionError("the grant was not refused")

    [line] = logged
    said = json.loads(line)
    assert (said["agent"], said["what"], said["table"], said["column"]) == (
        "scout",
        "grant",
        "channel_day",
        "email",
    )


def test_a_refusal_that_was_put_in_other_words_is_logged_too(workspace, snapshot, logged):
    fact = Fact(
        id="f-1",
        metric="note",
        title="A note",
        value=None,
        unit="count",
        window=None,
        definition=Query(sql="select channel_day.note from channel_day"),
        columns=(),
        snapshot_id=snapshot.id,
    )
    with (
        pytest.raises(SnapshotError, match="does not run on its snapshot"),
        read_granted(workspace, snapshot, grants=GRANT, agent="scout") as connection,
    ):
        recompute(fact, {}, connection=connection)

    [line] = logged
    assert json.loads(line)["column"] == "note"


def test_the_line_reads_for_each_agent_through_the_log(workspace, snapshot, logged):
    shutil.copy(shipped("config") / "goals.yaml", workspace.config)
    run = RunContext(workspace, workspace.company(), Settings(), snapshot.as_of)
    found = draft(run, snapshot)

    assert not found.drafted
    assert all("does not have" in one.problem for one in found.undrafted)
    said = json.loads(logged[0])
    assert (said["agent"], said["what"], said["table"]) == ("reporting", "grant", "channel_day")
    assert "impressions" in said["column"]


def test_what_is_granted_is_read_and_nothing_is_logged(workspace, snapshot, logged):
    with read_granted(workspace, snapshot, grants=GRANT, agent="scout") as connection:
        assert connection.execute("select channel from channel_day").fetchall() == [("Paid search",)]
    with (
        pytest.raises(duckdb.ConversionException),
        read_granted(workspace, snapshot, grants=GRANT, agent="scout") as connection,
    ):
        connection.execute("select channel::int from channel_day")

    assert logged == []
    with pytest.raises(duckdb.ConnectionException):
        connection.execute("select 1")
