"""split_ratio: parts sum to the change, no order matters, and a segment that stood still has no part."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.analytics.decomposition import Pair
from countersign.analytics.ratio_split import split_ratio

amounts = st.fractions(min_value=0, max_value=10**5, max_denominator=20)
pairs = st.builds(Pair, amounts, amounts)
chains = st.integers(2, 5).flatmap(
    lambda length: st.dictionaries(
        st.sampled_from("abcdef"), st.lists(pairs, min_size=length, max_size=length), min_size=1
    )
)


def total_ratio(segments, period):
    above = sum(getattr(chain[0], period) for chain in segments.values())
    below = sum(getattr(chain[-1], period) for chain in segments.values())
    return above / below if below else None


@settings(max_examples=60, deadline=None)
@given(chains)
def test_parts_sum_to_the_change_of_the_ratio(segments):
    parts = split_ratio(segments)

    prior, now = total_ratio(segments, "prior"), total_ratio(segments, "now")
    if prior is None or now is None:
        assert parts == {}
    else:
        assert sum(part.whole for part in parts.values()) == now - prior
        assert all(sum(part.factors) == part.own for part in parts.values() if part.factors)


@settings(max_examples=40, deadline=None)
@given(chains)
def test_the_order_of_segments_changes_nothing(segments):
    assert split_ratio(segments) == split_ratio(dict(reversed(segments.items())))


@settings(max_examples=40, deadline=None)
@given(chains)
def test_swapping_the_periods_swaps_every_sign(segments):
    swapped = {name: [Pair(one.now, one.prior) for one in chain] for name, chain in segments.items()}

    forward, backward = split_ratio(segments), split_ratio(swapped)

    assert {name: -part.whole for name, part in forward.items()} == {
        name: part.whole for name, part in backward.items()
    }


def still(*values):
    return [Pair(Fraction(value), Fraction(value)) for value in values]


def test_only_the_factor_that_moved_has_a_part():
    dearer = [
        Pair(Fraction(100), Fraction(150)),
        *still(50, 10),
    ]

    parts = split_ratio({"search": dearer, "social": still(80, 20, 10)})

    assert parts["search"].factors == (Fraction(5, 2), 0)
    assert parts["social"].whole == 0
    assert parts["search"].mix == 0


def test_a_segment_that_appears_is_all_mix():
    new = [Pair(Fraction(0), Fraction(90)), Pair(Fraction(0), Fraction(10))]

    parts = split_ratio({"old": still(30, 10), "new": new})

    assert parts["new"].factors == ()
    assert parts["new"].own == 0
    assert parts["new"].mix + parts["old"].mix == Fraction(120, 20) - 3


def test_chains_of_different_length_are_refused():
    with pytest.raises(ValueError, match="same chain"):
        split_ratio({"a": still(1, 2), "b": still(1, 2, 3)})
