"""The campaigns section of a report: what each took, and what became of it beyond clicks."""

from agents.sheet import Sheet, cite, place_alias
from agents.story import Story
from countersign.analytics.records import CampaignRow
from countersign.core.contracts import Block, Cell, Column, Heading, Row, Table

MOST_ROWS = 8
SUB = (
    "Deals opened {period}, under the campaign that their lead names; leads and spend of the same weeks."
    " Clicks are no result, so none stand here."
)
# By column of campaign_week: its heading, and why a cell is empty.
_COLUMNS = {
    "spend_reporting": ("Spend", "No spend"),
    "leads": ("Leads", "Not known"),
    "accepted_leads": ("Accepted by sales", "Not known"),
    "pipeline_reporting": ("Pipeline opened", "Not known"),
}


def build_campaigns(story: Story) -> list[Block]:
    """A heading and a table of campaigns, all of them in the foot; empty where no deal names one."""
    if len(story.analysis.campaigns) < 2:
        return []
    sheet = story.sheet
    whole, *campaigns = story.analysis.campaigns
    shown = [_row(sheet, row, number) for number, row in enumerate(campaigns[:MOST_ROWS], start=1)]
    total = _row(sheet, whole, 0)
    table = Table(
        row_label="Campaign",
        columns=tuple(Column(label=label) for label, _ in _COLUMNS.values()),
        rows=tuple(shown),
        total=total,
    )
    first, of_all = shown[0].cells[-1].value, total.cells[-1].value
    opened, whole_pipeline = (cite(alias or "", style="short") for alias in (first, of_all))
    heading = f"{shown[0].name} opened {opened} of the {whole_pipeline} pipeline of campaigns"
    sub = SUB.format(period=sheet.period(whole.window, "quarter"))
    return [Heading(anchor="campaigns", text=heading, sub=sub), table]


def _row(sheet: Sheet, row: CampaignRow, number: int) -> Row:
    name = sheet.name(row.name, kind="campaign") if row.name else "All campaigns"
    place = f"{place_alias(name)}_{number}" if row.name else "all"
    return Row(name=name, cells=tuple(_cell(sheet, row, column, place) for column in _COLUMNS))


def _cell(sheet: Sheet, row: CampaignRow, column: str, place: str) -> Cell:
    fact = getattr(row, column)
    if sheet.value(fact) is None:
        return Cell(value=None, missing=_COLUMNS[column][1])
    return Cell(value=sheet.fact(fact, f"campaign_{column}_{place}"))
