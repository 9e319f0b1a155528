"""What the eye needs: contrast of every pair of colours we use, round ticks, tones and sparklines."""

from decimal import Decimal

import pytest

from countersign.core.contracts import Fact, Query
from countersign.reports.axis import nice_ticks, write_tick
from countersign.reports.palette import colours, read_asset
from countersign.reports.sparkline import draw_sparkline
from countersign.reports.tone import Tone, tone_of


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(colours()[first]), luminance(colours()[second])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "bg"), ("ink", "surface"), ("ink-2", "bg"), ("ink-2", "surface"), ("ink-2", "line-2"),
        ("ink-3", "bg"), ("ink-3", "surface"), ("accent-ink", "bg"), ("accent-ink", "surface"),
        ("accent-ink", "accent-bg"), ("surface", "accent"), ("surface", "ink"), ("good", "surface"),
        ("good", "good-bg"), ("bad", "surface"), ("bad", "bad-bg"), ("warn", "warn-bg"), ("band-ink", "band"),
        ("ink-3", "accent-bg"), ("code-ink", "code-bg"),
    ],
)  # fmt: skip
def test_text_has_contrast(ink, ground):
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(
    "mark", ["up-bar", "down-bar", "base-bar", "spark", "accent", "warn-dot", "good", "bad"]
)
def test_marks_have_contrast(mark):
    assert contrast(mark, "surface") >= 3


def test_colours_are_named_once_and_used_by_name():
    css = read_asset("report.css").decode()
    rules = css.split("--mono:", 1)[1]
    assert "#" not in rules
    assert len(colours()) == css.split("--s1:")[0].count(":#")


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (63, 79, [65, 70, 75]),
        (0, 1, ["0", "0.25", "0.5", "0.75", "1"]),
        (-5, 5, ["-5", "-2.5", "0", "2.5", "5"]),
    ],
)
def test_ticks_are_round_and_inside(low, high, ticks):
    assert nice_ticks(Decimal(low), Decimal(high), count=4) == [Decimal(tick) for tick in ticks]


def test_ticks_of_nothing_are_the_value_itself():
    assert nice_ticks(Decimal(3), Decimal(3), count=4) == [Decimal(3)]


def change(value) -> Fact:
    return Fact(
        id="f", metric="spend_change", title="t", value=value, unit="currency", currency="EUR",
        definition=Query(sql="select 1"), columns=(), snapshot_id="s",
    )  # fmt: skip


def test_a_tick_has_no_empty_decimals():
    assert [write_tick(change(0), Decimal(x)) for x in ("65", "2.5", "1000")] == ["€65", "€2.50", "€1,000"]


@pytest.mark.parametrize(
    ("value", "direction", "in_range", "tone"),
    [
        (1, "up", False, Tone("g", "better", "↑")),
        (1, "down", False, Tone("r", "worse", "↑")),
        (-1, "down", None, Tone("g", "better", "↓")),
        (-1, "up", True, Tone("z", "in normal range", "↓")),
        (1, "neutral", False, Tone("z", "neutral", "↑")),
        (0, "up", False, Tone("z", "no change", "")),
        (None, "up", False, Tone("z", "not known", "")),
    ],
)
def test_goodness_is_not_direction(value, direction, in_range, tone):
    assert tone_of(change(value), good_direction=direction, in_normal_range=in_range) == tone


def test_a_sparkline_breaks_where_nothing_is_known():
    values = [Decimal(value) if value else None for value in (1, 2, None, 3, 4)]
    svg = draw_sparkline(values, label='a "b"', tone=Tone("r", "worse", "↑"))
    assert svg.count("<polyline") == 3
    assert 'class="spark last r"' in svg
    assert 'aria-label="a &#34;b&#34;"' in svg


def test_a_sparkline_of_one_value_is_nothing():
    assert draw_sparkline([Decimal(1), None], label="x", tone=None) == ""
