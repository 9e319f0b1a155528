"""Removal effects are those of the chain with the channel struck out, and solved anew."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.analytics.attribution.counting import count_transitions
from countersign.analytics.attribution.journeys import PathColumns, open_journeys
from countersign.analytics.attribution.markov import MOST_STATES, Transitions, removal_effects, shares_of
from countersign.analytics.attribution.paths_table import attribute
from countersign.core.errors import SettingsError

WALKS = st.lists(
    st.tuples(
        st.lists(st.sampled_from("ABCD"), min_size=1, max_size=6), st.integers(0, 9), st.integers(0, 9)
    ),
    min_size=1, max_size=12,
)  # fmt: skip


def effects_of(connection, order):
    with open_journeys(connection, "paths", columns=PathColumns(), with_nulls=True) as journeys:
        transitions = count_transitions(connection, journeys, order=order)
        found = removal_effects(transitions, channels=len(journeys.channels))
        return dict(zip(journeys.channels, found, strict=True))


def chance_to_convert(walks, *, order, without=None):
    """Solve the chain in exact fractions; whoever would enter the channel is lost."""
    moves = Counter()
    for steps, converted, lost in walks:
        states = ["start", *(tuple(steps[max(0, at - order + 1) : at + 1]) for at in range(len(steps)))]
        if order == 2 and len(steps) > 0:
            states[1] = ("start", steps[0])
        for pair in pairwise(states):
            moves[pair] += converted + lost
        moves[states[-1], "converted"] += converted
        moves[states[-1], "lost"] += lost
    names = sorted({a for (a, _), n in moves.items() if n}, key=str)
    leaving = {a: sum(n for (b, _), n in moves.items() if b == a) for a in names}
    size = len(names)
    rows = []
    for a in names:
        row = [Fraction(int(a == b)) for b in names] + [Fraction(moves[a, "converted"], leaving[a])]
        for at, b in enumerate(names):
            if without is None or without not in b:
                row[at] -= Fraction(moves[a, b], leaving[a])
        rows.append(row)
    for at in range(size):
        pivot = next(below for below in range(at, size) if rows[below][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [cell / rows[at][at] for cell in rows[at]]
        for other in range(size):
            if other != at and rows[other][at]:
                rows[other] = [x - rows[other][at] * y for x, y in zip(rows[other], rows[at], strict=True)]
    return rows[names.index("start")][-1] if "start" in names else Fraction(0)


@pytest.mark.parametrize("order", [1, 2])
@settings(max_examples=60, deadline=None)
@given(walks=WALKS)
def test_one_solve_equals_a_chain_solved_anew_for_each_channel(paths_table, order, walks):
    connection = paths_table([(" > ".join(steps), n, 0.0, lost) for steps, n, lost in walks])
    whole = chance_to_convert(walks, order=order)
    for channel, effect in effects_of(connection, order).items():
        expected = 1 - chance_to_convert(walks, order=order, without=channel) / whole if whole else 0
        assert effect == pytest.approx(float(expected), abs=1e-11)


def test_a_chain_that_can_be_followed_by_hand(paths_table):
    """A > B converts once, A alone is lost once, B converts once: without A only B's own start is left."""
    connection = paths_table([("A > B", 1.0, 0.0, 0.0), ("A", 0.0, 0.0, 1.0), ("B", 1.0, 0.0, 0.0)])
    effects = effects_of(connection, 1)
    assert effects == pytest.approx({"A": 0.5, "B": 1.0})
    credits = attribute(connection, "paths", models=["markov"])["markov"]
    assert credits.credit == pytest.approx([2 / 3, 4 / 3])


def test_order_two_tells_apart_what_order_one_cannot(paths_table):
    """C converts after A and never after B; only a state that remembers can say so."""
    connection = paths_table([("A > C", 9.0, 0.0, 1.0), ("B > C", 0.0, 0.0, 10.0)])
    assert effects_of(connection, 1)["B"] == pytest.approx(0.5)
    assert effects_of(connection, 2)["B"] == 0.0


def test_repeats_change_no_effect(paths_table):
    once = effects_of(paths_table([("A > B", 3.0, 0.0, 1.0), ("B > C", 1.0, 0.0, 5.0)]), 1)
    often = effects_of(paths_table([("A > A > A > B", 3.0, 0.0, 1.0), ("B > B > C", 1.0, 0.0, 5.0)]), 1)
    assert once == pytest.approx(often)


def test_value_follows_the_shares_or_each_path_its_own(paths_table):
    connection = paths_table([("A", 1.0, 100.0, 0.0), ("B", 1.0, 0.0, 0.0)])
    total = attribute(connection, "paths", models=["markov"])["markov"]
    own = attribute(connection, "paths", models=["markov"], markov_spread="by_path")["markov"]
    assert (total.value.tolist(), own.value.tolist()) == ([50.0, 50.0], [100.0, 0.0])


def test_a_chain_that_is_too_large_is_refused():
    many, none = MOST_STATES + 1, np.zeros(0)
    states = np.column_stack([np.full(many, -1), np.arange(many)])
    whole = Transitions(
        states, np.ones(many), moved=none, origin=none.astype(int), target=none.astype(int),
        converted=np.ones(many), lost=np.zeros(many),
    )  # fmt: skip
    with pytest.raises(SettingsError, match="too many different steps"):
        removal_effects(whole, channels=many)


def test_no_effect_at_all_gives_no_shares():
    assert shares_of(np.zeros(3)).tolist() == [0.0, 0.0, 0.0]
