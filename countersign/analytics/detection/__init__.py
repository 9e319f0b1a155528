"""Finding what is true: expected ranges, incidents, where they sit and what kind they look like.

`find_incidents(connection, as_of=...)` reads the daily marts and returns what moved, where, since when
and of which kind; `expected_range(...)` gives the range of one series. The modules in reading order:

- `cube`        daily marts as dense arrays, and what is missing from them
- `places`      every place that can be named (company, channel, account, campaign, device, country, pairs)
- `measures`    which ratios and counts are judged, in the order of the funnel
- `seasonality` weekday profile, the monthly phase, and the day effect that all campaigns share
- `ranges`      the range of one series' next days
- `maturity`    recent days whose outcomes are still to come
- `reference`   the robust level before a window, and the empirical noise of every window length
- `memory`      how far back that level is read, whichever would have foretold the series best
- `scan`        every place, measure and window of the last weeks, held against that level
- `discoveries` control of false discoveries over all series
- `root_cause`  the smallest set of places that explains what moved
- `onset`       the day by which a move was under way
- `families`    the kind that a pattern of moved and held measures looks like
- `planned`     what the company said beforehand
- `incidents`   all of it in order
"""

from countersign.analytics.detection.incidents import detect, find_incidents
from countersign.analytics.detection.ranges import ExpectedRange, expected_range
from countersign.analytics.detection.records import DetectedIncident, Detection

__all__ = [
    "DetectedIncident",
    "Detection",
    "ExpectedRange",
    "detect",
    "expected_range",
    "find_incidents",
]
