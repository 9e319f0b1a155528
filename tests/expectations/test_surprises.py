"""What only promotion can see and a person should: rows of another source replaced, most of a file gone."""

from datetime import timedelta


def _leads(numbers):
    row = {"created_at": "2026-11-09 10:00:00", "lead_source": "web", "channel": "x", "stage": "mql"}
    return [{"lead_id": f"k{number}", **row} for number in numbers]


def _warned(batch):
    return {one.check: one.rows for one in batch.outcomes if not one.passed}


def test_rows_of_another_source_that_are_replaced_are_told(land, promote, as_of):
    promote(land("crm_leads", _leads(range(5)), source="portal_a"))
    later = promote(
        land("crm_leads", _leads(range(3, 8)), source="portal_b", landed_at=as_of + timedelta(hours=1))
    )

    assert _warned(later)["no_row_of_another_source_is_replaced"] == 2
    assert later.quality == "warnings"


def test_two_sources_that_share_no_key_raise_nothing(land, promote, as_of):
    promote(land("crm_leads", _leads(range(5)), source="portal_a"))
    later = promote(
        land("crm_leads", _leads(range(5, 9)), source="portal_b", landed_at=as_of + timedelta(hours=1))
    )

    assert "no_row_of_another_source_is_replaced" not in _warned(later)


def test_a_file_that_lost_most_of_its_rows_is_told(land, promote, as_of):
    promote(land("crm_leads", _leads(range(60))))
    later = promote(land("crm_leads", _leads(range(25)), landed_at=as_of + timedelta(hours=1)))

    assert _warned(later)["most_of_the_file_stays"] == 35


def test_a_file_that_lost_some_rows_raises_nothing(land, promote, as_of):
    promote(land("crm_leads", _leads(range(60))))
    later = promote(land("crm_leads", _leads(range(40)), landed_at=as_of + timedelta(hours=1)))

    assert "most_of_the_file_stays" not in _warned(later)
