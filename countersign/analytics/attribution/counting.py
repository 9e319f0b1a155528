"""What Markov chains and Shapley values are made of, aggregated in SQL: transitions and coalitions."""

from typing import Any, Literal

import duckdb
import numpy as np
from numpy.typing import NDArray

from countersign.analytics.attribution.journeys import Journeys
from countersign.analytics.attribution.markov import START, Transitions
from countersign.analytics.attribution.shapley import Coalitions

# Sets of so many channels fit a bit each of DuckDB's unsigned 64 bits.
_BITS = 63


def count_transitions(
    connection: duckdb.DuckDBPyConnection, journeys: Journeys, *, order: Literal[1, 2]
) -> Transitions:
    """How many journeys go from each state to each other, and where they begin and end.

    Args:
        connection: holds the journeys, with those that did not convert.
        journeys: what `open_journeys` made.
        order: how many channels a state remembers.
    """
    moves = _moves(connection, journeys, order=order)
    begun = _begun(connection, journeys)
    ends = _ends(connection, journeys, order=order)
    spoken = np.concatenate([moves[:, :2], moves[:, 2:4], begun[:, :2], ends[:, :2]]).astype(np.int64)
    states, at = np.unique(spoken, axis=0, return_inverse=True)
    origin, target, first, last = np.split(
        at.reshape(-1), np.cumsum([len(moves), len(moves), len(begun)]).tolist()
    )
    return Transitions(
        states=states,
        begun=_placed(first, begun[:, 2], len(states)),
        moved=moves[:, 4],
        origin=origin,
        target=target,
        converted=_placed(last, ends[:, 2], len(states)),
        lost=_placed(last, ends[:, 3], len(states)),
    )


def _moves(
    connection: duckdb.DuckDBPyConnection, journeys: Journeys, *, order: Literal[1, 2]
) -> NDArray[np.float64]:
    """Rows of: origin (before, channel), target (before, channel), journeys."""
    if order == 1:
        pairs = f"""
            select enum_code(a) as a, enum_code(b) as b, sum(weight)
            from (
                select unnest(steps[:-2]) as a, unnest(steps[2:]) as b, conversions + nulls as weight
                from {journeys.table} where touches > 1
            ) group by all"""
        found = _matrix(connection, pairs, width=3)
        start = np.full(len(found), float(START))
        return np.column_stack([start, found[:, 0], start, found[:, 1], found[:, 2]])
    opening = f"""
        select
            {START}, enum_code(steps[1]), enum_code(steps[1]), enum_code(steps[2]),
            sum(conversions + nulls)
        from {journeys.table} where touches > 1 group by all"""
    triples = f"""
        select enum_code(a) as a, enum_code(b) as b, enum_code(b) as again, enum_code(c) as c, sum(weight)
        from (
            select unnest(steps[:-3]) as a, unnest(steps[2:-2]) as b, unnest(steps[3:]) as c,
                conversions + nulls as weight
            from {journeys.table} where touches > 2
        ) group by all"""
    return np.concatenate([_matrix(connection, sql, width=5) for sql in (opening, triples)])


def _begun(connection: duckdb.DuckDBPyConnection, journeys: Journeys) -> NDArray[np.float64]:
    return _matrix(
        connection,
        f"select {START}, enum_code(steps[1]), sum(conversions + nulls) from {journeys.table} group by all",
        width=3,
    )


def _ends(
    connection: duckdb.DuckDBPyConnection, journeys: Journeys, *, order: Literal[1, 2]
) -> NDArray[np.float64]:
    before = str(START) if order == 1 else f"coalesce(enum_code(steps[touches - 1]), {START})"
    return _matrix(
        connection,
        f"""
        select cast({before} as integer), enum_code(steps[touches]), sum(conversions), sum(nulls)
        from {journeys.table} group by all
        """,
        width=4,
    )


def _matrix(connection: duckdb.DuckDBPyConnection, sql: str, *, width: int) -> NDArray[np.float64]:
    columns = connection.execute(sql).fetchnumpy().values()
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns]).reshape(-1, width)


def _placed(places: NDArray[np.int64], amounts: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.bincount(places, weights=amounts, minlength=size).astype(np.float64)


def credit_within(
    connection: duckdb.DuckDBPyConnection, journeys: Journeys
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Credits of conversions and of value under the game `within`, summed where the journeys are.

    It equals `shapley_within(count_coalitions(...))`, without one row per coalition.
    """
    found = connection.execute(
        f"""
        select enum_code(step), fsum(conversions / channels), fsum(value / channels)
        from (
            select unnest(held) as step, len(held) as channels, conversions, value
            from (
                select list_distinct(steps) as held, conversions, value from {journeys.table}
                where conversions > 0
            )
        ) group by step
        """
    ).fetchall()
    return _by_channel(found, channels=len(journeys.channels))


def _by_channel(
    found: list[tuple[int, float, float]], *, channels: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    table = np.zeros((channels, 2))
    for code, conversions, value in found:
        table[code] = conversions, value
    return table[:, 0], table[:, 1]


def spread_by_path(
    connection: duckdb.DuckDBPyConnection, journeys: Journeys, *, shares: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Credits of conversions and of value when each journey shares out its own, by its touches' shares.

    Args:
        connection: holds the journeys.
        journeys: what `open_journeys` made.
        shares: weight of each channel, shape (channels,); above zero for all on a converting path.
    """
    found = connection.execute(
        f"""
        select enum_code(step), fsum(conversions * share / whole), fsum(value * share / whole)
        from (
            select unnest(steps) as step, unnest(shares) as share, list_sum(shares) as whole,
                conversions, value
            from (
                select steps, list_transform(steps, lambda step: ?[enum_code(step) + 1]) as shares,
                    conversions, value
                from {journeys.table} where conversions > 0
            )
        ) group by step
        """,
        [shares.tolist()],
    ).fetchall()
    return _by_channel(found, channels=len(journeys.channels))


def count_coalitions(connection: duckdb.DuckDBPyConnection, journeys: Journeys) -> Coalitions:
    """The distinct sets of channels with their conversions, value and journeys without conversion."""
    channels = len(journeys.channels)
    held: Any
    if channels <= _BITS:
        bits = "list_transform(steps, lambda step: cast(1 as ubigint) << enum_code(step))"
        found = _sets(connection, journeys, f"list_aggregate({bits}, 'bit_or')")
        masks = np.array([row[0] for row in found], dtype=np.uint64)
        held = (masks[:, None] >> np.arange(channels, dtype=np.uint64)) & np.uint64(1)
    else:
        codes = "list_transform(list_sort(list_distinct(steps)), lambda step: enum_code(step))"
        found = _sets(connection, journeys, codes)
        held = np.zeros((len(found), channels), dtype=np.bool_)
        for at, row in enumerate(found):
            held[at, row[0]] = True
    sums = np.array([row[1:] for row in found], dtype=np.float64).reshape(-1, 3)
    return Coalitions(held.astype(np.bool_), sums[:, 0], sums[:, 1], sums[:, 2])


def _sets(
    connection: duckdb.DuckDBPyConnection, journeys: Journeys, key: str
) -> list[tuple[Any, float, float, float]]:
    return connection.execute(
        f"select {key} as held, sum(conversions), sum(value), sum(nulls) from {journeys.table} group by held"
    ).fetchall()
