"""The recommendation agent: findings become up to three proposed actions; it executes none."""

from collections.abc import Sequence
from datetime import date, timedelta

from agents.asking import Ask
from agents.desk import OFFLINE, Desk, in_stages
from agents.drafting import NO_REASON, build_draft, find_draft_problems, gap_lines, ground
from agents.owners import find_owner
from agents.past import join_material
from agents.recommendation.budget import tell_untold_test
from agents.recommendation.history import record_blocks
from agents.recommendation.left_out import tell_left_out
from agents.recommendation.offline import write_offline
from agents.recommendation.option import Option, judged_as
from agents.recommendation.options import ORDER, choose_options
from agents.recommendation.wording import ActionWords, RecommendationWording
from agents.registry import AgentCard
from agents.shapes.bundles import place_shown
from agents.shapes.reading import Reader
from agents.story import Story, read_story
from agents.untold import with_untold
from countersign.analytics.records import Analysis
from countersign.core.contracts import Action, Block, Draft, Heading, ModelCall, Prose, Snapshot
from countersign.core.errors import AgentError
from countersign.core.workspace import Company

SUB = (
    "Nothing below happens until a person approves it. Who approves chooses for each action: as proposed, or"
    " stop, fix, scale, test, or leave it as it is. If nobody answers, nothing changes."
)


def prepare(analysis: Analysis, snapshot: Snapshot, *, card: AgentCard) -> Desk[RecommendationWording]:
    """Everything about a recommendation but the choice of words.

    Raises:
        AgentError: not even the offline wording is grounded, which is a bug in this agent.
    """
    story = read_story(analysis, sources=card.sources)
    choice = choose_options(story)
    options = choice.options
    offline = write_offline(story, options)

    def make(wording: RecommendationWording, call: ModelCall) -> Draft:
        return _assemble(story, options, wording, snapshot=snapshot, card=card, call=call)

    untold = tell_left_out(story, make(offline, OFFLINE), choice.why_not, order=ORDER)

    def assemble(wording: RecommendationWording, call: ModelCall) -> Draft:
        return with_untold(make(wording, call), untold)

    plain, problems = ground(lambda: assemble(offline, OFFLINE), story.sheet)
    if problems:
        raise AgentError(
            "The offline recommendation says something that no fact carries.",
            found="; ".join(problems[:3]),
            fix="report this with the names of your channels; no recommendation was drafted",
        )
    reader = Reader(story)

    def find_problems(wording: RecommendationWording) -> Sequence[str]:
        return in_stages(
            lambda: _shape_problems(wording, offline, options),
            lambda: _unread(reader, story, wording, offline=offline, options=options),
            lambda: find_draft_problems(assemble(wording, OFFLINE)),
        )

    words = f"A plain version, to write better under the same rules:\n{offline.model_dump_json(indent=1)}"
    return Desk(
        offline=offline,
        plain=plain,
        material=join_material(story.sheet.described(list(story.sheet.bindings)), words, card.memory),
        assemble=assemble,
        find_problems=find_problems,
    )


def write_recommendation(
    analysis: Analysis, snapshot: Snapshot, *, card: AgentCard, company: Company, ask: Ask | None
) -> Draft:
    """Write up to three proposed actions with evidence, effect, cost, undo and what speaks against.

    Which actions, their figures, owners and dates are decided here from findings; a model may only
    word them. An effect is arithmetic from named facts or not known.

    Raises:
        AgentError: not even the offline wording is grounded, which is a bug in this agent.
    """
    desk = prepare(analysis, snapshot, card=card)
    asked = ask if desk.offline.actions else None
    return desk.write(ask=asked, instructions="" if asked is None else card.prompt_text())


write = write_recommendation


def _shape_problems(
    wording: RecommendationWording, offline: RecommendationWording, options: Sequence[Option]
) -> list[str]:
    if len(wording.actions) != len(offline.actions):
        return ["actions: word exactly the actions that are listed"]
    empty = [f"{name}: fill it" for name in ("title", "lede") if not getattr(wording, name).strip()]
    empty += [
        f"actions[{number}].{name}: fill it"
        for number, words in enumerate(wording.actions)
        for name in ActionWords.model_fields
        if not getattr(words, name).strip()
    ]
    return empty + [
        f"actions[{number}].effect: it is not known, so no figure stands there"
        for number, (words, option) in enumerate(zip(wording.actions, options, strict=True))
        if not option.is_known_effect and "{{fact:" in words.effect
    ]


