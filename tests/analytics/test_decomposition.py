"""The split of a change in cost per lead: parts sum to the whole, in no order, and mean what they say."""

from fractions import Fraction
from itertools import permutations
from math import isclose, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.analytics.decomposition import (
    CHANNEL_PARTS,
    Pair,
    cost_change_part,
    split_channel,
    split_product,
)

counts = st.integers(min_value=0, max_value=5000)
money = st.decimals(min_value=0, max_value=10**6, places=2)
channel = st.tuples(money, money, counts, counts, counts, counts)


def pair(prior, now) -> Pair:
    return Pair(Fraction(prior), Fraction(now))


def split(channels) -> list[dict[str, Fraction]]:
    spend = pair(sum(c[0] for c in channels), sum(c[1] for c in channels))
    leads = pair(sum(c[2] for c in channels), sum(c[3] for c in channels))
    return [
        split_channel(
            pair(c[0], c[1]), pair(c[2], c[3]), clicks=pair(c[4], c[5]), all_spend=spend, all_leads=leads
        )
        for c in channels
    ]


def change(channels) -> Fraction:
    now = Fraction(sum(c[1] for c in channels)) / sum(c[3] for c in channels)
    return now - Fraction(sum(c[0] for c in channels)) / sum(c[2] for c in channels)


def whole(parts: dict[str, Fraction]) -> Fraction:
    return sum(parts.values(), start=Fraction(0))


has_leads = st.lists(channel, min_size=1, max_size=9).filter(
    lambda channels: sum(c[2] for c in channels) and sum(c[3] for c in channels)
)


@given(has_leads)
def test_parts_sum_exactly_to_the_change_whatever_is_zero_or_new(channels):
    assert sum(whole(parts) for parts in split(channels)) == change(channels)


@given(has_leads)
def test_the_order_of_channels_does_not_matter(channels):
    assert split(channels)[::-1] == split(channels[::-1])


@given(has_leads)
def test_merging_two_channels_adds_their_parts(channels):
    merged = tuple(first + second for first, second in zip(channels[0], channels[-1], strict=True))
    if len(channels) < 2:
        return
    apart, together = split(channels), split([merged, *channels[1:-1]])

    assert whole(together[0]) == whole(apart[0]) + whole(apart[-1])


@given(has_leads)
def test_rounded_parts_sum_to_the_rounded_change(channels):
    totals = [
        sum(c[1] for c in channels),
        sum(c[0] for c in channels),
        sum(c[3] for c in channels),
        sum(c[2] for c in channels),
    ]
    parts = [
        cost_change_part([*totals, c[1], c[0], c[3], c[2], c[5], c[4]], {"part": part})
        for c in channels
        for part in CHANNEL_PARTS
    ]

    assert isclose(sum(parts), float(change(channels)), rel_tol=1e-9, abs_tol=1e-9 * max(map(abs, parts)))


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=4))
def test_a_product_splits_as_the_mean_over_all_orders_of_change(factors):
    pairs = [pair(*values) for values in factors]
    orders = list(permutations(range(len(pairs))))
    expected = [Fraction(0)] * len(pairs)
    for order in orders:
        values = [factor.prior for factor in pairs]
        for index in order:
            before = prod(values, start=Fraction(1))
            values[index] = pairs[index].now
            expected[index] += (prod(values, start=Fraction(1)) - before) / len(orders)

    assert split_product(pairs) == expected


def test_a_channel_that_grows_at_the_blended_cost_has_no_part():
    grown, still = split([(100, 300, 10, 30, 50, 150), (500, 500, 50, 50, 90, 90)])

    assert whole(grown) == 0
    assert whole(still) == 0


def test_dearer_clicks_show_as_click_price_and_nothing_else():
    parts = split([(100, 150, 10, 10, 50, 50)])[0]

    assert {name: part for name, part in parts.items() if part} == {"click_price": 5}


def test_fewer_leads_from_the_same_clicks_show_as_clicks_per_lead():
    parts = split([(100, 100, 10, 5, 50, 50)])[0]

    assert {name: part for name, part in parts.items() if part} == {"clicks_per_lead": 10}


def test_more_leads_without_spend_make_the_blend_cheaper_under_their_own_name():
    paid, direct = split([(100, 100, 10, 10, 50, 50), (0, 0, 10, 30, 0, 0)])

    assert direct["unpaid_mix"] < 0
    assert paid["click_price"] == paid["clicks_per_lead"] == 0


def test_a_new_channel_that_spends_without_leads_costs_its_spend_per_lead():
    parts = split([(100, 100, 10, 10, 50, 50), (0, 40, 0, 0, 0, 9)])[1]

    assert whole(parts) == parts["paid_mix"] == 4


def test_spend_without_counted_clicks_is_still_explained():
    parts = split([(100, 200, 10, 10, 0, 0)])[0]

    assert parts["unclicked_cost"] == whole(parts) == 10


@pytest.mark.parametrize("leads_now", [0, None])
def test_without_leads_in_a_week_the_change_is_not_known(leads_now):
    assert cost_change_part([10, 10, leads_now, 5, 10, 10, 0, 5, 1, 1], {"part": "whole"}) is None
