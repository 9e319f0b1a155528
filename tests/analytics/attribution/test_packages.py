"""Equal to four packages by others, under the definition that each of them has (docs/attribution.md)."""

import contextlib
import io
import warnings

import duckdb
import numpy as np
import pytest

from countersign.analytics.attribution.counting import count_coalitions, count_transitions
from countersign.analytics.attribution.credits import NOT_LINKED
from countersign.analytics.attribution.journeys import PathColumns, open_journeys
from countersign.analytics.attribution.markov import removal_effects, shares_of
from countersign.analytics.attribution.paths_table import attribute
from countersign.analytics.attribution.shapley import shapley_exact, shapley_rate
from countersign.core.attribution_rules import AttributionRules
from tests.analytics.attribution.oracles import oracle

EXACT = {"rel": 1e-9, "abs": 1e-9}
PLAIN = PathColumns()


@pytest.fixture(scope="module")
def connection(test_data):
    """10,000 distinct paths over 12 channels, with conversions, value and journeys that did not convert."""
    source = test_data / "channel_attribution_pathdata" / "data.csv.gz"
    connection = duckdb.connect()
    connection.execute(
        """
        create table paths as
        select path, total_conversions as conversions, total_conversion_value as value, total_null as nulls
        from read_csv(?)
        """,
        [str(source)],
    )
    # The packages take one journey a row, that converted or did not.
    connection.execute(
        """
        create table journeys as
        select path, 1 as converted, conversions as weight, value from paths where conversions > 0
        union all
        select path, 0, nulls, 0 from paths where nulls > 0
        """
    )
    return connection


@pytest.fixture(scope="module")
def frame(connection):
    return connection.execute("select * from journeys").df()


@pytest.fixture(scope="module")
def mam(frame):
    package = oracle("mam")

    def counted(value_column):
        return package.MAM(
            frame.assign(converted=frame.converted == 1), "grouped_journey", "path", "converted",
            occurrences_colname="weight", conversion_value_colname=value_column,
        )  # fmt: skip

    return counted


def credits_of(connection, model, **options):
    rows = attribute(connection, "paths", models=[model], **options)[model].rows()
    return {channel: credit for channel, credit, _ in rows if channel != NOT_LINKED}


def values_of(connection, model, **options):
    rows = attribute(connection, "paths", models=[model], **options)[model].rows()
    return {channel: value for channel, _, value in rows if channel != NOT_LINKED}


def by_channel(result):
    return dict(result.to_polars().iter_rows())


def effects_of(connection, order):
    with open_journeys(connection, "paths", columns=PLAIN, with_nulls=True) as journeys:
        effects = removal_effects(
            count_transitions(connection, journeys, order=order), channels=len(journeys.channels)
        )
        return dict(zip(journeys.channels, effects, strict=True))


def coalitions_of(connection):
    with open_journeys(connection, "paths", columns=PLAIN, with_nulls=True) as journeys:
        return journeys.channels, count_coalitions(connection, journeys)


def test_the_data_is_all_there(connection):
    shape = connection.execute("select count(*), sum(conversions), sum(nulls) from paths").fetchone()
    assert shape == (10_000, 19_785, 68_602)


# ---------------------------------------------------------------- ChannelAttribution


@pytest.mark.parametrize("model", ["first", "last", "linear"])
def test_channel_attribution_rule_based(connection, model):
    with contextlib.redirect_stdout(io.StringIO()):
        package = oracle("ChannelAttribution")
        found = package.heuristic_models(
            connection.table("paths").df(), "path", "conversions", var_value="value", flg_pro=False
        )
    ours, value = credits_of(connection, model), values_of(connection, model)
    for row in found.to_dict("records"):
        channel = row["channel_name"]
        assert ours[channel] == pytest.approx(row[f"{model}_touch_conversions"], rel=1e-6, abs=1e-6)
        assert value[channel] == pytest.approx(row[f"{model}_touch_value"], rel=1e-6, abs=1e-6)
    assert len(found) == len(ours)


# ---------------------------------------------------------------- marketing-attribution-models


@pytest.mark.parametrize(
    ("model", "run"),
    [("first", "first_click"), ("last", "last_click"), ("linear", "linear"), ("position", "position_based")],
)
def test_mam_rule_based(connection, mam, model, run):
    theirs = by_channel(getattr(mam("value"), f"run_{run}")())
    ours = values_of(connection, model)
    assert {channel: theirs.get(channel, 0.0) for channel in ours} == pytest.approx(ours, **EXACT)


def test_mam_markov_removal_effects(connection, mam):
    for keeps_loops in (False, True):
        result = mam(None).run_markov(transition_to_same_state=keeps_loops)
        theirs = result.metadata["removal_effect"]["removal_effect"].to_dict()
        assert effects_of(connection, 1) == pytest.approx(theirs, **EXACT)


def test_mam_markov_credits_when_each_path_shares_out_its_own(connection, mam):
    theirs = by_channel(mam("value").run_markov())
    ours = values_of(connection, "markov", markov_spread="by_path")
    assert ours == pytest.approx(theirs, **EXACT)


