"""The words for data without dates: a comparison of places at one moment, and what it cannot tell."""

from agents.language import capitalised, listed, sentence
from agents.reporting.wording import ReportWording
from agents.sentences import bind, name_of
from agents.sheet import cite
from agents.story import Story
from countersign.analytics.records import CrossRow
from countersign.core.contracts import Finding

BECAME = {
    "customers": "became customers",
    "accepted_leads": "were accepted by sales",
    "opportunities": "became opportunities",
    "mqls": "qualified",
}


def write_cross_section(story: Story) -> ReportWording:
    """The words of a report on data that has no weeks."""
    by = comparison(story)
    above, below = _apart(story, note="above", by=by), _apart(story, note="below", by=by)
    return ReportWording(
        title=_title(story, above, below),
        lede=_lede(story, above, below),
        change_heading="What the data can say, and what it cannot",
        measured=[sentence(_measured(story, finding)) for finding in (*above[:2], *below[:2])],
        inferred=[],
        trend_heading="",
        channel_heading=_table_heading(above, below, by=by),
        funnel_heading="",
        attention=[],
    )


def comparison(story: Story) -> str:
    """What the rows are compared by: the dimension with more places, since it says more."""
    counts = {
        by: sum(row.by == by for row in story.analysis.cross_section) for by in ("lead_source", "channel")
    }
    return max(counts, key=lambda by: counts[by])


def _apart(story: Story, *, note: str, by: str) -> list[Finding]:
    found = [
        finding
        for finding in story.analysis.findings
        if finding.kind == "cross_section" and finding.note == note and by in finding.place
    ]
    return sorted(found, key=lambda item: -float(story.sheet.value(item.facts.get("leads")) or 0))


def _outcome(story: Story) -> str:
    rows = story.analysis.cross_section
    return BECAME.get(rows[0].outcome, rows[0].outcome.replace("_", " ")) if rows else ""


def _place(story: Story, finding: Finding) -> str:
    return name_of(story, finding, next(iter(finding.place)))


def _title(story: Story, above: list[Finding], below: list[Finding]) -> str:
    best = above[0] if above else below[0] if below else None
    if best is not None and (rate := bind(story, best, "now")) and (whole := bind(story, best, "all")):
        place = _place(story, best)
        return capitalised(
            f"{cite(rate)} of the leads from {place} {_outcome(story)}, against {cite(whole)} of all"
        )
    row = _largest(story)
    if row is not None and story.sheet.value(row.rate) is not None:
        rate = story.sheet.fact(row.rate, "largest_rate")
        name = story.sheet.name(row.name, kind="source")
        return capitalised(f"no source stands out: {cite(rate)} of the leads from {name} {_outcome(story)}")
    return "The data holds no outcome that could be compared"


def _largest(story: Story) -> CrossRow | None:
    rows = [row for row in story.analysis.cross_section if row.by == comparison(story)]
    return max(rows, key=lambda row: float(story.sheet.value(row.leads) or 0), default=None)


def _lede(story: Story, above: list[Finding], below: list[Finding]) -> str:
    parts = []
    if len(above) > 1:
        rest = [f"{_place(story, item)} ({cite(bind(story, item, 'now') or '')})" for item in above[1:3]]
        parts.append(sentence(f"{listed(rest)} also did clearly more than the average lead"))
    if below:
        low = [f"{_place(story, item)} ({cite(bind(story, item, 'now') or '')})" for item in below[:3]]
        parts.append(sentence(f"{listed(low)} did clearly less"))
    parts.append(
        "The leads carry no dates, so this is a single picture of all of them: it shows who converts,"
        " not whether that is changing."
    )
    return " ".join(parts)


def _measured(story: Story, finding: Finding) -> str:
    count, leads = bind(story, finding, "count"), bind(story, finding, "leads")
    low, high = bind(story, finding, "low"), bind(story, finding, "high")
    said = f"{_place(story, finding)}: {cite(count or '')} of {cite(leads or '')} leads {_outcome(story)}"
    if low and high:
        said += f", which puts its rate between {cite(low)} and {cite(high)}"
    return said


def _table_heading(above: list[Finding], below: list[Finding], *, by: str) -> str:
    places = "sources" if by == "lead_source" else "channels"
    if above and below:
        return f"Some {places} convert clearly above the average, some clearly below"
    if above or below:
        return f"Few {places} differ from the average by more than chance"
    return f"The {places} do not differ by more than chance"
