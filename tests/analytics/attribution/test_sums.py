"""Every model shares out exactly what there is: per table, per slice, for conversions and for value."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countersign.analytics.attribution.credits import CLAIMS, MODELS, NOT_LINKED
from countersign.analytics.attribution.journeys import PathColumns
from countersign.analytics.attribution.paths_table import attribute
from countersign.core.attribution_rules import AttributionRules, PositionShares

CHANNELS = ["Direct", "E-mail", "Paid search", "Organic 'search'", "→"]
STEPS = st.lists(st.sampled_from(CHANNELS), max_size=6)
ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), STEPS.map(" > ".join)),
        st.integers(0, 1_000).map(float),
        st.floats(0, 1e6, allow_subnormal=False),
        st.integers(0, 1_000).map(float),
    ).map(lambda row: (row[0], row[1], row[2] if row[1] else 0.0, row[3])),
    max_size=25,
)
SHARES = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(
    lambda two: PositionShares(
        first=min(two), middle=max(two) - min(two), last=1 - min(two) - (max(two) - min(two))
    )
)
IN_PATHS = [model for model in MODELS if model != "time_decay"]
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(rows=ROWS, shares=SHARES, spread=st.sampled_from(["total", "by_path"]))
def test_credits_sum_to_conversions_and_value(paths_table, rows, shares, spread):
    given_rules = AttributionRules(position_shares=shares)
    found = attribute(paths_table(rows), "paths", rules=given_rules, markov_spread=spread)

    assert set(found) == set(IN_PATHS)
    for credits in found.values():
        assert credits.conversions == pytest.approx(sum(row[1] for row in rows), rel=1e-12, abs=1e-9)
        given_value = credits.value.sum() + credits.not_linked_value
        assert given_value == pytest.approx(sum(row[2] for row in rows), rel=1e-12, abs=1e-9)
        assert credits.not_linked == sum(row[1] for row in rows if not row[0])
        assert (credits.credit >= 0).all()


@FEW
@given(rows=ROWS, cut=st.integers(0, 25))
def test_rule_based_credits_of_slices_add_up_to_the_whole(paths_table, rows, cut):
    additive = [model for model in IN_PATHS if not model.startswith("markov")]

    def credited(part):
        found = attribute(paths_table(part), "paths", models=additive)
        return {
            (model, channel): credit
            for model, credits in found.items()
            for channel, credit, _ in credits.rows()
        }

    whole, left, right = credited(rows), credited(rows[:cut]), credited(rows[cut:])
    for key, credit in whole.items():
        assert left.get(key, 0) + right.get(key, 0) == pytest.approx(credit, rel=1e-12, abs=1e-9)


@FEW
@given(
    journeys=st.lists(
        st.tuples(
            st.lists(st.tuples(st.sampled_from(CHANNELS), st.floats(0, 4_000)), min_size=1, max_size=5),
            st.integers(1, 9),
        ),
        min_size=1, max_size=12,
    ),
    half_life=st.floats(0.01, 100),
)  # fmt: skip
def test_time_decay_sums_whatever_the_ages(paths_table, journeys, half_life):
    connection = paths_table([])
    connection.execute("create or replace table aged (path varchar, ages varchar, n bigint, value double)")
    for touches, count in journeys:
        path, ages = (" > ".join(str(touch[at]) for touch in touches) for at in (0, 1))
        connection.execute("insert into aged values (?, ?, ?, ?)", [path, ages, count, count * 2.5])
    columns = PathColumns(conversions="n", nulls=None, ages="ages")
    credits = attribute(
        connection, "aged", models=["time_decay"], columns=columns,
        rules=AttributionRules(half_life_days=half_life),
    )["time_decay"]  # fmt: skip

    total = sum(count for _, count in journeys)
    assert credits.credit.sum() == pytest.approx(total, rel=1e-12)
    assert credits.value.sum() == pytest.approx(total * 2.5, rel=1e-12)


def test_what_is_not_linked_is_its_own_row_in_every_model(paths_table):
    rows = [("A > B", 3.0, 30.0, 2.0), (None, 2.0, 20.0, 0.0), ("", 1.0, 10.0, 4.0)]
    for credits in attribute(paths_table(rows), "paths").values():
        assert credits.rows()[-1] == (NOT_LINKED, 3.0, 30.0)
        assert credits.linked_share == 0.5


def test_every_model_says_what_it_can_and_cannot_claim():
    assert set(CLAIMS) == set(MODELS)
    assert all("cannot" in claim or "not measured" in claim or "association" in claim
               for claim in CLAIMS.values())  # fmt: skip