def _unread(
    reader: Reader, story: Story, wording: RecommendationWording, *, offline: RecommendationWording,
    options: Sequence[Option],
) -> list[str]:  # fmt: skip
    """What no figures make true. Effects and what speaks against an action are arithmetic, not style."""
    problems = []
    for slot in ("title", "lede"):
        plain = [offline.title, offline.lede]
        problems += [
            _says(slot, sentence) for sentence in reader.find_unread(getattr(wording, slot), plain=plain)
        ]
    for number, (words, own, option) in enumerate(
        zip(wording.actions, offline.actions, options, strict=False)
    ):
        at = f"actions[{number}]"
        place = place_shown(story.sheet, option.finding) if option.finding else None
        near = reader.about([place] if place else [])
        problems += [
            _says(f"{at}.why", sentence) for sentence in near.find_unread(words.why, plain=[own.why])
        ]
        for field in ("title", "effect", "against"):
            if _plainly(getattr(words, field)) != _plainly(getattr(own, field)):
                problems.append(f"{at}.{field}: take it over from the plain version, word for word")
    return problems


def _says(slot: str, sentence: str) -> str:
    return f"{slot}: nobody can check {sentence[:90]!r}; stay closer to the plain version"


def _plainly(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _assemble(
    story: Story,
    options: list[Option],
    wording: RecommendationWording,
    *,
    snapshot: Snapshot,
    card: AgentCard,
    call: ModelCall,
) -> Draft:
    week = story.analysis.week
    # What is judged lies ahead of whoever reads this, however old the data are.
    base = week.end if week and not story.analysis.is_stale else snapshot.as_of.date()
    blocks: list[Block] = [Prose(role="lede", text=wording.lede)]
    if options:
        blocks.append(Heading(anchor="recommendations", text="What we propose", sub=SUB))
    for option, words in zip(options, wording.actions, strict=False):
        blocks.append(_action(story, option, words, card=card, base=base))
    blocks += record_blocks(story, card.record, snapshot=snapshot)
    gaps = [
        *([NO_REASON] if story.lead is not None else []),
        *gap_lines(story.analysis, told=() if options else ("stale",)),
        *filter(None, [tell_untold_test(story, options)]),
    ]
    if gaps:
        heading = "What would make this surer" if options else "What an action would need to know"
        blocks.append(Heading(anchor="gaps", text=heading))
        blocks += [Prose(text=text, label="not_known") for text in gaps]
    return build_draft(
        story.sheet, analysis=story.analysis, snapshot=snapshot, card=card, kind="recommendation",
        title=wording.title, blocks=blocks, call=call,
        expectations=[option.expectation for option in options if option.expectation],
    )  # fmt: skip


def _action(story: Story, option: Option, words: ActionWords, *, card: AgentCard, base: date) -> Action:
    goal = next(
        (goal for metric in option.goal_metrics for goal in card.goals if goal.metric == metric), card.served
    )
    # Goals and owners are the company's words and may hold figures, so they enter as names.
    goal_name = goal.title if goal else card.goal.replace("_", " ")
    return Action(
        title=words.title,
        choice=option.choice,
        why=words.why,
        # What is not known is said in our words: a wording of it could only hint at a promise.
        effect=words.effect if option.is_known_effect else option.words.effect,
        effect_label="inferred" if option.is_known_effect else "not_known",
        goal=story.sheet.name(goal_name, kind="goal"),
        owner=_owner(story, option, otherwise=goal.owner if goal else card.owner),
        effort=option.effort,
        confidence=option.confidence,
        undo=option.undo,
        cost=option.cost,
        judge_on=base + timedelta(days=option.judge_after_days),
        against=words.against,
        key=option.expectation.key if option.expectation else judged_as(story, option.key),
    )


def _owner(story: Story, option: Option, *, otherwise: str) -> str:
    """Who does it: whom the sources name, else whoever answers for the goal, and says so."""
    owner = find_owner(story.sources, option.area, finding=option.finding) if option.finding else ""
    if owner:
        return story.sheet.name(owner, kind="owner")
    return f"{story.sheet.name(otherwise, kind='owner')}, who owns the goal"
