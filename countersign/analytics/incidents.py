"""Detected incidents by name, so that each of their figures is a fact that the same snapshot gives again."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

import duckdb

from countersign.analytics.detection import DetectedIncident, Detection, detect
from countersign.analytics.detection.content import Content, columns_read, content_of
from countersign.core.contracts import Fitted, Number

FUNCTION, VERSION = "incident", 1

Standing = Literal["on", "over"]
# A weekend without leads looks like the end of what went on: so many usual days make it over.
SURELY_OVER = timedelta(days=4)

# One draft asks for dozens of figures of one detection: the last few are kept, by all that they depend on.
_KEPT = 4
_detections: dict[tuple[date, Content], Detection] = {}


def detect_once(connection: duckdb.DuckDBPyConnection, *, as_of: date) -> Detection:
    """What `detect` gives, worked out once for the same rows and day."""
    key = (as_of, content_of(connection))
    if key not in _detections:
        while len(_detections) >= _KEPT:
            _detections.pop(next(iter(_detections)))
        _detections[key] = detect(connection, as_of=as_of)
    return _detections[key]


def read_columns(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Every "table.column" that a detection on this connection reads: what its figures rest on."""
    return tuple(
        f"{table}.{column}" for table, columns in columns_read(connection).items() for column in columns
    )


def define(incident: DetectedIncident, figure: str, *, as_of: date) -> Fitted:
    """How to get one figure of an incident again: detect anew, and take this incident's."""
    arguments = {
        "as_of": str(as_of),
        "metric": incident.metric,
        "place": json.dumps(incident.place, sort_keys=True),
        "start": str(incident.start),
        "figure": figure,
    }
    return Fitted(function=FUNCTION, version=VERSION, arguments=arguments)


def define_count(standing: Standing, *, as_of: date, severity: str = "") -> Fitted:
    """How to count the incidents that are on, or over, again; empty `severity` counts all of them."""
    arguments = {"as_of": str(as_of), "figure": "count", "standing": standing, "severity": severity}
    return Fitted(function=FUNCTION, version=VERSION, arguments=arguments)


def figure_of(incident: DetectedIncident, figure: str) -> Number | None:
    """One figure of an incident: expected, low, high, actual, or the change of a measure beside it."""
    beside = dict(incident.moved)
    if figure.startswith("beside:"):
        return beside.get(figure.removeprefix("beside:"))
    return {
        "expected": incident.expected,
        "low": incident.low,
        "high": incident.high,
        "actual": incident.actual,
    }.get(figure)


def count_of(detection: Detection, standing: Standing, *, as_of: date, severity: str = "") -> int:
    """How many incidents of a severity are on, or over; empty `severity` counts all of them."""
    return sum(
        severity in ("", incident.severity) and standing == _standing(incident, as_of=as_of)
        for incident in detection.incidents
    )


def _standing(incident: DetectedIncident, *, as_of: date) -> Standing:
    end = incident.end
    return "over" if end is not None and end + timedelta(days=1) + SURELY_OVER <= as_of else "on"


def recompute_figure(connection: duckdb.DuckDBPyConnection, arguments: Mapping[str, str]) -> Number | None:
    """A figure by its definition; None when this snapshot shows no such incident."""
    as_of = date.fromisoformat(arguments["as_of"])
    detection = detect_once(connection, as_of=as_of)
    if arguments["figure"] == "count":
        severity = arguments["severity"]
        standings: tuple[Standing, ...] = ("on", "over")
        # Drafts of earlier versions name no standing: they counted what was over with what was still on.
        asked = [one for one in standings if arguments.get("standing", one) == one]
        return sum(count_of(detection, one, as_of=as_of, severity=severity) for one in asked)
    place = json.loads(arguments["place"])
    for incident in detection.incidents:
        if (incident.metric, incident.place, str(incident.start)) == (
            arguments["metric"], place, arguments["start"],
        ):  # fmt: skip
            return figure_of(incident, arguments["figure"])
    return None
