"""The closed forms equal Shapley's own sum over all coalitions."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.analytics.attribution import shapley
from countersign.analytics.attribution.counting import count_coalitions, credit_within
from countersign.analytics.attribution.journeys import PathColumns, open_journeys
from countersign.analytics.attribution.shapley import (
    Coalitions,
    shapley_exact,
    shapley_rate,
    shapley_within,
)
from countersign.core.errors import SettingsError

CHANNELS = "ABCDE"
SETS = st.dictionaries(
    st.sets(st.sampled_from(range(5)), min_size=1).map(frozenset),
    st.tuples(st.integers(0, 50), st.integers(0, 50)),
    min_size=1, max_size=12,
)  # fmt: skip


def coalitions_of(sets):
    members = np.array([[at in held for at in range(5)] for held in sets])
    conversions, nulls = np.array(list(sets.values()), dtype=float).T
    return Coalitions(members, conversions, conversions * 3.0, nulls)


def by_definition(worth, players):
    values = []
    for one in players:
        others = [other for other in players if other != one]
        values.append(
            sum(
                factorial(len(held)) * factorial(len(players) - len(held) - 1) / factorial(len(players))
                * (worth(frozenset(held) | {one}) - worth(frozenset(held)))
                for size in range(len(players))
                for held in combinations(others, size)
            )
        )  # fmt: skip
    return dict(zip(players, values, strict=True))


@settings(max_examples=60, deadline=None)
@given(sets=SETS)
def test_within_is_the_shapley_value_of_journeys_inside_a_coalition(sets):
    def worth(held):
        return sum(conversions for inside, (conversions, _) in sets.items() if inside <= held)

    expected = by_definition(worth, range(5))
    credit, value = shapley_within(coalitions_of(sets))
    assert credit == pytest.approx(list(expected.values()), abs=1e-9)
    assert value == pytest.approx(3 * credit, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(sets=SETS)
def test_exact_is_the_shapley_value_of_journeys_with_exactly_a_set(sets):
    expected = by_definition(lambda held: sets.get(held, (0, 0))[0], range(5))
    assert shapley_exact(coalitions_of(sets)) == pytest.approx(list(expected.values()), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(sets=SETS)
def test_rate_is_a_game_for_each_observed_set(sets):
    def rate(held):
        conversions, nulls = sets.get(held, (0, 0))
        return conversions / (conversions + nulls) if conversions else 0.0

    expected = np.zeros(5)
    for held, (conversions, _) in sets.items():
        if conversions:
            for channel, share in by_definition(rate, sorted(held)).items():
                expected[channel] += share / rate(held) * conversions
    found = shapley_rate(coalitions_of(sets))
    assert found == pytest.approx(expected, abs=1e-8)
    assert found.sum() == pytest.approx(sum(conversions for conversions, _ in sets.values()), abs=1e-8)


@pytest.mark.parametrize("extra", [0, 70])
def test_coalitions_are_counted_where_the_paths_are(paths_table, extra):
    """With more than 63 channels a set is no longer a number of 64 bits."""
    more = [(" > ".join(f"X{at:02}" for at in range(extra)), 1.0, 5.0, 0.0)] if extra else []
    connection = paths_table(
        [("A > B > A", 2.0, 20.0, 1.0), ("B > A", 1.0, 10.0, 2.0), ("A", 4.0, 40.0, 0.0), *more]
    )
    with open_journeys(connection, "paths", columns=PathColumns(), with_nulls=True) as journeys:
        coalitions = count_coalitions(connection, journeys)
        summed = credit_within(connection, journeys)
    sets = {
        frozenset(np.flatnonzero(held).tolist()): (conversions, value, nulls)
        for held, conversions, value, nulls in zip(
            coalitions.members, coalitions.conversions, coalitions.value, coalitions.nulls, strict=True
        )
    }
    assert sets[frozenset({0, 1})] == (3.0, 30.0, 3.0)
    assert sets[frozenset({0})] == (4.0, 40.0, 0.0)
    assert summed[0][:2] == pytest.approx([5.5, 1.5])
    assert summed[0] == pytest.approx(shapley_within(coalitions)[0])
    assert summed[1] == pytest.approx(shapley_within(coalitions)[1])


def test_too_many_sets_for_the_rate_game_are_refused(monkeypatch):
    monkeypatch.setattr(shapley, "MOST_SETS", 1)
    with pytest.raises(SettingsError, match="too many different sets"):
        shapley_rate(coalitions_of({frozenset({0}): (1, 0), frozenset({1}): (1, 0)}))
