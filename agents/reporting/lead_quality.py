"""Which channels bring leads that sales accepts, and which spent money below the company's limits."""

from collections.abc import Sequence

from agents.language import plural
from agents.reporting.media import NO_MEDIA
from agents.reporting.ranking import MOST_ROWS, build_row, build_rows, build_section, cut_after
from agents.sheet import Sheet, cite
from agents.story import Story
from countersign.analytics.rankings import BrokenLimit, WasteRow
from countersign.analytics.records import QualityRow
from countersign.core.contracts import Block, Row

QUALITY_SUB = "Leads created {period}, old enough for sales to have judged them; most accepted leads first."
WASTE_SUB = (
    "Spend of {period} by channel, most below the limits first, and in each channel the campaigns that broke"
    " a limit that your company set. A week's spend counts where the weeks up to it broke such a limit; under"
    " a campaign stands the last that it broke."
)
WASTE_CUT = "What wasted less than these is counted in the foot only."
UNJUDGED = "{spend} could not be judged: verdicts of sales are too few, or not known."
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
    """Channels ranked by wasted spend, each with its campaigns and why; empty where nothing was wasted."""
    waste = story.analysis.rankings.waste
    if waste is None:
        return []
    sheet = story.sheet
    rows = [_waste_row(sheet, row, number) for number, row in enumerate(waste.rows[:MOST_ROWS], start=1)]
    total = build_row(sheet, waste.total, _WASTE, name="All channels", stem="waste")
    spend, wasted = (cite(cell.value or "", style="short") for cell in total.cells[:2])
    sub = WASTE_SUB.format(period=sheet.period(waste.total.window, "month"))
    sub = cut_after(sub, waste.rows, rest=WASTE_CUT)
    if sheet.value(waste.unjudged):
        sub = f"{sub} {UNJUDGED.format(spend=cite(sheet.fact(waste.unjudged, 'waste_unjudged')))}"
    return build_section(
        "waste",
        f"{wasted} of {spend} went to campaigns below your own limits{_first(sheet, waste.rows, rows)}",
        sub=sub,
        row_label="Channel and campaign",
        columns=_WASTE,
        rows=rows,
        total=total,
    )


def _first(sheet: Sheet, told: Sequence[WasteRow], rows: Sequence[Row]) -> str:
    """The campaign that wasted most, with what it wasted; empty where channels were judged as a whole."""
    campaigns = [pair for pair in zip(told, rows, strict=False) if pair[0].campaign is not None]
    if not campaigns:
        return ""
    _, row = max(campaigns, key=lambda pair: float(sheet.value(pair[0].wasted) or 0))
    return f", {cite(row.cells[1].value or '', style='short')} of it to {row.name}"


def _waste_row(sheet: Sheet, row: WasteRow, number: int) -> Row:
    channel = sheet.name(row.channel or "")
    name = channel if row.campaign is None else sheet.name(row.campaign, kind="campaign")
    built = build_row(sheet, row, _WASTE, name=name, stem=f"waste_{number}")
    why = _why(sheet, row, row.limit, stem=f"waste_{number}") if row.limit else ""
    return built.model_copy(update={"note": f"{channel}. {why}" if row.campaign is not None else why})


def _why(sheet: Sheet, row: WasteRow, limit: BrokenLimit, *, stem: str) -> str:
    """The limit that was broken in plain words, with the figures that broke it, and their weeks if others."""
    when = "" if limit.window == row.window else f", {sheet.period(limit.window, 'limit_weeks')}"

    def told(role: str) -> str:
        return cite(sheet.fact(getattr(limit, role), f"{stem}_{role}_judged"))

    if limit.rule == "no leads":
        return f"No lead for {told('spend')}{when}."
    if limit.rule == "too few leads accepted":
        return f"Too few leads accepted: {told('accepted')} of {told('decided')} that sales judged{when}."
    leads = f"{told('leads')} {plural('lead', count=sheet.value(limit.leads))}"
    return f"Accepted leads cost too much: {told('spend')} for {leads}, {told('accepted')} accepted{when}."
