"""Volume against the trailing weeks, and files that came before: what the gate knows of a batch's past."""

from datetime import date, timedelta

import pytest

from countersign.core.contracts import CheckOutcome
from expectations.gate import check_batch
from expectations.history import BatchHistory, check_history, find_odd_days, read_history
from expectations.promotion import promote_batch
from tests.expectations.conftest import AS_OF

MONDAY = date(2026, 11, 9)
TODAY = date(2026, 11, 16)


def weeks_before(first: date, weeks: int = 8, *, weekday: int = 100, weekend: int = 30) -> dict[date, int]:
    days = [first - timedelta(days=back) for back in range(1, 7 * weeks + 1)]
    return {day: weekend if day.weekday() >= 5 else weekday for day in days}


def odd(arriving, known=None, until=TODAY):
    known = weeks_before(MONDAY) if known is None else known
    return [day for day, _, _ in find_odd_days(BatchHistory(known, arriving), until=until)]


def test_a_day_with_a_fraction_of_its_usual_rows_is_odd():
    assert odd({MONDAY: 12}) == [MONDAY]


def test_a_day_with_many_times_its_usual_rows_is_odd():
    assert odd({MONDAY: 400}) == [MONDAY]


def test_a_weekend_is_compared_with_weekends():
    saturday = MONDAY + timedelta(days=5)
    week = {MONDAY + timedelta(days=ahead): 100 for ahead in range(5)}

    assert odd({**week, saturday: 30}) == []
    assert odd({**week, saturday: 100}) == [saturday]


def test_a_day_that_is_left_out_is_odd():
    assert odd({MONDAY: 100, MONDAY + timedelta(days=2): 100}) == [MONDAY + timedelta(days=1)]


def test_a_source_without_history_is_not_judged():
    assert odd({MONDAY: 1}, known={}) == []
    assert odd({MONDAY: 1}, known=weeks_before(MONDAY, weeks=2)) == []


def test_a_day_that_is_not_over_is_not_judged():
    assert odd({TODAY: 3}, until=TODAY, known=weeks_before(TODAY)) == []


def test_days_that_are_known_may_be_restated_by_a_few_rows():
    assert odd({MONDAY - timedelta(days=3): 2, MONDAY - timedelta(days=30): 1}) == []


def test_a_source_of_a_few_rows_a_day_is_left_alone():
    assert odd({MONDAY: 0, MONDAY + timedelta(days=1): 21}, known=weeks_before(MONDAY, weekday=4)) == []


def test_the_reason_names_the_day_and_the_usual(company):
    history = BatchHistory(weeks_before(MONDAY), {MONDAY: 12})

    volume, _ = check_history(history, company, latest=AS_OF)

    assert (volume.check, volume.severity, volume.rows) == ("volume_is_usual", "warning", 12)
    assert "Monday 2026-11-09 has 12 rows where a Monday usually has about 100" in volume.reason


@pytest.fixture
def run(workspace, warehouse, company):
    """`run(batches)`: history, gate and promotion of batches, as the pipeline does it."""

    def check(*batches):
        past = read_history(warehouse, workspace, company, batches)
        results = [
            check_batch(workspace, company, batch, as_of=AS_OF, history=past[batch.id]) for batch in batches
        ]
        return [promote_batch(warehouse, workspace, result, at=AS_OF) for result in results]

    return check


def sessions(good_rows, days, *, per_day, tag):
    rows = good_rows("web_sessions", per_day * len(days))
    for number, row in enumerate(rows):
        row["session_key"] = f"{tag}{number}"
        row["started_at"] = f"{days[number % len(days)]} 10:00:00"
    return rows


def outcome(batch, check) -> CheckOutcome:
    return next(found for found in batch.outcomes if found.check == check)


def test_a_thin_day_after_usual_weeks_is_a_warning_and_its_rows_stay(land, good_rows, run):
    before = [MONDAY - timedelta(days=back) for back in range(1, 29)]
    run(land("web_sessions", sessions(good_rows, before, per_day=40, tag="a"), file="a.csv"))

    [batch] = run(land("web_sessions", sessions(good_rows, [MONDAY], per_day=5, tag="b"), file="b.csv"))

    assert not outcome(batch, "volume_is_usual").passed
    assert (batch.state, batch.quality, batch.rows_promoted) == ("promoted", "warnings", 5)


def test_files_that_share_a_day_are_counted_together(land, good_rows, run):
    before = [MONDAY - timedelta(days=back) for back in range(1, 29)]
    run(land("web_sessions", sessions(good_rows, before, per_day=40, tag="a"), file="a.csv"))
    parts = [
        land("web_sessions", sessions(good_rows, [MONDAY], per_day=10, tag=tag), file=f"{tag}.csv")
        for tag in "bcde"
    ]

    assert all(outcome(batch, "volume_is_usual").passed for batch in run(*parts))


def test_a_file_that_comes_again_under_another_name_is_told(land, good_rows, run):
    run(land("crm_leads", good_rows("crm_leads", 3), file="leads.csv"))

    later = AS_OF + timedelta(hours=1)
    [batch] = run(land("crm_leads", good_rows("crm_leads", 3), file="leads (1).csv", landed_at=later))

    assert "leads.csv" in outcome(batch, "content_came_once").reason
    assert batch.rows_promoted == 3


def totals(warehouse):
    return warehouse.execute(
        "select day, sum(rows)::integer, sum(clicks)::integer from quality.day_totals group by 1 order by 1"
    ).fetchall()


def test_day_totals_equal_raw_after_restatement_and_withdrawal(land, good_rows, promote, warehouse):
    rows = good_rows("ad_performance", 10)
    rows[9]["account_day"] = "2026-11-02"
    promote(land("ad_performance", rows))
    assert totals(warehouse) == [(date(2026, 11, 2), 1, 10), (MONDAY, 9, 90)]

    restated = good_rows("ad_performance", 4, clicks=20)
    promote(land("ad_performance", restated, landed_at=AS_OF + timedelta(hours=1)))

    assert totals(warehouse) == [(MONDAY, 4, 80)]


def test_a_row_that_moves_to_another_day_leaves_the_old_one(land, good_rows, promote, warehouse):
    promote(land("crm_leads", good_rows("crm_leads", 2), file="a.csv"))
    moved = good_rows("crm_leads", 1, created_at="2026-11-08 23:30:00")  # past midnight in Berlin

    promote(land("crm_leads", moved, file="b.csv", landed_at=AS_OF + timedelta(hours=1)))
    assert totals(warehouse) == [(MONDAY, 2, None)]

    moved = good_rows("crm_leads", 1, created_at="2026-11-08 10:00:00")
    promote(land("crm_leads", moved, file="b.csv", landed_at=AS_OF + timedelta(hours=2)))
    assert totals(warehouse) == [(date(2026, 11, 8), 1, None), (MONDAY, 1, None)]


def test_a_warehouse_from_before_day_totals_gets_them(
    land, good_rows, promote, warehouse, workspace, company
):
    promote(land("ad_performance", good_rows("ad_performance", 3)))
    warehouse.execute("delete from quality.day_totals")

    read_history(warehouse, workspace, company, [])

    assert totals(warehouse) == [(MONDAY, 3, 30)]
