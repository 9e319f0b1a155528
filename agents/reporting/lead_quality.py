"""Which channels bring leads that sales accepts, and which spent money below the company's limits."""

from collections.abc import Sequence

from agents.reporting.media import NO_MEDIA
from agents.reporting.ranking import build_row, build_rows, build_section
from agents.sheet import cite
from agents.story import Story
from countersign.analytics.records import QualityRow
from countersign.core.contracts import Block, Row

QUALITY_SUB = "Leads created {period}, old enough for sales to have judged them; most accepted leads first."
WASTE_SUB = (
    "Spend of {period} on campaigns without leads, with too few accepted leads, or whose accepted leads cost"
    " too much, by the limits that your company set. Most of it first."
)
_QUALITY = {
    "spend": ("Spend", NO_MEDIA),
    "decided": ("Judged by sales", "Not known"),
    "accepted": ("Accepted", "Not known"),
    "acceptance_rate": ("Share accepted", "Not known"),
    "cost_per_accepted_lead": ("Cost per accepted lead", NO_MEDIA),
}
_SHARE = list(_QUALITY).index("acceptance_rate")
# Fewer verdicts than this make no share that a heading could name.
_FEWEST_VERDICTS = 20
_WASTE = {
    "spend": ("Spend", "Not known"),
    "wasted": ("Below the limits", "Not known"),
    "share": ("Share of spend", "Not known"),
}


def build_quality(story: Story) -> list[Block]:
    """Channels ranked by leads that sales accepted; empty where fewer than two can be compared."""
    ranked = sorted(story.analysis.quality, key=lambda row: row.rank)
    if len(ranked) < 2:
        return []
    sheet = story.sheet
    rows = build_rows(sheet, ranked, _QUALITY, name=lambda row: sheet.name(row.channel), stem="quality")
    return build_section(
        "quality",
        _quality_heading(story, ranked, rows),
        sub=QUALITY_SUB.format(period=sheet.period(ranked[0].window, "cohort")),
        row_label="Channel",
        columns=_QUALITY,
        rows=rows,
    )


def _quality_heading(story: Story, ranked: Sequence[QualityRow], rows: Sequence[Row]) -> str:
    """Whose leads sales accepts most and least often; the first row's, where few verdicts are an extreme."""
    _, decided, accepted, *_ = (cite(cell.value or "") for cell in rows[0].cells)
    shares = [
        (float(story.sheet.value(record.acceptance_rate) or 0), record.decided, row)
        for record, row in zip(ranked, rows, strict=False)
        if row.cells[_SHARE].value
    ]
    plain = f"Sales accepted {accepted} of {decided} leads from {rows[0].name}"
    if len(shares) < 2 or len(ranked) > len(rows):
        return plain
    (most, most_of, high), (least, least_of, low) = (
        pick(shares, key=lambda item: item[0]) for pick in (max, min)
    )
    fewest = min(float(story.sheet.value(of) or 0) for of in (most_of, least_of))
    if most == least or fewest < _FEWEST_VERDICTS:
        return plain
    top, bottom = (cite(row.cells[_SHARE].value or "") for row in (high, low))
    return (
        f"Sales accepted the highest share of leads from {high.name} ({top})"
        f" and the lowest from {low.name} ({bottom})"
    )


def build_waste(story: Story) -> list[Block]:
    """Channels ranked by wasted spend, all channels in the foot; empty where nothing was wasted."""
    if not story.analysis.rankings.waste:
        return []
    sheet = story.sheet
    whole, *ranked = story.analysis.rankings.waste
    rows = build_rows(sheet, ranked, _WASTE, name=lambda row: sheet.name(row.channel or ""), stem="waste")
    total = build_row(sheet, whole, _WASTE, name="All channels", stem="waste")
    spend, wasted = (cite(cell.value or "", style="short") for cell in total.cells[:2])
    return build_section(
        "waste",
        f"{wasted} of {spend} went to campaigns below your own limits",
        sub=WASTE_SUB.format(period=sheet.period(whole.window, "month")),
        row_label="Channel",
        columns=_WASTE,
        rows=rows,
        total=total,
    )
