"""Where a campaign's forms went missing, as sentences beside what is proposed for it."""

from agents.recommendation.option import fact_of
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Finding


def tell_forms(story: Story, finding: Finding, *, place: str) -> str:
    """The forms that the campaign's visitors sent, by device where only one lost them; empty if not known."""
    if "lost_count" in finding.facts:
        return " ".join(_on_device(story, finding, stem, place=place) for stem in ("lost", "kept"))
    if "forms_count" not in finding.facts:
        return ""
    brought = _counted(story, finding, "forms", where=f"that {place} brought", place=place)
    return f"{brought}{_page(story, finding)}"


def _page(story: Story, finding: Finding) -> str:
    """The weak page that had as many sessions and forms in the same weeks; empty unless exactly one had."""

    def read(*facts: str) -> list[object]:
        return [story.sheet.value(fact) for fact in facts]

    own = read(finding.facts["forms_of"], finding.facts["forms_count"])
    window = story.sheet.held(finding.facts["forms_of"]).window
    alike = [
        row
        for row in story.analysis.rankings.weak_pages
        if row.window == window and read(row.sessions, row.conversions) == own
    ]
    if len(alike) != 1:
        return ""
    page = story.sheet.name(alike[0].page, kind="page")
    sessions, forms = (
        cite(story.sheet.fact(fact_id, f"page_{role}"))
        for role, fact_id in (("sessions", alike[0].sessions), ("forms", alike[0].conversions))
    )
    return f" The page {page} had as many in those weeks: {sessions} sessions, of which {forms} sent a form."


def _on_device(story: Story, finding: Finding, stem: str, *, place: str) -> str:
    fact = fact_of(story, finding, f"{stem}_count")
    device = story.sheet.name(fact.dimensions["device"], kind="device") if fact else ""
    return _counted(story, finding, stem, where=f"on {device}", place=place)


def _counted(story: Story, finding: Finding, stem: str, *, where: str, place: str) -> str:
    shown = story.sheet.names[place.removeprefix("{{name:").removesuffix("}}")]
    count, of, count_before, of_before = (
        cite(story.sheet.fact(finding.facts[f"{stem}_{name}"], f"{stem}_{name}", place=shown))
        for name in ("count", "of", "count_before", "of_before")
    )
    return (
        f"Of {of} sessions {where}, {count} sent a form; in as many days before, {count_before} of"
        f" {of_before} did."
    )
