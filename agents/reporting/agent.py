"""The reporting agent: an analysis becomes a weekly performance report, offline or with a model."""

from collections.abc import Sequence

from agents.asking import Ask
from agents.desk import OFFLINE, Desk, in_stages
from agents.drafting import NO_REASON, build_draft, find_draft_problems, gap_lines, ground
from agents.past import join_material
from agents.registry import AgentCard
from agents.reporting import structure
from agents.reporting.campaigns import build_campaigns
from agents.reporting.lead_quality import build_quality, build_waste
from agents.reporting.media import media_note
from agents.reporting.offline import write_offline
from agents.reporting.opportunities import build_opportunities
from agents.reporting.pieces import build_ad_groups, build_ads, build_repeated_ads, build_repeats
from agents.reporting.response import build_audiences, build_content, build_events
from agents.reporting.wording import ReportWording, claims_of
from agents.shapes.reading import Reader
from agents.story import Story, comparison, read_story
from agents.untold import tell_untold, with_untold
from countersign.analytics.records import Analysis
from countersign.core.contracts import Block, Draft, Heading, ModelCall, Prose, Snapshot
from countersign.core.errors import AgentError
from countersign.core.workspace import Company

FUNNEL_SUB = (
    "Share of each step that reached the next. Late steps are read on older leads, which had the time to"
    " get there, so a count is no part of the count above it: each row says of how many, and of which"
    " weeks. A grey change is usual; red is a loss beyond chance."
)
INTERVAL_SUB = "Few leads leave room for chance: the true share may well lie anywhere in the 80% interval."
OUTCOMES_SUB = f"All leads in the data, also those too young to have an outcome. {INTERVAL_SUB}"
CHANNEL_SUB = (
    "This week, with the change from the week before under each figure; grey is usual. A figure made of a"
    " few events shows no change."
)
GAPS_HEADING = "What this data cannot tell"
TRUST_SUB = "Rows that were set aside are in no figure of this report."


def prepare(analysis: Analysis, snapshot: Snapshot, *, card: AgentCard) -> Desk[ReportWording]:
    """Everything about a weekly report but the choice of words.

    Raises:
        AgentError: not even the offline wording is grounded, which is a bug in this agent.
    """
    story = read_story(analysis, sources=card.sources, goals=card.goals)
    offline = write_offline(story)

    def make(wording: ReportWording, call: ModelCall) -> Draft:
        return _assemble(story, wording, snapshot=snapshot, card=card, call=call)

    untold = tell_untold(story, make(offline, OFFLINE))

    def assemble(wording: ReportWording, call: ModelCall) -> Draft:
        return with_untold(make(wording, call), untold)

    plain, problems = ground(lambda: assemble(offline, OFFLINE), story.sheet)
    if problems:
        raise AgentError(
            "The offline report says something that no fact carries.",
            found="; ".join(problems[:3]),
            fix="report this with the names of your channels; no report was drafted",
        )
    reader = Reader(story)

    def find_problems(wording: ReportWording) -> Sequence[str]:
        return in_stages(
            lambda: [*_shape_problems(wording, offline), *_unread(reader, wording, offline)],
            lambda: find_draft_problems(assemble(wording, OFFLINE)),
        )

    return Desk(
        offline=offline,
        plain=plain,
        material=join_material(
            story.sheet.described(list(story.sheet.bindings)), _slots(offline), card.memory
        ),
        assemble=assemble,
        find_problems=find_problems,
    )


def write_report(
    analysis: Analysis, snapshot: Snapshot, *, card: AgentCard, company: Company, ask: Ask | None
) -> Draft:
    """Write the weekly performance report.

    Figures are placed by code; the words come from a model when there is one and it keeps the rules,
    else from the offline writer. The draft holds every fact it cites with all its inputs.

    Raises:
        AgentError: not even the offline wording is grounded, which is a bug in this agent.
    """
    desk = prepare(analysis, snapshot, card=card)
    return desk.write(ask=ask, instructions="" if ask is None else card.prompt_text())


write = write_report


def _slots(offline: ReportWording) -> str:
    """Which slots to fill: exactly those that the offline writer fills, with its words to improve on."""
    return f"A plain version, to write better under the same rules:\n{offline.model_dump_json(indent=1)}"


def _shape_problems(wording: ReportWording, offline: ReportWording) -> list[str]:
    problems = []
    for name in ReportWording.model_fields:
        ours, theirs = getattr(offline, name), getattr(wording, name)
        if bool(ours) != bool(theirs):
            problems.append(f"{name}: {'fill it' if ours else 'leave it empty'}")
        if isinstance(theirs, list) and len(theirs) > len(ours):
            problems.append(f"{name}: at most as many lines as the plain version")
    return problems


