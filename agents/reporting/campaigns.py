"""The campaigns section of a report: what each took, and what became of it beyond clicks."""

from agents.reporting.media import NO_MEDIA
from agents.reporting.ranking import build_row, build_rows, build_section, cut_after
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Block

SUB = (
    "Deals opened {period}, whenever their lead was created, under the campaign that it names; leads and"
    " spend of the same weeks. Clicks are no result, so none stand here."
)
CUT = "Campaigns that opened less than these are counted in the foot only."
_COLUMNS = {
    "spend_reporting": ("Spend", NO_MEDIA),
    "leads": ("Leads", "Not known"),
    "accepted_leads": ("Accepted by sales", "Not known"),
    "pipeline_reporting": ("Pipeline opened", "Not known"),
}


def build_campaigns(story: Story) -> list[Block]:
    """A heading and a table of campaigns, all of them in the foot; empty where no deal names one."""
    if len(story.analysis.rankings.campaigns) < 2:
        return []
    sheet = story.sheet
    whole, *campaigns = story.analysis.rankings.campaigns
    rows = build_rows(
        sheet, campaigns, _COLUMNS, stem="campaign",
        name=lambda row: sheet.name(row.name or "", kind="campaign"),
    )  # fmt: skip
    total = build_row(sheet, whole, _COLUMNS, name="All campaigns", stem="campaign")
    opened, of_all = (cite(row.cells[-1].value or "", style="short") for row in (rows[0], total))
    sub = SUB.format(period=sheet.period(whole.window, "quarter"))
    return build_section(
        "campaigns",
        f"{rows[0].name} opened {opened} of the {of_all} pipeline of campaigns",
        sub=cut_after(sub, campaigns, rest=CUT),
        row_label="Campaign",
        columns=_COLUMNS,
        rows=rows,
        total=total,
    )
