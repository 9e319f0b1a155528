"""A draft as one HTML file that stands alone: fonts, styles and charts inside, no script, no network.

Status, approver and receipt are not in it: these bytes are what a person approves.
"""

import base64
import re
from collections.abc import Sequence
from decimal import Decimal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from countersign.core.contracts import Draft, Funnel, FunnelStep, KpiTile, Table, Trend, Trust, Waterfall
from countersign.reports.figures import as_decimal
from countersign.reports.marks import Marks
from countersign.reports.palette import read_asset
from countersign.reports.sections import split_sections
from countersign.reports.sparkline import draw_sparkline
from countersign.reports.tokens import Filler
from countersign.reports.tone import tone_of
from countersign.reports.trend import TrendView, draw_trend
from countersign.reports.waterfall import WaterfallView, place_waterfall
from countersign.reports.wording import (
    LABELS,
    describe_author,
    describe_period,
    describe_proof,
    describe_sources,
    describe_windows,
    write_day,
    write_short_day,
)

_FONTS = {"Inter": ("inter.woff2", "100 900"), "Source Serif 4": ("serif.woff2", "200 900")}
_LABEL_COLOURS = {"measured": "g", "inferred": "a", "not_known": ""}


def render_html(draft: Draft, *, company: str) -> str:
    """The whole report; the same draft gives the same bytes.

    Raises:
        DraftError: a token or alias that leads to no fact, a figure without evidence, or a waterfall
            with a step that is not known. Nothing is rendered then.
    """
    filler = Filler(draft)
    period = describe_period(draft)
    page = _environment().get_template("report.html.j2")
    return page.render(
        draft=draft,
        company=company,
        period=period,
        author=describe_author(draft),
        proof=describe_proof(draft, figures=filler.index.figures),
        made_from=describe_sources(draft),
        sections=split_sections(draft),
        evidence=filler.index.entries(),
        index=filler.index,
        marks=Marks(filler),
        charts=_Charts(filler),
        styles=_styles(f"{company}, {period}"),
        labels=LABELS,
        label_colours=_LABEL_COLOURS,
        describe_windows=describe_windows,
        write_day=write_day,
        write_short_day=write_short_day,
    )


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("countersign.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _styles(foot: str) -> Markup:
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weights};font-display:swap;'
        f'src:url(data:font/woff2;base64,{base64.b64encode(read_asset(name)).decode()}) format("woff2")}}\n'
        for family, (name, weights) in _FONTS.items()
    )
    small = "font:8.5pt sans-serif"
    page = (
        f'@page{{size:A4;margin:16mm 15mm 18mm;@bottom-left{{content:"{_css_text(foot)}";{small}}}'
        f'@bottom-right{{content:counter(page) " / " counter(pages);{small}}}}}\n'
    )
    return Markup(faces + read_asset("report.css").decode("utf-8") + page)  # noqa: S704


def _css_text(text: str) -> str:
    """Text inside a CSS string: all but letters, digits and spaces as escapes (the space ends one)."""
    return re.sub(r"[^A-Za-z0-9 ]", lambda match: f"\\{ord(match.group()):06x} ", text)


class _Charts:
    """The views of charts that templates ask for, block by block."""

    def __init__(self, filler: Filler) -> None:
        self._filler = filler

    def waterfall(self, block: Waterfall) -> WaterfallView:
        return place_waterfall(block, self._filler)

    def trend(self, block: Trend) -> TrendView | None:
        return draw_trend(block, self._filler)

    def sparkline(self, tile: KpiTile) -> Markup:
        values = [as_decimal(self._filler.figure(alias).fact) for alias in tile.series]
        tone = None
        if tile.change:
            change = self._filler.figure(tile.change).fact
            tone = tone_of(change, good_direction=tile.good_direction, in_normal_range=tile.in_normal_range)
        label = f"{self._filler.plain(tile.name)}, the last {len(values)} weeks"
        return draw_sparkline(values, label=label, tone=tone)

    def is_money(self, alias: str) -> bool:
        return self._filler.figure(alias).fact.unit == "currency"

    def is_known(self, alias: str) -> bool:
        return self._filler.figure(alias).fact.value is not None

    def column_aliases(self, table: Table, number: int) -> list[str | None]:
        rows = (*table.rows, *([table.total] if table.total else []))
        cells = [row.cells[number] for row in rows if number < len(row.cells)]
        return [alias for cell in cells for alias in (cell.value, cell.change)]

    def table_aliases(self, table: Table) -> list[str | None]:
        return [alias for number in range(len(table.columns)) for alias in self.column_aliases(table, number)]

    def trust_aliases(self, trust: Trust) -> list[str]:
        return [
            alias
            for row in trust.rows
            for alias in (row.checks_passed, row.checks_total, row.rows_landed, row.rows_quarantined)
        ]

    def is_some(self, alias: str) -> bool:
        return bool(self._filler.figure(alias).fact.value)

    def offset(self, step: FunnelStep, block: Funnel) -> tuple[float, float]:
        """Left edge and width of a bar of change, in percent, with zero at 36."""
        largest = max((abs(self._number(other.change)) for other in block.steps), default=Decimal(0))
        share = float(self._number(step.change) / largest) if largest else 0.0
        width = round(abs(share) * 32, 2)
        return (36.0, width) if share >= 0 else (round(36 - width, 2), width)

    def share(self, alias: str | None) -> float:
        """A rate as percent of a track, never beyond it."""
        return round(float(min(max(self._number(alias), Decimal(0)), Decimal(1))) * 100, 2)

    def has(self, steps: Sequence[FunnelStep], field: str) -> bool:
        return any(getattr(step, field) for step in steps)

    def _number(self, alias: str | None) -> Decimal:
        value = as_decimal(self._filler.figure(alias).fact) if alias else None
        return value if value is not None else Decimal(0)
