"""A metric against the week before and against its expected range, and when that is a finding.

Severity: "watch" when a figure leaves its 80% range in the bad direction, "act" when it is at least
twice as far from the middle (about one week in a hundred by noise alone), "info" when the direction
is good or neither. Channels are many, so one of them is a finding only beyond twice its range, and
"act" beyond three times. Small counts and weeks whose data are not complete are never findings.
"""

from collections.abc import Sequence

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar
from countersign.analytics.expected_range import FEWEST_WEEKS, MOST_WEEKS, position
from countersign.analytics.metrics import COST_COUNTS, Metric, metric_named
from countersign.analytics.records import Movement
from countersign.core.contracts import Fact, Finding, Severity, Window
from countersign.core.periods import previous_week, weeks_ending_with
from countersign.core.workspace import Company

# Fewer events than this in a week say nothing about a change.
FEWEST_EVENTS = 10

_FAR, _VERY_FAR = 2.0, 3.0


def week_for(metric: Metric, calendar: Calendar, company: Company) -> Window:
    """The week in which a metric is read: the last matured one where sales still changes it."""
    if not metric.matures:
        return calendar.week
    is_late = metric.name in ("customers", "cac")
    return calendar.matured(company.customer_maturity_days if is_late else company.acceptance_maturity_days)


def build_movement(
    book: FactBook, name: str, *, calendar: Calendar, company: Company, channel: str | None = None
) -> Movement:
    """A metric's movement, over all channels or in one; see `Movement`."""
    metric = metric_named(name)
    week = week_for(metric, calendar, company)
    history = _history(book, name, week, channel=channel)
    now = book.metric(name, week, channel=channel)
    prior = book.metric(name, previous_week(week), channel=channel)
    low, high = _range_facts(book, metric, history, now=now)
    difference = _difference(book, metric, now, prior=prior, channel=channel)
    change = _compare(book, "change_rate", now, prior, metric=metric)
    place = None
    if now.value is not None and low and high and low.value is not None and high.value is not None:
        place = position(now.value, low=low.value, high=high.value)
    return Movement(
        metric=name,
        title=metric.title,
        unit=metric.unit,
        week=week,
        prior_week=previous_week(week),
        channel=channel,
        now=now.id,
        prior=prior.id,
        difference=difference.id,
        change=change.id,
        series=tuple(fact.id for fact in [*history, now][-MOST_WEEKS:]),
        low=low and low.id,
        high=high and high.id,
        in_normal_range=None if place is None else abs(place) <= 1,
        is_small_count=_is_small(book, metric, week, channel=channel),
        is_incomplete=calendar.is_incomplete(metric, week),
        good_direction=metric.good_direction,
        position=place,
        is_matured_only=week != calendar.week,
    )


def find_change(movement: Movement) -> Finding | None:
    """The finding that a movement amounts to, None when nothing can or need be said.

    A company figure inside its range is "normal_variation"; a channel's is nothing.
    """
    place = movement.position
    if place is None or movement.is_small_count or movement.is_incomplete:
        return None
    if movement.channel is not None and abs(place) < _FAR:
        return None
    is_change = abs(place) > 1
    kind = "change" if is_change else "normal_variation"
    suffix = "" if movement.channel is None else f":{movement.channel}"
    return Finding(
        key=f"{kind}:{movement.metric}{suffix}",
        kind="change" if is_change else "normal_variation",
        metric=movement.metric,
        place={} if movement.channel is None else {"channel": movement.channel},
        facts=movement_roles(movement),
        severity=_severity(movement, place) if is_change else "info",
        label="measured",
        good_direction=movement.good_direction,
    )


def movement_roles(movement: Movement) -> dict[str, str]:
    """A movement's facts by role, as findings carry them."""
    roles = {
        "now": movement.now,
        "prior": movement.prior,
        "difference": movement.difference,
        "change": movement.change,
    }
    if movement.low is not None and movement.high is not None:
        roles |= {"low": movement.low, "high": movement.high}
    return roles


def _severity(movement: Movement, place: float) -> Severity:
    if movement.good_direction == "neutral":
        return "info"
    is_worse = (place < 0) == (movement.good_direction == "up")
    if not is_worse:
        return "info"
    far = _FAR if movement.channel is None else _VERY_FAR
    return "act" if abs(place) >= far else "watch"


def _history(book: FactBook, name: str, week: Window, *, channel: str | None) -> list[Fact]:
    """Facts of the 13 weeks before, without those before the metric's first week."""
    first = min(book.weeks(name), default=week.start)
    weeks = weeks_ending_with(previous_week(week), count=MOST_WEEKS)
    return [book.metric(name, earlier, channel=channel) for earlier in weeks if earlier.start >= first]


def _range_facts(
    book: FactBook, metric: Metric, history: Sequence[Fact], *, now: Fact
) -> tuple[Fact | None, Fact | None]:
    if sum(fact.value is not None for fact in history) < FEWEST_WEEKS:
        return None, None
    series = "count" if metric.unit == "count" and metric.name != "impressions" else "measure"
    low, high = (
        book.derive(
            function,
            history,
            metric=f"{metric.name}_{function}",
            title=f"Expected range of {metric.title[0].lower()}{metric.title[1:]}",
            unit=metric.unit,
            window=now.window,
            dimensions=now.dimensions,
            arguments={"series": series},
        )
        for function in ("expected_low", "expected_high")
    )
    return low, high


def _compare(book: FactBook, function: str, now: Fact, prior: Fact, *, metric: Metric) -> Fact:
    is_rate = function == "change_rate"
    return book.derive(
        function,
        [now, prior],
        metric=f"{metric.name}_{function}",
        title=now.title,
        unit="rate" if is_rate else metric.unit,
        window=now.window,
        dimensions=now.dimensions,
    )


def _difference(book: FactBook, metric: Metric, now: Fact, *, prior: Fact, channel: str | None) -> Fact:
    """Now minus prior; for a cost from spend and count, unrounded, so that it splits exactly."""
    if metric.name not in COST_COUNTS or now.window is None or prior.window is None:
        return _compare(book, "difference", now, prior, metric=metric)
    return book.derive(
        "ratio_difference",
        [
            book.metric(name, window, channel=channel)
            for name in ("spend", COST_COUNTS[metric.name])
            for window in (now.window, prior.window)
        ],
        metric=f"{metric.name}_difference",
        title=now.title,
        unit=metric.unit,
        window=now.window,
        dimensions=now.dimensions,
    )


def _is_small(book: FactBook, metric: Metric, week: Window, *, channel: str | None) -> bool:
    """Whether the events behind a figure are too few: in the bigger week of a count, in either of a ratio."""
    if not metric.counts:
        return False
    events = [
        sum(
            book.metric(count, which, channel=channel).value or 0
            for count in metric.counts
        )
        for which in (week, previous_week(week))
    ]  # fmt: skip
    is_ratio = metric.name not in metric.counts and metric.name != "pipeline"
    return (min(events) if is_ratio else max(events)) < FEWEST_EVENTS
