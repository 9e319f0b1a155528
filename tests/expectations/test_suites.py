"""Suites: every landed table has one, and each planted defect is caught by the rule named after it."""

from datetime import UTC, datetime, timedelta

import pytest

from countersign.core.errors import QualityError
from countersign.core.landed import LANDED_TABLES, LandedTable
from countersign.core.workspace import Workspace
from expectations.seeded.catching import catch_defects, render_defects
from expectations.seeded.defects import read_defects
from expectations.suite import read_suite


@pytest.mark.parametrize("name", LANDED_TABLES)
def test_every_landed_table_has_a_suite_with_reasons(name, company, as_of):
    suite = read_suite(LANDED_TABLES[name], company, latest=as_of)

    assert len(suite.rules) >= 6
    assert len({rule.name for rule in suite.rules}) == len(suite.rules)
    assert all(rule.reason.endswith(".") for rule in suite.rules)


@pytest.mark.parametrize("name", LANDED_TABLES)
def test_good_rows_pass_every_rule(name, land, good_rows, gate):
    result = gate(land(name, good_rows(name, 3)))

    assert [outcome.check for outcome in result.batch.outcomes if not outcome.passed] == []
    assert result.batch.quality == "passed"


@pytest.mark.parametrize("name", LANDED_TABLES)
def test_every_landed_table_has_at_least_six_planted_defects(name):
    defects = read_defects(name)

    assert len({defect.rule for defect in defects if defect.effect == "row"}) >= 6
    assert {"key", "batch"} <= {defect.effect for defect in defects}


@pytest.mark.parametrize("name", LANDED_TABLES)
def test_every_rule_is_tried_by_a_planted_defect(name, company, as_of):
    suite = read_suite(LANDED_TABLES[name], company, latest=as_of)
    tried = {defect.rule for defect in read_defects(name)}

    # The rule of a required column is written once for all columns; one of them is tried by table.
    untried = {rule.name for rule in suite.rules if not rule.name.endswith("_is_given")} - tried
    assert not untried


@pytest.fixture(scope="module")
def caught(tmp_path_factory, company):
    workspace = Workspace(tmp_path_factory.mktemp("defects"))
    return {
        name: catch_defects(workspace, company, table=name, as_of=datetime(2026, 11, 16, tzinfo=UTC))
        for name in LANDED_TABLES
    }


@pytest.mark.parametrize("name", LANDED_TABLES)
def test_every_planted_defect_is_caught_by_the_rule_named_after_it(name, caught):
    missed = [(one.defect.words, one.defect.rule, one.found) for one in caught[name] if not one.as_expected]

    assert not missed


def test_the_table_of_defects_tells_each_of_them(caught):
    planted = [one for table in caught.values() for one in table]

    shown = render_defects(planted)

    print(f"\n{shown}")  # noqa: T201 the table that the release notes quote
    assert shown.endswith(f"{len(planted)} defects planted, {len(planted)} caught, 0 missed")
    assert "clicks = 101" in shown


def test_one_missing_value_in_ten_is_no_warning_yet(land, good_rows, gate):
    rows = good_rows("crm_leads", 10)
    rows[0]["channel"] = None

    assert gate(land("crm_leads", rows)).batch.quality == "passed"


def test_a_row_between_the_report_and_its_landing_is_not_in_the_future(land, good_rows, gate, as_of):
    rows = good_rows("crm_leads", 4, created_at="2026-11-16 08:00:00", updated_at=None)

    assert gate(land("crm_leads", rows, landed_at=as_of + timedelta(hours=9))).batch.quality == "passed"


def test_an_ad_day_that_has_begun_in_the_furthest_zone_is_not_in_the_future(land, good_rows, gate):
    rows = good_rows("ad_performance", 4, account_day="2026-11-16")

    assert gate(land("ad_performance", rows)).batch.quality == "passed"


def test_a_table_without_a_suite_is_refused(company, as_of):
    table = LandedTable("newsletter", "One row per letter.", ("id",), (), "sent_at", "UTC")

    with pytest.raises(QualityError, match=r"no expectations/newsletter\.py"):
        read_suite(table, company, latest=as_of)
