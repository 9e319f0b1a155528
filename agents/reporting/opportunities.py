"""Early opportunities: small segments and countries whose leads sales accepts more often."""

from agents.reporting.ranking import build_rows, build_section
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Block

SUB = (
    "Leads created {period}, old enough for sales to have judged them, of segments and countries"
    " that are small and stand out beyond chance; what it accepted is a share of those that it judged."
    " What holds while a place is small need not hold when it grows: test before you move much there."
)
_COLUMNS = {
    "rate": ("Accepted by sales", "Not known"),
    "low": ("80% interval from", "Not known"),
    "rate_elsewhere": ("Elsewhere", "Not known"),
    "decided": ("Judged by sales", "Not known"),
    "leads": ("Leads", "Not known"),
    "growth": ("Against the quarter before", "None then"),
    "share_of_leads": ("Share of leads", "Not known"),
}
_NO_QUARTER_BEFORE = {"growth": (_COLUMNS["growth"][0], "Too short a record")}


def build_opportunities(story: Story) -> list[Block]:
    """Places worth a look with the signals behind them; empty where nothing stands out."""
    found = story.analysis.rankings.opportunities
    if not found:
        return []
    sheet = story.sheet
    columns = _COLUMNS if found[0].growth else _COLUMNS | _NO_QUARTER_BEFORE
    rows = build_rows(
        sheet, found, columns, stem="opportunity",
        name=lambda row: sheet.name(f"{row.place} ({row.dimension})", kind=row.dimension),
    )  # fmt: skip
    first = sheet.name(found[0].place, kind=found[0].dimension)
    rate, _, elsewhere = (cite(cell.value or "") for cell in rows[0].cells[:3])
    return build_section(
        "opportunities",
        f"Early opportunities: sales accepted {rate} of judged leads from {first}, {elsewhere} of the others",
        sub=SUB.format(period=sheet.period(found[0].window, "matured_quarter")),
        row_label="Where",
        columns=columns,
        rows=rows,
    )
