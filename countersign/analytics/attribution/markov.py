"""Removal effects of a Markov chain of order 1 or 2: one linear solve for the whole chain.

Journeys are walks from a start to one of two absorbing states, `converted` and `lost`. With Q the
transitions between the other states and F = (I - Q)^-1, the chance to convert from each state is
b = F r, where r is the chance to convert at the next step. Striking out a channel sends whoever
would enter it to `lost`; what is lost is exactly the mass of walks that convert after they have
entered the channel. If E are the states that hold it, the chance h to enter E first in each of its
states solves h F[E, E] = F[start, E], and so

    removal effect = h · b[E] / b[start]

which needs no second chain per channel. Credits are the effects' shares of all conversions.

Order 1: a state is a channel. Order 2: a state is a channel and the one before it (or the start).
Repeats are kept; walks that leave a state for itself change no chance to be absorbed.

Source: Anderl, Becker, von Wangenheim, Schumann (2016), "Mapping the customer journey", International
Journal of Research in Marketing 33(3); Kemeny and Snell (1976), "Finite Markov Chains", ch. III.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countersign.core.errors import SettingsError

# F is dense: at this size 8 bytes a cell are 200 MB, and the solve takes seconds.
MOST_STATES = 5_000

START = -1


@dataclass(frozen=True)
class Transitions:
    """Counts of journeys that leave a state: to another one, to a conversion, or to nothing.

    A state is a row of `states`: the channel before (START when there is none; always START in
    order 1) and the channel itself, as positions in the list of channels.

    Attributes:
        states: shape (states, 2).
        begun: journeys that begin in each state, shape (states,).
        moved: journeys from a state to a state, shape (moves,), with `origin` and `target`.
        origin: state left, shape (moves,).
        target: state entered, shape (moves,).
        converted: conversions that end in each state, shape (states,).
        lost: journeys without conversion that end in each state, shape (states,).
    """

    states: NDArray[np.int64]
    begun: NDArray[np.float64]
    moved: NDArray[np.float64]
    origin: NDArray[np.int64]
    target: NDArray[np.int64]
    converted: NDArray[np.float64]
    lost: NDArray[np.float64]


def removal_effects(transitions: Transitions, *, channels: int) -> NDArray[np.float64]:
    """Share of modelled conversions that fails without each channel, 0..1, shape (channels,).

    All zero when nothing converted.

    Raises:
        SettingsError: the chain has more states than fit a dense solve.
    """
    states = len(transitions.states)
    if states > MOST_STATES:
        raise SettingsError(
            "These paths have too many different steps for a Markov chain.",
            found=f"{states:,} states, and {MOST_STATES:,} are the most",
            fix="ask by channel instead of by campaign, for order 1, or for fewer days",
        )
    if not transitions.converted.any():
        return np.zeros(channels)
    visits, converts, begun = _solve(transitions)
    whole = float(begun @ converts)
    return np.array([_effect(visits, converts, begun, held) / whole for held in _held(transitions, channels)])


def _solve(
    transitions: Transitions,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    states = len(transitions.states)
    moved = np.zeros((states, states))
    np.add.at(moved, (transitions.origin, transitions.target), transitions.moved)
    leaving = moved.sum(axis=1) + transitions.converted + transitions.lost
    # A state that nobody leaves has weight nowhere: its row stays zero.
    leaving = np.where(leaving > 0, leaving, 1.0)
    visits = np.asarray(np.linalg.inv(np.eye(states) - moved / leaving[:, None]), dtype=np.float64)
    return visits, visits @ (transitions.converted / leaving), transitions.begun / transitions.begun.sum()


def _held(transitions: Transitions, channels: int) -> list[NDArray[np.intp]]:
    before, channel = transitions.states.T
    return [np.flatnonzero((before == at) | (channel == at)) for at in range(channels)]


def _effect(
    visits: NDArray[np.float64],
    converts: NDArray[np.float64],
    begun: NDArray[np.float64],
    held: NDArray[np.intp],
) -> float:
    entered = begun @ visits[:, held]
    first = np.linalg.solve(visits[np.ix_(held, held)].T, entered)
    return max(float(first @ converts[held]), 0.0)


def shares_of(effects: NDArray[np.float64]) -> NDArray[np.float64]:
    """Effects as shares of their sum; all zero when they are."""
    total = effects.sum()
    return effects / total if total > 0 else np.zeros_like(effects)