def _unread(reader: Reader, wording: ReportWording, offline: ReportWording) -> list[str]:
    """Sentences that no figures make true; what is inferred may only stand where it says so."""
    plain = claims_of(offline)
    problems = []
    for slot, text, label in claims_of(wording):
        own = [said for _, said, known in plain if known != "inferred" or label == "inferred"]
        problems += [
            f"{slot}: nobody can check {sentence[:90]!r}; stay closer to the plain version"
            for sentence in reader.find_unread(text, plain=own)
        ]
    return problems


def _assemble(
    story: Story, wording: ReportWording, *, snapshot: Snapshot, card: AgentCard, call: ModelCall
) -> Draft:
    blocks = _dated_blocks(story, wording) if story.headline else _undated_blocks(story, wording)
    return build_draft(
        story.sheet, analysis=story.analysis, snapshot=snapshot, card=card, kind="report",
        title=wording.title, blocks=blocks, call=call,
    )  # fmt: skip


def _dated_blocks(story: Story, wording: ReportWording) -> list[Block]:
    """What changed, its weeks, what else needs someone; then tables, from the company to single pieces."""
    blocks: list[Block] = [Prose(role="lede", text=wording.lede)]
    blocks += _present(structure.build_kpis(story))
    waterfall = structure.build_waterfall(story)
    blocks.append(
        Heading(anchor="change", text=wording.change_heading, sub=structure.waterfall_sub(story, waterfall))
    )
    blocks += _present(waterfall)
    blocks += _claims(story, wording)
    blocks += _section(
        "trend", wording.trend_heading, structure.build_trend(story), sub=structure.trend_sub(story)
    )
    if wording.attention:
        blocks.append(Heading(anchor="attention", text=wording.attention_heading))
        blocks += [Prose(text=text, label="measured") for text in wording.attention]
    blocks += _section(
        "channels",
        wording.channel_heading,
        channels := structure.build_channel_table(story),
        sub=f"{CHANNEL_SUB}{media_note(channels)}",
    )
    blocks += build_quality(story)
    blocks += _section("funnel", wording.funnel_heading, structure.build_funnel(story), sub=FUNNEL_SUB)
    blocks += [*build_campaigns(story), *build_waste(story)]
    blocks += [*build_ad_groups(story), *build_ads(story), *build_content(story)]
    blocks += [*build_opportunities(story), *build_audiences(story), *build_events(story)]
    blocks += [*build_repeats(story), *build_repeated_ads(story), *_outcomes(story)]
    return [*blocks, *_gaps(story), *_trust(story)]


def _outcomes(story: Story) -> list[Block]:
    """Where no cost can rank the channels, what became of their leads does."""
    if story.kpi("spend") is not None:
        return []
    by = comparison(story)
    heading = f"What became of the leads, by {by.replace('_', ' ')}"
    sub = f"{OUTCOMES_SUB}{structure.spelling_note(story, by=by)}"
    return _section("outcomes", heading, structure.build_cross_section(story, by=by), sub=sub)


def _undated_blocks(story: Story, wording: ReportWording) -> list[Block]:
    blocks: list[Block] = [Prose(role="lede", text=wording.lede)]
    by = comparison(story)
    blocks.append(Heading(anchor="change", text=wording.change_heading))
    blocks += _claims(story, wording)
    blocks += _section(
        "channels",
        wording.channel_heading,
        structure.build_cross_section(story, by=by),
        sub=f"All leads in the data. {INTERVAL_SUB}{structure.spelling_note(story, by=by)}",
    )
    return [*blocks, *_gaps(story), *_trust(story)]


def _claims(story: Story, wording: ReportWording) -> list[Block]:
    claims: list[Block] = [Prose(text=text, label="measured") for text in wording.measured]
    claims += [Prose(text=text, label="inferred") for text in wording.inferred]
    return [*claims, *([Prose(text=NO_REASON, label="not_known")] if story.lead is not None else [])]


def _gaps(story: Story) -> list[Block]:
    """What no reader will find in these data, in one list below the figures."""
    lines = gap_lines(story.analysis, told=("stale",))
    if not lines:
        return []
    return [
        Heading(anchor="gaps", text=GAPS_HEADING),
        *(Prose(text=text, label="not_known") for text in lines),
    ]


def _trust(story: Story) -> list[Block]:
    return _section("trust", structure.trust_heading(story), structure.build_trust(story), sub=TRUST_SUB)


def _section(anchor: str, heading: str, block: Block | None, *, sub: str) -> list[Block]:
    if block is None or not heading:
        return []
    return [Heading(anchor=anchor, text=heading, sub=sub), block]


def _present(block: Block | None) -> list[Block]:
    return [] if block is None else [block]
