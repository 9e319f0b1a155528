"""One pipeline at a time; weeks run Monday to Sunday in the company's zone."""

import subprocess
import sys
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.core.errors import LockedError, SettingsError
from countersign.core.lock import pipeline_lock
from countersign.core.periods import last_full_week, previous_week, week_of, weeks_ending_with
from countersign.core.workspace import open_workspace

HOLD = """
import sys
from pathlib import Path
from countersign.core.lock import pipeline_lock
from countersign.core.workspace import Workspace
with pipeline_lock(Workspace(Path(sys.argv[1])), purpose="weekly run"):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold_lock(workspace):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workspace.root)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout.readline().strip() == "held"
    return holder


def test_a_second_pipeline_is_refused_and_told_who_holds_the_lock(workspace):
    holder = hold_lock(workspace)
    try:
        with (
            pytest.raises(LockedError, match=rf"process {holder.pid} \(weekly run\)"),
            pipeline_lock(workspace, purpose="other"),
        ):
            pytest.fail("two pipelines at once")
    finally:
        holder.communicate("")


def test_a_killed_pipeline_keeps_no_lock(workspace):
    holder = hold_lock(workspace)
    holder.kill()
    holder.wait()
    with pipeline_lock(workspace, purpose="the next run"):
        pass


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)))
def test_every_day_lies_in_a_week_of_seven_days_from_monday(day):
    week = week_of(day)
    assert week.start.weekday() == 0
    assert (week.end - week.start).days == 7
    assert week.start <= day < week.end


@pytest.mark.parametrize(
    ("as_of", "time_zone", "monday"),
    [
        ("2026-11-16T00:00:00+00:00", "UTC", date(2026, 11, 9)),
        ("2026-11-15T23:59:59+00:00", "UTC", date(2026, 11, 2)),
        ("2026-11-15T23:00:00+00:00", "Europe/Berlin", date(2026, 11, 9)),
        ("2026-11-15T22:59:59+00:00", "Europe/Berlin", date(2026, 11, 2)),
        ("2026-03-29T22:00:00+00:00", "Europe/Berlin", date(2026, 3, 23)),
        ("2026-11-16T00:00:00+00:00", "America/Los_Angeles", date(2026, 11, 2)),
    ],
)
def test_the_last_full_week_had_ended_in_the_companys_zone(as_of, time_zone, monday):
    week = last_full_week(datetime.fromisoformat(as_of), time_zone=time_zone)
    assert week.start == monday


def test_weeks_follow_each_other_without_gaps():
    weeks = weeks_ending_with(week_of(date(2026, 11, 9)), count=13)
    assert len(weeks) == 13
    assert all(before.end == after.start for before, after in pairwise(weeks))
    assert previous_week(weeks[1]) == weeks[0]


def test_a_directory_without_a_company_is_no_workspace(tmp_path):
    with pytest.raises(SettingsError, match="countersign init"):
        open_workspace(tmp_path)


def test_a_time_zone_that_does_not_exist_is_refused(workspace):
    path = workspace.config / "company.yaml"
    path.write_text(path.read_text().replace("Europe/Berlin", "Europe/Berlln"))
    with pytest.raises(SettingsError, match="Europe/Berlln"):
        workspace.company()


def test_as_of_needs_no_clock():
    assert last_full_week(datetime(2017, 1, 2, tzinfo=UTC), time_zone="UTC").start == date(2016, 12, 26)
