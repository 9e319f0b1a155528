"""Odd tables of paths: nothing, one channel, only direct, repeats, many channels, bad counts."""

import duckdb
import pytest

from countersign.analytics.attribution.credits import MODELS
from countersign.analytics.attribution.journeys import PathColumns
from countersign.analytics.attribution.paths_table import attribute
from countersign.core.attribution_rules import AttributionRules
from countersign.core.errors import QualityError, SettingsError

IN_PATHS = [model for model in MODELS if model != "time_decay"]


def credits_of(connection, model, **options):
    listed = attribute(connection, "paths", models=[model], **options)[model].rows()[:-1]
    return {channel: credit for channel, credit, _ in listed}


@pytest.mark.parametrize("model", IN_PATHS)
def test_no_paths_give_no_credit(paths_table, model):
    credits = attribute(paths_table([]), "paths", models=[model])[model]
    assert (credits.rows(), credits.linked_share) == ([("Not linked", 0.0, 0.0)], None)


@pytest.mark.parametrize("model", IN_PATHS)
def test_paths_without_conversions_give_no_credit(paths_table, model):
    assert sum(credits_of(paths_table([("A > B", 0.0, 0.0, 5.0)]), model).values()) == 0


@pytest.mark.parametrize("model", IN_PATHS)
@pytest.mark.parametrize("path", ["Direct", "A", "A > A > A", "Direct > Direct"])
def test_one_channel_gets_everything(paths_table, model, path):
    connection = paths_table([(path, 4.0, 8.0, 3.0)])
    assert credits_of(connection, model) == pytest.approx({path.split(" > ")[0]: 4.0})


def test_last_non_direct_passes_over_direct_only_when_something_else_is_there(paths_table):
    connection = paths_table([("A > B > Direct > Direct", 1.0, 1.0, 0.0), ("Direct", 2.0, 2.0, 0.0)])
    assert credits_of(connection, "last_non_direct") == {"A": 0.0, "B": 1.0, "Direct": 2.0}
    renamed = AttributionRules(direct_channel="B")
    assert credits_of(connection, "last_non_direct", rules=renamed) == {"A": 0.0, "B": 0.0, "Direct": 3.0}


def test_a_repeated_channel_counts_each_time_in_linear_and_once_in_shapley(paths_table):
    connection = paths_table([("A > A > A > B", 4.0, 4.0, 0.0)])
    assert credits_of(connection, "linear") == {"A": 3.0, "B": 1.0}
    assert credits_of(connection, "shapley") == {"A": 2.0, "B": 2.0}


def test_position_shares_of_two_and_of_many_touches(paths_table):
    connection = paths_table([("A > B", 10.0, 0.0, 0.0)])
    assert credits_of(connection, "position") == pytest.approx({"A": 5.0, "B": 5.0})
    connection = paths_table([("A > B > C > D", 10.0, 0.0, 0.0)])
    assert credits_of(connection, "position") == pytest.approx({"A": 4.0, "B": 1.0, "C": 1.0, "D": 4.0})


@pytest.mark.parametrize("channels", [30, 64, 70])
@pytest.mark.parametrize("model", IN_PATHS)
def test_many_channels(paths_table, model, channels):
    path = " > ".join(f"C{at:02}" for at in range(channels))
    connection = paths_table([(path, 1.0, 1.0, 1.0), ("C00 > C01", 1.0, 1.0, 0.0)])
    assert sum(credits_of(connection, model).values()) == pytest.approx(2.0)


def test_names_are_data_not_sql(paths_table):
    connection = paths_table([('x\'; drop table paths; -- > "B"', 2.0, 2.0, 0.0)])
    assert credits_of(connection, "linear") == {"x'; drop table paths; --": 1.0, '"B"': 1.0}


@pytest.mark.parametrize(
    "row", [("A", -1.0, 0.0, 0.0), ("A", 1.0, 0.0, -1.0), ("A", float("nan"), 0.0, 0.0),
            ("A", float("inf"), 0.0, 0.0), ("A", 1.0, None, 0.0), ("A", 0.0, 5.0, 1.0)],
)  # fmt: skip
def test_counts_that_are_no_counts_are_refused(paths_table, row):
    with pytest.raises(QualityError, match="no counts"):
        attribute(paths_table([row]), "paths")


def test_a_step_without_a_name_is_refused(paths_table):
    with pytest.raises(QualityError, match="step without a name"):
        attribute(paths_table([("A >  > B", 1.0, 0.0, 0.0)]), "paths")


@pytest.mark.parametrize("ages", ["1", "1 > -2", None])
def test_ages_that_do_not_fit_their_path_are_refused(ages):
    connection = duckdb.connect()
    connection.execute("create table paths as select 'A > B' as path, 1 as conversions, 0 as value")
    connection.execute("alter table paths add column ages varchar")
    connection.execute("update paths set ages = ?", [ages])
    with pytest.raises(SettingsError, match="one age for each touch"):
        attribute(connection, "paths", models=["time_decay"], columns=PathColumns(nulls=None, ages="ages"))


def test_nothing_is_left_behind(paths_table):
    connection = paths_table([("A > B", 1.0, 1.0, 1.0)])
    attribute(connection, "paths")
    left = connection.execute("select count(*) from duckdb_tables() where table_name like 'journeys%'")
    assert left.fetchone() == (0,)
    assert connection.execute("select count(*) from duckdb_types() where type_name like 'journeys%'"
                              ).fetchone() == (0,)  # fmt: skip


def test_an_agents_connection_will_do():
    """Only temporary tables are made, so a locked, granted snapshot is enough."""
    connection = duckdb.connect()
    connection.execute(
        "create table paths as select 'A > B' as path, 1 as conversions, 2 as value, 3 as nulls"
    )
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    assert attribute(connection, "paths", models=["markov"])["markov"].conversions == pytest.approx(1.0)
