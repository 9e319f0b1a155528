"""The trend as a Vega-Lite chart: inline SVG at two widths, the same bytes each time."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import vl_convert
from markupsafe import Markup

from countersign.core.contracts import Trend
from countersign.reports.axis import nice_ticks, write_tick
from countersign.reports.figures import as_decimal
from countersign.reports.palette import colours
from countersign.reports.tokens import Figure, Filler

_VEGA_LITE = "5.21"
_FONT = "Inter"
_CLEARANCE = 28
_NAMESPACES = re.compile(r'\s(?:xmlns(?::\w+)?|version|class)="[^"]*"')

Layer = dict[str, Any]


@dataclass(frozen=True)
class Point:
    """One week: days since the first one, how its day is written, and its figure."""

    x: int
    day: str
    figure: Figure | None
    value: float | None


@dataclass(frozen=True)
class TrendView:
    """Both charts, a sentence that says what they show, and the weeks as figures."""

    wide: Markup
    narrow: Markup
    sentence: str
    points: tuple[Point, ...]
    low: Figure | None
    high: Figure | None


@dataclass(frozen=True)
class _Frame:
    """The plot area in pixels, and the range of values it shows."""

    width: int
    height: int
    left: int
    right: int
    low: Decimal
    high: Decimal

    def pixel(self, value: float) -> float:
        """How far below the top a value is drawn."""
        share = (value - float(self.low)) / float(self.high - self.low)
        return round(self.height * (1 - share), 2)


def draw_trend(block: Trend, filler: Filler) -> TrendView | None:
    """The charts of a trend; None when fewer than two weeks are known.

    Raises:
        DraftError: an alias that leads to no evidence.
    """
    first = block.points[0].day if block.points else None
    points = tuple(
        Point(
            x=(point.day - first).days if first else 0,
            day=f"{point.day.day} {point.day:%b}",
            figure=(figure := filler.figure(point.fact) if point.fact else None),
            value=_number(figure),
        )
        for point in block.points
    )
    known = [point for point in points if point.value is not None]
    if len(known) < 2:
        return None
    low = filler.figure(block.low) if block.low else None
    high = filler.figure(block.high) if block.high else None
    metric = filler.plain(block.metric)
    sentence = f"{metric} by week: {_told(known[0])} and {_told(known[-1])}"
    if low and high:
        sentence += f"; expected range {low.text} to {high.text}"
    return TrendView(
        wide=_svg(points, low, high, width=716, height=240),
        narrow=_svg(points, low, high, width=330, height=220),
        sentence=f"{sentence}.",
        points=points,
        low=low,
        high=high,
    )


def _told(point: Point) -> str:
    return f"{point.figure.text if point.figure else ''} in the week of {point.day}"


def _number(figure: Figure | None) -> float | None:
    value = as_decimal(figure.fact) if figure else None
    return None if value is None else float(value)


def _svg(
    points: tuple[Point, ...], low: Figure | None, high: Figure | None, *, width: int, height: int
) -> Markup:
    known = [point for point in points if point.value is not None]
    last = known[-1]
    example = last.figure.fact if last.figure else None
    band = (_number(low), _number(high))
    values = [
        Decimal(str(value)) for value in (*(point.value for point in known), *band) if value is not None
    ]
    room = (max(values) - min(values) or abs(values[0]) or Decimal(1)) * Decimal("0.15")
    bottom, top = min(values) - room, max(values) + room
    if min(values) >= 0:
        bottom = max(bottom, Decimal(0))
    ticks = nice_ticks(bottom, top, count=5)
    labels = [(float(tick), write_tick(example, tick) if example else "") for tick in ticks]
    left = 14 + 7 * max(len(text) for _, text in labels)
    right = max(66, 16 + 8 * len(last.figure.text if last.figure else ""))
    frame = _Frame(width - left - right, height, left, right, bottom, top)
    layers = [*_axes(points, labels, frame), *_band(band, last, frame), *_line(points, last, frame)]
    return _convert(layers, frame)


def _convert(layers: list[Layer], frame: _Frame) -> Markup:
    spec = {
        "width": frame.width,
        "height": frame.height,
        "padding": {"left": frame.left, "right": frame.right, "top": 9, "bottom": 26},
        "autosize": {"type": "none"},
        "background": "transparent",
        "config": {"font": _FONT, "view": {"stroke": None}},
        "layer": layers,
    }
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE)
    # the page embeds the SVG, so namespaces (which look like addresses) have no use
    head, body = svg.split(">", 1)
    return Markup(f'{_NAMESPACES.sub("", head)} aria-hidden="true" focusable="false">{body}')  # noqa: S704


def _axes(points: tuple[Point, ...], labels: list[tuple[float, str]], frame: _Frame) -> list[Layer]:
    rows = [{"y": value, "t": text} for value, text in labels]
    every = max(1, round(len(points) / (6 if frame.width > 400 else 3)))
    shown = [point for number, point in enumerate(reversed(points)) if number % every == 0]
    days = [{"x": point.x, "t": point.day} for point in shown]
    grid = {"type": "rule", "color": colours()["line-2"], "aria": False}
    return [
        {"data": {"values": rows}, "mark": grid, "encoding": {"y": _y(frame)}},
        _texts(rows, x={"value": -8}, y=_y(frame), align="right"),
        _texts(days, x=_x(points), y={"value": frame.height + 18}, align="center", baseline="alphabetic"),
    ]


def _band(band: tuple[float | None, float | None], last: Point, frame: _Frame) -> list[Layer]:
    low, high = band
    if low is None or high is None:
        return []
    rect: Layer = {
        "data": {"values": [{"low": low, "high": high}]},
        "mark": {"type": "rect", "color": colours()["band"], "aria": False},
        "encoding": {
            "x": {"value": 0},
            "x2": {"value": frame.width},
            "y": {**_y(frame), "field": "low"},
            "y2": {"field": "high"},
        },
    }
    # the name of the band stands beside it, clear of the line and of the last figure
    middle, figure = frame.pixel((low + high) / 2), frame.pixel(last.value or 0.0)
    if abs(middle - figure) < _CLEARANCE:
        middle = figure + _CLEARANCE if figure < frame.height / 2 else figure - _CLEARANCE
    words = [
        _texts([{"t": word}], x={"value": frame.width + 9}, y={"value": middle + shift}, align="left")
        for word, shift in (("expected", -7), ("range", 7))
    ]
    return [rect, *words]


def _line(points: tuple[Point, ...], last: Point, frame: _Frame) -> list[Layer]:
    rows: list[dict[str, float | int]] = []
    run = 0
    for point in points:
        if point.value is None:
            run += 1
        else:
            rows.append({"x": point.x, "y": point.value, "run": run})
    sizes = {number: sum(row["run"] == number for row in rows) for number in range(run + 1)}
    alone = [row for row in rows if sizes[int(row["run"])] == 1 and row["x"] != last.x]
    place = {"x": _x(points), "y": _y(frame)}
    accent = colours()["accent"]
    text = last.figure.text if last.figure else ""
    end = [{"x": last.x, "y": last.value, "t": text}]
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "line", "color": accent, "strokeWidth": 2.25, "aria": False},
            "encoding": {**place, "detail": {"field": "run", "type": "nominal"}},
        },
        {
            "data": {"values": [*alone, *end]},
            "mark": {"type": "circle", "color": accent, "size": 50, "opacity": 1, "aria": False},
            "encoding": place,
        },
        _texts(end, x=place["x"], y=place["y"], align="left", colour="accent-ink", dx=9, size=13, weight=600),
    ]


def _texts(
    rows: list[Any],
    *,
    x: Layer,
    y: Layer,
    align: str,
    baseline: str = "middle",
    colour: str = "ink-3",
    dx: int = 0,
    dy: int = 0,
    size: int = 12,
    weight: int = 400,
) -> Layer:
    mark = {
        "type": "text", "align": align, "baseline": baseline, "dx": dx, "dy": dy, "font": _FONT,
        "aria": False, "fontSize": size, "fontWeight": weight, "color": colours()[colour], "clip": False,
    }  # fmt: skip
    return {
        "data": {"values": rows},
        "mark": mark,
        "encoding": {"x": x, "y": y, "text": {"field": "t", "type": "nominal"}},
    }


def _x(points: tuple[Point, ...]) -> Layer:
    scale = {"domain": [0, points[-1].x], "nice": False, "zero": False}
    return {"field": "x", "type": "quantitative", "scale": scale, "axis": None}


def _y(frame: _Frame) -> Layer:
    scale = {"domain": [float(frame.low), float(frame.high)], "nice": False, "zero": False}
    return {"field": "y", "type": "quantitative", "scale": scale, "axis": None}
