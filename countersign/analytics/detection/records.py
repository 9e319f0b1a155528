"""What a detection returns: frozen records that an agent can quote."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Severity = Literal["act", "watch", "info"]
Way = Literal["up", "down"]


@dataclass(frozen=True)
class DetectedIncident:
    """Something that left its expected range and no planned event explains.

    Args:
        metric: the earliest measure of the chain that moved.
        place: where, keys among channel, account_id, campaign_id, device, country; {} is the company.
        start: the day by which it was under way with a probability of 80% (`onset`): where events are few,
            its cause may lie some days before.
        end: last day, None while it lasts.
        direction: which way the metric moved.
        z: signed, in units of the noise that the series shows in windows of that length.
        severity: "act", "watch" or "info".
        kind: what the pattern looks like, "unexplained" when like nothing known.
        label: "measured" when the pattern alone decides the kind, "inferred" when the kind is a reading.
        expected, low, high: where the metric should have been, with its 80% range; same unit as `actual`.
        actual: the metric in those days.
        evidence: other measures at that place in those days, and what they did, in plain words.
        through: last day that was judged; `end` when it is over.
        moved: those of the other measures that moved, with their relative change.
    """

    metric: str
    place: dict[str, str]
    start: date
    end: date | None
    direction: Way
    z: float
    severity: Severity
    kind: str
    label: Literal["measured", "inferred"]
    expected: float
    low: float
    high: float
    actual: float
    evidence: tuple[tuple[str, str], ...] = field(default=())
    through: date | None = None
    moved: tuple[tuple[str, float], ...] = field(default=())


@dataclass(frozen=True)
class Detection:
    """All incidents of a day, ordered by severity, and what could not be judged."""

    incidents: tuple[DetectedIncident, ...]
    missing: tuple[str, ...]
