"""Privacy at the gate: an unmasked batch does not pass, and quarantine does not keep what it found."""

import json

import pytest

EMAIL = "anna.berg@example.com"


def kept_rows(warehouse, batch):
    found = warehouse.execute(
        "select row_json from quality.quarantined_rows where batch_id = ? order by row_number", [batch.id]
    ).fetchall()
    return [json.loads(row) for (row,) in found]


def test_one_unmasked_address_refuses_the_whole_batch(land, good_rows, promote, warehouse):
    rows = good_rows("support_tickets", 30)
    rows[7]["body"] = f"I am {EMAIL}, call me"

    batch = promote(land("support_tickets", rows))

    assert (batch.state, batch.rows_promoted) == ("quarantined", 0)
    assert warehouse.execute("select count(*) from raw.support_tickets").fetchone() == (0,)


def test_quarantine_keeps_a_text_without_its_address(land, good_rows, promote, warehouse):
    rows = good_rows("support_tickets", 3)
    rows[1]["body"] = f"I am {EMAIL}, call me"

    kept = kept_rows(warehouse, promote(land("support_tickets", rows)))

    assert kept[1]["body"] == "I am [email], call me"


@pytest.mark.parametrize(("column", "raw"), [("email_key", EMAIL), ("phone_key", "+49 30 1234567")])
def test_quarantine_keeps_no_raw_key_of_a_person(column, raw, land, good_rows, promote, warehouse):
    rows = good_rows("crm_leads", 3, email_key="em_0a", phone_key="ph_0b")
    rows[1][column] = raw

    kept = kept_rows(warehouse, promote(land("crm_leads", rows)))

    assert kept[1][column] is None
    assert kept[0]["email_key"] == "em_0a"


def test_an_address_in_a_page_is_kept_out_of_quarantine(land, good_rows, promote, warehouse):
    rows = good_rows("web_sessions", 10)
    rows[1]["landing_page"] = f"/demo?email={EMAIL}"

    [kept] = kept_rows(warehouse, promote(land("web_sessions", rows)))

    assert kept["landing_page"] == "/demo?email=[email]"


def test_a_masked_text_passes(land, good_rows, promote):
    batch = promote(land("support_tickets", good_rows("support_tickets", 3, body="I am [name], at [email]")))

    assert batch.quality == "passed"
