"""Control of false discoveries over all series: a quiet company has about no alarm.

Benjamini and Yekutieli show that the procedure of Benjamini and Hochberg holds under positive dependence,
which is ours: a country's series is a part of its company's. Series are tested in groups (a measure at a
level of places) whose share of the budget is fixed beforehand and grows with the root of the group's size:
coarse levels are few and pay little for the hundreds of fine ones.

Source: Benjamini and Yekutieli (2001), "The control of the false discovery rate in multiple testing
under dependency", Ann. Stat. 29; Genovese, Roeder and Wasserman (2006), "False discovery control with
p-value weighting", Biometrika 93.
"""

import numpy as np

from countersign.analytics.detection.arrays import Flags, Floats


def discovered(log_p: Floats, *, rate: float) -> Flags:
    """Which of the tests are discoveries at this false discovery rate.

    >>> discovered(np.log(np.array([1e-6, 0.5, 0.9])), rate=0.05).tolist()
    [True, False, False]
    """
    tests = len(log_p)
    if not tests:
        return np.zeros(0, dtype=bool)
    ranks = np.arange(1, tests + 1)
    bound = np.log(rate * ranks / tests)
    order = np.argsort(log_p)
    passed = np.flatnonzero(log_p[order] <= bound)
    found = np.zeros(tests, dtype=bool)
    if len(passed):
        found[order[: passed[-1] + 1]] = True
    return found


def discovered_by_group(log_p: Floats, groups: np.ndarray, *, rate: float) -> Flags:
    """Discoveries when each group (one label per test) has its share of the false discovery rate."""
    shares = np.exp(-price_by_group(groups))
    found = np.zeros(len(log_p), dtype=bool)
    for label in np.unique(groups):
        inside = groups == label
        found[inside] = discovered(log_p[inside], rate=rate * float(shares[inside].sum()))
    return found


def price_by_group(groups: np.ndarray) -> Floats:
    """What each test pays for all the others: minus the log of its share of the false discovery rate.

    >>> np.exp(-price_by_group(np.array(["company", "country", "country"]))).sum().round(12)
    np.float64(1.0)
    """
    _, place, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    each = 1 / np.sqrt(sizes) / np.sqrt(sizes).sum()
    return np.asarray(-np.log(each[place]), dtype=np.float64)
