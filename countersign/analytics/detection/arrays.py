"""The array types of the detection room."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]
Names = NDArray[Any]


def cumulated(values: Floats) -> Floats:
    """Sums of all days before each day: shape (..., days + 1), the first zero."""
    zero = np.zeros((*values.shape[:-1], 1))
    return np.concatenate([zero, np.cumsum(values, axis=-1)], axis=-1)


def ratio(above: Floats, below: Floats, *, empty: float = 0.0) -> Floats:
    """Element by element, `empty` where the denominator is zero."""
    out = np.full(np.broadcast(above, below).shape, empty)
    np.divide(above, below, out=out, where=below > 0)
    return out


def median_where(values: Floats, held: Flags) -> Floats:
    """Median of each row over the held entries, NaN where none is."""
    ordered = np.sort(np.where(held, values, np.inf), axis=1)
    count = held.sum(axis=1)
    rows = np.arange(len(values))
    low, high = np.maximum((count - 1) // 2, 0), np.minimum(count // 2, values.shape[1] - 1)
    middle = (ordered[rows, low] + ordered[rows, high]) / 2
    return np.asarray(np.where(count > 0, middle, np.nan), dtype=np.float64)
