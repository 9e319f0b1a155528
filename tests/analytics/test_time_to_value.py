"""Time to Value: split at execution and scaling; what is open has no length, and never a zero."""

from datetime import date

from countersign.analytics.time_to_value import find_phases
from countersign.core.pilots import Pilot

SELECTED = date(2026, 1, 5)


def _lengths(as_of, **days):
    pilot = Pilot(key="drafts", name="Drafts", goal="g", owner="ines", selected=SELECTED, **days)
    return [(phase.days, phase.days_so_far) for phase in find_phases(pilot, as_of=as_of)]


def test_each_phase_is_the_days_between_its_two_dates():
    days = {"executed": date(2026, 2, 2), "scaled": date(2026, 3, 2), "verified": date(2026, 2, 16)}
    assert _lengths(date(2026, 4, 1), **days) == [(28, None), (28, None), (42, None)]


def test_an_open_phase_has_run_and_one_that_has_not_begun_has_not():
    assert _lengths(date(2026, 1, 15)) == [(None, 10), (None, None), (None, 10)]


def test_what_happened_after_the_day_is_not_known_yet():
    later = {"executed": date(2026, 2, 2), "scaled": date(2026, 3, 2), "verified": date(2026, 3, 9)}
    assert _lengths(date(2026, 2, 12), **later) == [(28, None), (None, 10), (None, 38)]


def test_a_pilot_that_ended_runs_no_longer():
    ended = {"executed": date(2026, 2, 2), "ended": date(2026, 2, 12)}
    assert _lengths(date(2026, 12, 1), **ended) == [(28, None), (None, 10), (None, 38)]
    pilot = Pilot(key="drafts", name="Drafts", goal="g", owner="ines", selected=SELECTED, **ended)
    assert [phase.has_ended for phase in find_phases(pilot, as_of=date(2026, 2, 11))] == [False] * 3
