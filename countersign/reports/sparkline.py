"""A sparkline: a grey line of weeks, the last move in the colour of what it means."""

from decimal import Decimal

from markupsafe import Markup

from countersign.reports.tone import Tone

_WIDTH, _HEIGHT, _PAD = 152, 34, 5


def draw_sparkline(values: list[Decimal | None], *, label: str, tone: Tone | None) -> Markup:
    """An inline SVG of a series, oldest first; gaps where nothing is known; empty below two values."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    low, span = min(known), (max(known) - min(known)) or Decimal(1)
    step = (_WIDTH - 4) / (len(values) - 1)
    runs: list[list[str]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        y = _HEIGHT - _PAD - float((value - low) / span) * (_HEIGHT - 2 * _PAD)
        runs[-1].append(f"{1 + number * step:.1f},{y:.1f}")
    lines = Markup("").join(_line(run, css="spark") for run in runs if len(run) > 1)
    if len(runs[-1]) > 1:
        lines += _line(runs[-1][-2:], css=f"spark last {tone.css if tone else 'z'}")
    return Markup(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    ).format(_WIDTH, _HEIGHT, label, lines)


def _line(points: list[str], *, css: str) -> Markup:
    return Markup('<polyline class="{}" points="{}" vector-effect="non-scaling-stroke"/>').format(
        css, " ".join(points)
    )
