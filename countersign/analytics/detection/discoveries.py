"""Control of false discoveries over all series: a quiet company has about no alarm.

Benjamini and Yekutieli hold under any dependence, and ours is strong: a country's series is a part of
its company's. Series are tested in groups (a measure at a level of places), and a group's share of the
budget is fixed beforehand: coarse levels are few and pay little for the thousands of fine ones.

Source: Benjamini and Yekutieli (2001), "The control of the false discovery rate in multiple testing
under dependency", Ann. Stat. 29; Genovese, Roeder and Wasserman (2006), "False discovery control with
p-value weighting", Biometrika 93.
"""

import numpy as np

from countersign.analytics.detection.arrays import Flags, Floats


def discovered(log_p: Floats, *, rate: float) -> Flags:
    """Which of the tests are discoveries at this false discovery rate (Benjamini-Yekutieli).

    >>> discovered(np.log(np.array([1e-6, 0.5, 0.9])), rate=0.05).tolist()
    [True, False, False]
    """
    tests = len(log_p)
    if not tests:
        return np.zeros(0, dtype=bool)
    ranks = np.arange(1, tests + 1)
    bound = np.log(rate * ranks / (tests * (1 / ranks).sum()))
    order = np.argsort(log_p)
    passed = np.flatnonzero(log_p[order] <= bound)
    found = np.zeros(tests, dtype=bool)
    if len(passed):
        found[order[: passed[-1] + 1]] = True
    return found


def discovered_by_group(log_p: Floats, groups: np.ndarray, *, rate: float) -> Flags:
    """Discoveries when every group (one label per test) has an equal share of the false discovery rate."""
    labels = np.unique(groups)
    found = np.zeros(len(log_p), dtype=bool)
    for label in labels:
        inside = groups == label
        found[inside] = discovered(log_p[inside], rate=rate / len(labels))
    return found
