"""Who responds, and to what: segments, pages to revise, and planned events beside what they did not touch."""

from agents.reporting.ranking import build_row, build_rows, build_section, cut_after
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Block

AUDIENCE_SUB = (
    "Leads created {period}, by the segment of the lead's company, and what has become of them so far. Sales"
    " has not judged the youngest yet: the share accepted is of those that it has judged. Pipeline is that of"
    " these leads: deals that opened in these weeks on earlier leads are not in it."
)
CONTENT_SUB = (
    "Sessions that began on the page {period}, and how many of them sent a form, where clearly fewer did than"
    " on the other pages. A page can be weak, broken, or meant for something else."
)
EVENT_SUB = (
    "Leads a day since the event against the weeks before it: where it took place, and where no such event"
    " did. What goes beyond the others coincides with the event; only a test can tell whether it did that."
)
AUDIENCE_CUT = "Smaller segments are counted in the foot only."
CONTENT_CUT = "Pages that are nearer to the others are not shown."
EVENT_CUT = "Earlier events are not shown."
_EVENTS = {
    "leads": ("Leads there since", "Not known"),
    "change_here": ("Change there", "Not known"),
    "change_elsewhere": ("Change elsewhere", "Not known"),
    "beyond": ("Beyond the others", "Not known"),
    "low": ("80% interval from", "Not known"),
    "high": ("80% interval to", "Not known"),
}
_AUDIENCES = {
    "leads": ("Leads", "Not known"),
    "decided": ("Judged by sales", "Not known"),
    "accepted": ("Accepted", "Not known"),
    "acceptance_rate": ("Share accepted", "Not known"),
    "pipeline": ("Pipeline of these leads", "Not known"),
}
_CONTENT = {
    "sessions": ("Sessions", "Not known"),
    "conversions": ("Sent a form", "Not known"),
    "rate": ("Share", "Not known"),
    "rate_of_others": ("On other pages", "Not known"),
}


def build_audiences(story: Story) -> list[Block]:
    """Segments with all of them in the foot; empty where fewer than two are known."""
    if not story.analysis.rankings.audiences:
        return []
    sheet = story.sheet
    whole, *segments = story.analysis.rankings.audiences
    rows = build_rows(
        sheet, segments, _AUDIENCES, stem="audience",
        name=lambda row: sheet.name(row.segment or "", kind="segment"),
    )  # fmt: skip
    total = build_row(sheet, whole, _AUDIENCES, name="All segments", stem="audience")
    leads, of_all = (cite(row.cells[0].value or "") for row in (rows[0], total))
    return build_section(
        "audiences",
        f"{leads} of {of_all} leads came from the segment {rows[0].name}",
        sub=cut_after(
            AUDIENCE_SUB.format(period=sheet.period(whole.window, "quarter")), segments, rest=AUDIENCE_CUT
        ),
        row_label="Segment",
        columns=_AUDIENCES,
        rows=rows,
        total=total,
    )


def build_content(story: Story) -> list[Block]:
    """Pages to revise; empty where none is clearly weaker than the others."""
    weak = story.analysis.rankings.weak_pages
    if not weak:
        return []
    sheet = story.sheet
    rows = build_rows(
        sheet, weak, _CONTENT, stem="content", name=lambda row: sheet.name(row.page, kind="page")
    )
    rate, usual = (cite(cell.value or "") for cell in rows[0].cells[2:])
    return build_section(
        "content",
        f"Content to revise: {rate} of sessions on {rows[0].name} sent a form, {usual} on other pages",
        sub=cut_after(
            CONTENT_SUB.format(period=sheet.period(weak[0].window, "month")), weak, rest=CONTENT_CUT
        ),
        row_label="Page",
        columns=_CONTENT,
        rows=rows,
    )


def build_events(story: Story) -> list[Block]:
    """Planned events beside places they did not touch; empty where none can be compared."""
    events = story.analysis.rankings.events
    if not events:
        return []
    sheet = story.sheet
    rows = build_rows(
        sheet, events, _EVENTS, stem="event", name=lambda row: sheet.name(row.name, kind="event")
    )
    return build_section(
        "events", "Planned events, beside what they did not touch",
        sub=cut_after(EVENT_SUB, events, rest=EVENT_CUT), row_label="Event",
        columns=_EVENTS, rows=rows,
    )  # fmt: skip
