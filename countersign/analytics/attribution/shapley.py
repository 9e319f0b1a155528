"""Shapley values over the sets of channels that journeys touched, exact for any number of channels.

A game says what each coalition S of channels is worth; phi_i is the mean of what channel i adds,
over all orders in which the channels may arrive:

    phi_i = sum over S without i of  |S|! (n - |S| - 1)! / n!  ·  (v(S + i) - v(S))

None of the three games below is enumerated over 2^n coalitions. Each has worth only on coalitions
that were observed, and a Shapley value is linear in the game, so the sum runs over those alone.

- within (what `attribute` uses): v(S) = conversions of journeys that touched nothing outside S.
  It is a sum of unanimity games, one per observed set T, and so phi_i = sum over T with i of
  conversions(T) / |T|. Nothing is negative and all of it sums to the conversions.
- exact: v(S) = conversions of journeys whose set is exactly S. phi may be negative, and its sum is
  the conversions of journeys that touched every channel there is.
- rate: for each observed set T a game of its own among the channels of T, v(S) = conversion rate of
  journeys whose set is exactly S, with lost journeys counted; phi is scaled to the conversions of T.

Source: Shapley (1953), "A value for n-person games"; Harsanyi (1959), "A bargaining model"; Zhao,
Mahboobi, Bagheri (2018), "Shapley Value Methods for Attribution Modeling in Online Advertising",
arXiv:1804.05327.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from countersign.core.errors import SettingsError

# The game `rate` compares every observed set with every other.
MOST_SETS = 20_000
_BLOCK = 512


@dataclass(frozen=True)
class Coalitions:
    """The sets of channels that journeys touched, each once.

    Attributes:
        members: whether a set holds a channel, shape (sets, channels).
        conversions: shape (sets,).
        value: shape (sets,).
        nulls: journeys without conversion, shape (sets,).
    """

    members: NDArray[np.bool_]
    conversions: NDArray[np.float64]
    value: NDArray[np.float64]
    nulls: NDArray[np.float64]


def shapley_within(coalitions: Coalitions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Credits of conversions and of value under the game `within`, each of shape (channels,)."""
    sizes = coalitions.members.sum(axis=1)
    members = coalitions.members / sizes[:, None]
    return coalitions.conversions @ members, coalitions.value @ members


def shapley_exact(coalitions: Coalitions) -> NDArray[np.float64]:
    """Signed Shapley values of conversions under the game `exact`, shape (channels,)."""
    return coalitions.conversions @ _weights(coalitions.members, coalitions.members.shape[1])


def shapley_rate(coalitions: Coalitions) -> NDArray[np.float64]:
    """Credits of conversions under the games `rate`, shape (channels,); they sum to the conversions.

    Raises:
        SettingsError: there are too many different sets to compare each with all.
    """
    converted = coalitions.conversions > 0
    members, conversions = coalitions.members[converted], coalitions.conversions[converted]
    if len(members) > MOST_SETS:
        raise SettingsError(
            "Journeys touched too many different sets of channels to compare each with all.",
            found=f"{len(members):,} sets, and {MOST_SETS:,} are the most",
            fix="use the game `within`, or group campaigns into channels",
        )
    rates = conversions / (conversions + coalitions.nulls[converted])
    credit = np.zeros(members.shape[1])
    for block in range(0, len(members), _BLOCK):
        wholes = members[block : block + _BLOCK]
        is_part = (members.astype(np.float32) @ (~wholes.T).astype(np.float32)) == 0
        for at, whole in enumerate(wholes):
            parts = is_part[:, at]
            local = np.where(whole, rates[parts] @ _weights(members[parts], int(whole.sum())), 0.0)
            credit += local / rates[block + at] * conversions[block + at]
    return credit


def _weights(members: NDArray[np.bool_], players: int) -> NDArray[np.float64]:
    """What one unit of worth of each set gives to each channel, shape (sets, channels)."""
    # (s - 1)! (n - s)! / n! is 1 / (n C(n - 1, s - 1)), in integers until the one division.
    inside = np.array([0.0, *(1 / (players * comb(players - 1, size)) for size in range(players))])
    outside = np.append(inside[1:], 0.0)
    sizes = members.sum(axis=1)
    weights: NDArray[np.float64] = np.where(members, inside[sizes][:, None], -outside[sizes][:, None])
    return weights
