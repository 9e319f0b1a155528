"""Weeks are read from whichever mart is granted, whole ones only, and nothing of `as_of` or later."""

from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

from countersign.analytics.response.advice import advise_budget, advise_on
from countersign.analytics.response.reading import read_channel_weeks
from countersign.core.errors import SnapshotError
from tests.analytics.response.companies import make_company

_COUNTS = "spend_reporting, leads, accepted_leads, rejected_leads, sessions"


def _connect(company, table, *, column="report_day", extra=""):
    """The company's weeks as rows: a week's counts on its days, in one campaign or in two."""
    weeks = company.weeks
    connection = duckdb.connect()
    connection.execute("create schema marts")
    connection.execute(
        f"create table marts.{table} (channel varchar{extra}, {column} date, spend_reporting decimal(18, 6), "
        "leads bigint, accepted_leads bigint, rejected_leads bigint, sessions bigint)"
    )
    rows = []
    for week, start in enumerate(weeks.starts):
        for channel, name in enumerate(weeks.channels):
            leads, accepted, decided = (
                int(part[week, channel]) for part in (weeks.leads, weeks.accepted, weeks.decided)
            )
            rows.append((name, start, weeks.spend[week, channel], leads, accepted, decided - accepted, 0))
        rows.append(("Organic search", start, 0, int(weeks.demand[week]), 0, 0, int(weeks.visits[week])))
    return connection, rows


def _insert(connection, table, rows):
    marks = ", ".join("?" for _ in rows[0])
    connection.executemany(f"insert into marts.{table} values ({marks})", rows)


@pytest.fixture(scope="module")
def company():
    return make_company("hill", seed=21, weeks=60)


@pytest.fixture(scope="module")
def as_of(company):
    return company.weeks.starts[-1] + timedelta(weeks=1)


def test_weeks_and_days_and_campaigns_give_the_same_record(company, as_of):
    by_week, rows = _connect(company, "channel_week", column="week_start")
    _insert(by_week, "channel_week", rows)
    by_day, rows = _connect(company, "campaign_day", extra=", campaign_id varchar")
    halves = []
    for channel, start, spend, leads, accepted, rejected, sessions in rows:
        counts = (leads, accepted, rejected, sessions)
        first = tuple(count // 3 for count in counts)
        rest = tuple(count - part for count, part in zip(counts, first, strict=True))
        halves.append((channel, "a", start, float(spend) / 4, *first))
        halves.append((channel, "b", start + timedelta(days=6), float(spend) * 3 / 4, *rest))
    _insert(by_day, "campaign_day", halves)

    for connection in (by_week, by_day):
        found = read_channel_weeks(connection, as_of=as_of)
        assert found.starts == company.weeks.starts
        assert sorted(found.channels) == sorted(company.weeks.channels)
        order = [found.channels.index(name) for name in company.weeks.channels]
        np.testing.assert_allclose(found.spend[:, order], company.weeks.spend, atol=1e-4)
        for name in ("leads", "accepted", "decided"):
            np.testing.assert_array_equal(getattr(found, name)[:, order], getattr(company.weeks, name))
        np.testing.assert_array_equal(found.demand, company.weeks.demand)
        np.testing.assert_array_equal(found.visits, company.weeks.visits)


def test_what_lies_on_or_after_as_of_is_not_read(company, as_of):
    connection, rows = _connect(company, "channel_day")
    _insert(connection, "channel_day", rows)
    last = as_of - timedelta(days=1)
    _insert(connection, "channel_day", [("Paid search", last, 0, 0, 0, 0, 0)])
    before = read_channel_weeks(connection, as_of=as_of)
    _insert(connection, "channel_day", [("Paid search", as_of, 1e6, 999, 999, 0, 0)])
    np.testing.assert_array_equal(read_channel_weeks(connection, as_of=as_of).spend, before.spend)


def test_advice_from_a_warehouse_is_that_of_its_record(company, as_of):
    connection, rows = _connect(company, "channel_week", column="week_start")
    _insert(connection, "channel_week", rows)
    advice = advise_budget(connection, as_of=as_of)
    assert advice == advise_on(read_channel_weeks(connection, as_of=as_of), limit=0.3)


def test_an_empty_mart_is_too_little_and_none_is_an_error(company):
    connection, _ = _connect(company, "channel_day")
    assert advise_budget(connection, as_of=date(2026, 1, 1)).abstained
    with pytest.raises(SnapshotError, match="fix:"):
        advise_budget(duckdb.connect(), as_of=date(2026, 1, 1))
