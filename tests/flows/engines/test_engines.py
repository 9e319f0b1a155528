"""The same dbt project gives the same numbers on DuckDB, Postgres and Spark."""

from datetime import UTC, datetime

import pytest

from countersign.core.errors import SettingsError
from flows.engines.running import run_on
from tests.flows.engines.small_company import AS_OF

ENGINES = [pytest.param("postgres", marks=pytest.mark.postgres), "spark"]
KEY_MARTS = ("channel_day", "campaign_week", "funnel_week", "cac_by_cohort", "follow_up_week", "data_trust")


@pytest.mark.postgres
def test_every_fact_and_mart_of_a_small_company_is_the_same_on_postgres(small_company, postgres_profile):
    run = run_on(small_company, "engine", profiles=postgres_profile, as_of=AS_OF)

    assert not run.differences, run.told()
    assert set(KEY_MARTS) <= {table.name for table in run.compared}


def test_key_marts_of_a_small_company_are_the_same_on_spark(small_company, spark_profile):
    run = run_on(small_company, "engine", profiles=spark_profile, as_of=AS_OF, only=KEY_MARTS)

    assert not run.differences, run.told()
    assert {table.name for table in run.compared} == set(KEY_MARTS)


@pytest.mark.postgres
def test_a_row_that_changed_since_the_engine_was_filled_is_told(small_company, postgres_profile):
    later = datetime(2026, 3, 20, tzinfo=UTC)

    run = run_on(small_company, "engine", profiles=postgres_profile, as_of=later, only=["funnel_week"])

    (difference,) = run.differences
    assert difference.table == "marts.funnel_week"
    assert "rows only on DuckDB" in run.told()


def test_a_target_that_the_profile_lacks_is_refused_with_those_it_has(workspace, tmp_path):
    (tmp_path / "profiles.yml").write_text("countersign: {outputs: {lake: {type: postgres}}}")
    with pytest.raises(SettingsError, match="ocean; there are lake"):
        run_on(workspace, "ocean", profiles=tmp_path, as_of=AS_OF)


@pytest.mark.engines
@pytest.mark.parametrize("company", ["small", "demo"])
@pytest.mark.parametrize("engine", ENGINES)
def test_every_fact_and_mart_is_the_same(company, engine, request, capsys):
    workspace = request.getfixturevalue(f"{company}_company")
    profiles = request.getfixturevalue(f"{engine}_profile")
    as_of = AS_OF if company == "small" else None

    run = run_on(workspace, "engine", profiles=profiles, as_of=as_of)

    with capsys.disabled():
        request.config.get_terminal_writer().line(f"\n{company} company on {engine}: {run.told()}")
    assert not run.differences, run.told()