def test_mam_shapley_of_conversion_rates(connection, mam):
    theirs = by_channel(mam(None).run_shapley(max_size=None, value_column="conv_rate"))
    channels, coalitions = coalitions_of(connection)
    ours = dict(zip(channels, shapley_rate(coalitions), strict=True))
    assert ours == pytest.approx(theirs, **EXACT)


def test_mam_time_decay(paths_table):
    polars = pytest.importorskip("polars", reason="comes with the group `oracles`")
    package = oracle("mam")
    journeys = [
        ("A > B > A", "400.5 > 30 > 0", 1, 10.0), ("B", "0", 1, 4.0), ("B > C", "9 > 9", 1, 7.0),
        ("C > A", "1000 > 700", 1, 2.5),
    ]  # fmt: skip
    frame = polars.DataFrame(
        journeys, schema=["path", "hours", "converted", "value"], orient="row"
    ).with_row_index("id")
    theirs = by_channel(
        package.MAM(
            frame, "journey", "path", "converted", user_id_colname="id",
            time_till_conv_colname="hours", conversion_value_colname="value",
        ).run_time_decay(half_life_hours=168.0)
    )  # fmt: skip
    connection = paths_table([])
    connection.execute(
        "create or replace table paths (path varchar, ages varchar, conversions int, value double)"
    )
    for path, hours, converted, value in journeys:
        ages = " > ".join(str(float(hour) / 24) for hour in hours.split(" > "))
        connection.execute("insert into paths values (?, ?, ?, ?)", [path, ages, converted, value])
    columns = PathColumns(nulls=None, ages="ages")
    ours = values_of(connection, "time_decay", columns=columns, rules=AttributionRules(half_life_days=7))
    assert ours == pytest.approx(theirs, **EXACT)


# ---------------------------------------------------------------- do-attribution


@pytest.mark.parametrize(("model", "order"), [("markov", 1), ("markov_2", 2)])
def test_do_attribution_markov_redirected_to_null(connection, frame, model, order):
    package = oracle("do_attribution")
    fitted = package.MarkovAttribution(order=order, removal_strategy="redirect_to_null").fit(
        frame.path, frame.converted, weights=frame.weight
    )
    assert effects_of(connection, order) == pytest.approx(fitted["removal_effects"], **EXACT)
    total = connection.execute("select sum(conversions) from paths").fetchone()[0]
    credits = {channel: share * total for channel, share in fitted["attribution"].items()}
    assert credits_of(connection, model) == pytest.approx(credits, **EXACT)


def test_do_attribution_markov_fail_is_the_share_of_conversions_that_met_a_channel(connection, frame):
    """Their default refits the chain after removal; a chain fitted to counts converts as they do."""
    package = oracle("do_attribution")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = package.MarkovAttribution(removal_strategy="fail").fit(
            frame.path, frame.converted, weights=frame.weight
        )
    channels, coalitions = coalitions_of(connection)
    met = coalitions.conversions @ coalitions.members / coalitions.conversions.sum()
    assert dict(zip(channels, met, strict=True)) == pytest.approx(fitted["removal_effects"], **EXACT)
    shares = dict(zip(channels, shares_of(met), strict=True))
    assert shares == pytest.approx(fitted["attribution"], **EXACT)


def test_do_attribution_shapley_of_exact_sets(connection):
    package = oracle("do_attribution")
    expanded = connection.execute(
        "select path, 1 as one from (select path, unnest(range(conversions)) from paths)"
    ).df()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = package.ShapleyAttribution().fit(expanded.path, expanded.one)
    channels, coalitions = coalitions_of(connection)
    ours = dict(zip(channels, shapley_exact(coalitions), strict=True))
    assert ours == pytest.approx(fitted["shapley_values"], **EXACT)


# ---------------------------------------------------------------- shapley-attribution


@pytest.fixture(scope="module")
def journeys(connection):
    listed = connection.execute(
        "select string_split(path, ' > ') from (select path, unnest(range(conversions)) from paths)"
    ).fetchall()
    return [path for (path,) in listed]


def test_shapley_attribution_of_sets(connection, journeys):
    package = oracle("shapley_attribution")
    theirs = package.SimplifiedShapleyAttribution(normalize=False).fit(journeys).get_attribution()
    assert credits_of(connection, "shapley") == pytest.approx(theirs, **EXACT)


@pytest.mark.parametrize(
    ("model", "name"),
    [("first", "FirstTouch"), ("last", "LastTouch"), ("linear", "Linear"), ("position", "PositionBased")],
)
def test_shapley_attribution_rule_based(connection, journeys, model, name):
    package = oracle("shapley_attribution.baselines.heuristic")
    theirs = getattr(package, f"{name}Attribution")(normalize=False).fit(journeys).get_attribution()
    ours = credits_of(connection, model)
    assert {channel: theirs.get(channel, 0.0) for channel in ours} == pytest.approx(ours, **EXACT)


def test_credits_on_real_paths_sum_to_the_conversions_and_the_value(connection):
    conversions, value = connection.execute("select sum(conversions), sum(value) from paths").fetchone()
    for credits in attribute(connection, "paths").values():
        assert np.isclose(credits.conversions, conversions, rtol=0, atol=1e-9)
        assert np.isclose(credits.value.sum(), value, rtol=0, atol=1e-9)
