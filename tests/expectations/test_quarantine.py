"""release_rows: a recorded decision that keeps the accounts right and never lets foreign money in."""

from datetime import timedelta

import pytest

from countersign.core.contracts import Batch
from countersign.core.errors import QualityError
from expectations.promotion import promote_batch
from expectations.quarantine import read_quarantined_batches, read_quarantined_rows, release_rows


@pytest.fixture
def release(warehouse, workspace, as_of):
    def run(batch, rows=None, *, reason="checked with the CRM team"):
        at = as_of + timedelta(days=1)
        return release_rows(
            warehouse, workspace, batch_id=batch.id, rows=rows, person="ines", reason=reason, at=at
        )

    return run


@pytest.fixture
def leads_with_two_bad_stages(land, good_rows, promote):
    rows = good_rows("crm_leads", 10)
    rows[0]["stage"] = rows[1]["stage"] = "nurture"
    return promote(land("crm_leads", rows))


def counts(warehouse, batch):
    return warehouse.execute(
        "select rows_landed, rows_promoted, rows_quarantined, state from quality.batches where batch_id = ?",
        [batch.id],
    ).fetchone()


def test_a_release_is_recorded_with_name_and_reason(leads_with_two_bad_stages, release, warehouse):
    assert release(leads_with_two_bad_stages, [2]) == 1

    rows = read_quarantined_rows(warehouse, leads_with_two_bad_stages.id)
    assert [(row["row_number"], row["released_by"], row["release_reason"]) for row in rows] == [
        (1, None, None),
        (2, "ines", "checked with the CRM team"),
    ]
    assert counts(warehouse, leads_with_two_bad_stages) == (10, 9, 1, "promoted")
    stage = warehouse.execute("select stage, _row from raw.crm_leads where lead_id = 'k00001'").fetchall()
    assert stage == [("nurture", 2)]


def test_a_release_brings_the_batch_file_up_to_date(leads_with_two_bad_stages, release, workspace):
    release(leads_with_two_bad_stages)

    written = Batch.model_validate_json(next(workspace.landing.rglob("batch.json")).read_bytes())
    assert (written.rows_promoted, written.rows_quarantined) == (10, 0)


def test_a_row_cannot_be_released_twice(leads_with_two_bad_stages, release):
    release(leads_with_two_bad_stages, [2])

    with pytest.raises(QualityError, match="row 2"):
        release(leads_with_two_bad_stages, [2])


def test_promoting_again_keeps_a_release(
    leads_with_two_bad_stages, release, gate, workspace, warehouse, as_of
):
    release(leads_with_two_bad_stages, [2])

    promote_batch(warehouse, workspace, gate(leads_with_two_bad_stages), at=as_of)

    assert counts(warehouse, leads_with_two_bad_stages) == (10, 9, 1, "promoted")


@pytest.mark.parametrize(
    ("defect", "obstacle"),
    [
        ({"currency": "EURO"}, "currency is none of ISO 4217"),
        ({"currency": "XXX", "_bad": "clicks: 'x' is not a number"}, "currency is none of ISO 4217"),
        ({"currency": None}, "no currency"),
        ({"spend": None}, "no spend"),
        ({"campaign_id": None}, "no campaign_id"),
    ],
)
def test_what_can_never_be_right_is_refused_and_changes_nothing(
    defect, obstacle, land, good_rows, promote, release, warehouse
):
    rows = good_rows("ad_performance", 10)
    rows[4] |= defect
    batch = promote(land("ad_performance", rows))

    with pytest.raises(QualityError, match=f"row 5: {obstacle}"):
        release(batch, [5])

    assert counts(warehouse, batch) == (10, 9, 1, "promoted")
    assert warehouse.execute("select count(*) from raw.ad_performance").fetchone() == (9,)
    assert read_quarantined_rows(warehouse, batch.id)[0]["released_at"] is None


def test_an_amount_without_currency_is_refused(land, good_rows, promote, release):
    rows = good_rows("crm_opportunities", 10)
    rows[0]["currency"] = None
    batch = promote(land("crm_opportunities", rows))

    with pytest.raises(QualityError, match="an amount without currency"):
        release(batch, [1])


def test_released_money_is_exact(land, good_rows, promote, release, warehouse):
    rows = good_rows("ad_performance", 10)
    rows[0] |= {"spend": "123456789012.345678", "clicks": 500}
    release(promote(land("ad_performance", rows)))

    assert str(warehouse.execute("select max(spend) from raw.ad_performance").fetchone()[0]) == (
        "123456789012.345678"
    )


def test_a_row_that_a_newer_file_gave_since_is_refused(land, good_rows, promote, release, as_of):
    rows = good_rows("crm_leads", 10)
    rows[0]["stage"] = "nurture"
    batch = promote(land("crm_leads", rows, file="a.csv"))
    promote(land("crm_leads", good_rows("crm_leads", 1), file="b.csv", landed_at=as_of + timedelta(hours=1)))

    with pytest.raises(QualityError, match="a newer file has given this row since"):
        release(batch, [1])


def test_nothing_of_a_replaced_version_of_a_file_is_released(land, good_rows, promote, release, as_of):
    rows = good_rows("crm_leads", 10)
    rows[0]["stage"] = "nurture"
    batch = promote(land("crm_leads", rows))
    promote(land("crm_leads", good_rows("crm_leads", 2), landed_at=as_of + timedelta(hours=1)))

    with pytest.raises(QualityError, match="newer version of this file"):
        release(batch)


def test_releasing_a_condemned_batch_promotes_it(land, good_rows, promote, release, warehouse, as_of):
    promote(land("crm_leads", good_rows("crm_leads", 12)))
    rows = [{**row, "stage": "nurture"} for row in good_rows("crm_leads", 9)]
    batch = promote(land("crm_leads", rows, landed_at=as_of + timedelta(hours=1)))
    assert batch.state == "quarantined"

    assert release(batch) == 9

    assert counts(warehouse, batch) == (9, 9, 0, "promoted")
    stages = warehouse.execute("select stage, count(*) from raw.crm_leads group by stage").fetchall()
    assert stages == [("nurture", 9)]


def test_releasing_all_leaves_repeats_and_money_of_no_currency(land, good_rows, promote, release, warehouse):
    rows = good_rows("ad_performance", 10)
    rows[0]["currency"] = "EURO"
    rows[1]["clicks"] = 500
    rows.append(dict(rows[5]))
    batch = promote(land("ad_performance", rows))

    assert release(batch) == 1

    assert counts(warehouse, batch) == (11, 9, 2, "promoted")


def test_a_release_needs_a_reason_and_a_known_batch(leads_with_two_bad_stages, release):
    with pytest.raises(QualityError, match="needs a reason"):
        release(leads_with_two_bad_stages, [1], reason=" ")
    with pytest.raises(QualityError, match="No batch with this id"):
        release(leads_with_two_bad_stages.model_copy(update={"id": "b0"}), [1])


def test_the_list_tells_why_in_words(leads_with_two_bad_stages, land, promote, warehouse):
    promote(land("crm_activities", []))

    by_table = {batch["landed_table"]: batch for batch in read_quarantined_batches(warehouse)}

    assert by_table["crm_activities"]["why_whole"] == ["The file holds no rows."]
    [reason] = by_table["crm_leads"]["reasons"]
    assert (reason["rule"], reason["rows"]) == ("stage_is_known", 2)
    assert reason["reason"].startswith("The stage is none of lead, mql")
