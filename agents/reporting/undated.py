"""The words for what places became: a comparison of all leads at one moment, and what it cannot tell."""

from agents.language import capitalised, listed, sentence
from agents.reporting.wording import ReportWording
from agents.sentences import bind, name_of
from agents.sheet import cite
from agents.story import Story, comparison
from countersign.analytics.records import CrossRow
from countersign.core.contracts import Finding

MOST_TOLD = 2
BECAME = {
    "customers": "became customers",
    "accepted_leads": "were accepted by sales",
    "opportunities": "became opportunities",
    "mqls": "qualified",
}


def write_cross_section(story: Story) -> ReportWording:
    """The words of a report on data that has no weeks."""
    above, below = story.apart("above"), story.apart("below")
    return ReportWording(
        title=apart_title(story) or _title_without_news(story),
        lede=f"{_lede(story)} The leads carry no dates, so this is a single picture of all of them: it"
        " shows who converts, not whether that is changing.",
        change_heading="What became of the leads that stand out",
        measured=[sentence(_measured(story, item)) for item in (*above[:MOST_TOLD], *below[:MOST_TOLD])],
        inferred=[],
        trend_heading="",
        channel_heading=_table_heading(above, below, by=comparison(story)),
        funnel_heading="",
        attention=[],
    )


def apart_title(story: Story) -> str:
    """The place that stands out most, by its difference and by how many leads it has; with both counts."""
    top = next(iter(story.apart()), None)
    if top is None or not (whole := bind(story, top, "all")):
        return ""
    return capitalised(f"{_counted(story, top)}, against {cite(whole)} of all leads")


def apart_line(story: Story) -> str:
    """The places that stand out, for a report that does not head with them."""
    found = story.apart()[:MOST_TOLD]
    if not found or not (whole := bind(story, found[0], "all")):
        return ""
    told = listed([_counted(story, found[0]), *(_briefly(story, finding) for finding in found[1:])])
    return f"over all leads on record, {told}, against {cite(whole)} of all"


def rest_line(story: Story) -> str:
    """Which other places did clearly more, or less, than all leads."""
    top = next(iter(story.apart()), None)
    parts = []
    for note, did in (("above", "did clearly better than the average lead"), ("below", "did clearly worse")):
        found = [_briefly(story, item) for item in story.apart(note) if item is not top][:MOST_TOLD]
        if found:
            also = "also " if top is not None and top.note == note else ""
            parts.append(sentence(f"{listed(found)} {also}{did}"))
    return " ".join(parts)


def _counted(story: Story, finding: Finding) -> str:
    """Count, base and share: a share alone hides whether it is of fifty leads or of five thousand."""
    count, leads, rate = (bind(story, finding, role) or "" for role in ("count", "leads", "now"))
    return (
        f"{cite(count)} of {cite(leads)} leads from {_place(story, finding)} {_outcome(story)} ({cite(rate)})"
    )


def _briefly(story: Story, finding: Finding) -> str:
    count, leads, rate = (bind(story, finding, role) or "" for role in ("count", "leads", "now"))
    return f"{_place(story, finding)} ({cite(count)} of {cite(leads)}, {cite(rate)})"


def _outcome(story: Story) -> str:
    rows = story.analysis.cross_section
    return BECAME.get(rows[0].outcome, rows[0].outcome.replace("_", " ")) if rows else ""


def _place(story: Story, finding: Finding) -> str:
    return name_of(story, finding, next(iter(finding.place)))


def _title_without_news(story: Story) -> str:
    row = _largest(story)
    if row is not None and story.sheet.value(row.rate) is not None:
        rate = story.sheet.fact(row.rate, "largest_rate")
        name = story.sheet.name(row.name, kind="source")
        return capitalised(f"no source stands out: {cite(rate)} of the leads from {name} {_outcome(story)}")
    return "The data holds no outcome that could be compared"


def _largest(story: Story) -> CrossRow | None:
    rows = [row for row in story.analysis.cross_section if row.by == comparison(story)]
    return max(rows, key=lambda row: float(story.sheet.value(row.leads) or 0), default=None)


def _lede(story: Story) -> str:
    row, said = _largest(story), rest_line(story)
    if row is None or any(row.name in finding.place.values() for finding in story.apart()):
        return said
    name = story.sheet.name(row.name, kind="source")
    leads, rate = story.sheet.fact(row.leads, "largest_leads"), story.sheet.fact(row.rate, "largest_rate")
    if not story.apart():
        return said
    return f"{said} {name}, with {cite(leads)} leads the largest, is close to the average ({cite(rate)})."


def _measured(story: Story, finding: Finding) -> str:
    low, high = bind(story, finding, "low"), bind(story, finding, "high")
    said = _counted(story, finding)
    return f"{said}; the 80% interval is {cite(low)} to {cite(high)}" if low and high else said


def _table_heading(above: list[Finding], below: list[Finding], *, by: str) -> str:
    places = "sources" if by == "lead_source" else "channels"
    if above and below:
        return f"Some {places} convert clearly above the average, some clearly below"
    if above or below:
        return f"Few {places} differ from the average by more than chance"
    return f"The {places} do not differ by more than chance"
