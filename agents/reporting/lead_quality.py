"""Which channels bring leads that sales accepts, and which spent money below the company's limits."""

from collections.abc import Sequence

from agents.sheet import Sheet, cite, place_alias
from agents.story import Story
from countersign.analytics.records import QualityRow, WasteRow
from countersign.core.contracts import Block, Cell, Column, Heading, Row, Table

QUALITY_SUB = "Leads created {period}, old enough for sales to have judged them; most accepted leads first."
WASTE_SUB = (
    "Spend of {period} on campaigns without leads, with too few accepted leads, or whose accepted leads cost"
    " too much, by the limits that your company set. Most of it first."
)
# By role of a row: the column's heading, and why a cell is empty.
_QUALITY = {
    "spend": ("Spend", "No spend"),
    "decided": ("Judged by sales", "Not known"),
    "accepted": ("Accepted", "Not known"),
    "acceptance_rate": ("Share accepted", "Not known"),
    "cost_per_accepted_lead": ("Cost per accepted lead", "No spend"),
}
_WASTE = {
    "spend": ("Spend", "Not known"),
    "wasted": ("Below the limits", "Not known"),
    "share": ("Share of spend", "Not known"),
}


def build_quality(story: Story) -> list[Block]:
    """Channels ranked by leads that sales accepted; empty where fewer than two can be compared."""
    rows = sorted(story.analysis.quality, key=lambda row: row.rank)
    if len(rows) < 2:
        return []
    sheet = story.sheet
    shown = [_row(sheet, row, row.channel, _QUALITY, stem="quality") for row in rows]
    decided, accepted = shown[0].cells[1].value, shown[0].cells[2].value
    heading = f"Sales accepted {cite(accepted or '')} of {cite(decided or '')} leads from {shown[0].name}"
    sub = QUALITY_SUB.format(period=sheet.period(rows[0].window, "cohort"))
    table = Table(row_label="Channel", columns=_columns(_QUALITY), rows=tuple(shown))
    return [Heading(anchor="quality", text=heading, sub=sub), table]


def build_waste(story: Story) -> list[Block]:
    """Channels ranked by wasted spend, all channels in the foot; empty where nothing was wasted."""
    if not story.analysis.waste:
        return []
    sheet = story.sheet
    whole, *rows = story.analysis.waste
    shown = [_row(sheet, row, row.channel or "", _WASTE, stem="waste") for row in rows]
    total = _row(sheet, whole, "", _WASTE, stem="waste")
    spend, wasted = (cite(cell.value or "", style="short") for cell in total.cells[:2])
    heading = f"{wasted} of {spend} went to campaigns below your own limits"
    sub = WASTE_SUB.format(period=sheet.period(whole.window, "month"))
    table = Table(row_label="Channel", columns=_columns(_WASTE), rows=tuple(shown), total=total)
    return [Heading(anchor="waste", text=heading, sub=sub), table]


def _columns(roles: dict[str, tuple[str, str]]) -> tuple[Column, ...]:
    return tuple(Column(label=label) for label, _ in roles.values())


def _row(
    sheet: Sheet, row: QualityRow | WasteRow, channel: str, roles: dict[str, tuple[str, str]], *, stem: str
) -> Row:
    name = sheet.name(channel) if channel else "All channels"
    place = place_alias(name) if channel else "all"
    cells: Sequence[Cell] = [
        Cell(value=sheet.fact(fact, f"{stem}_{role}_{place}"))
        if fact and sheet.value(fact) is not None
        else Cell(value=None, missing=roles[role][1])
        for role in roles
        for fact in (getattr(row, role),)
    ]
    return Row(name=name, cells=tuple(cells))
