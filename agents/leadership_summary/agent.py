"""The leadership summary agent: the drafts of a run become one page of plain words."""

from collections.abc import Sequence

from agents.asking import Ask
from agents.desk import OFFLINE, Desk, in_stages
from agents.drafting import build_draft, find_draft_problems, ground, used_datasets
from agents.feeding import find_fed, is_fed, read_fed_facts
from agents.leadership_summary.offline import tell_left_out, write_offline
from agents.leadership_summary.page import Page, trade_words
from agents.leadership_summary.structure import build_gaps, build_proposals, build_table
from agents.leadership_summary.wording import SummaryWording
from agents.past import build_past, join_material
from agents.registry import AgentCard
from agents.shapes.reading import Reader
from agents.story import read_story
from countersign.analytics.records import Analysis
from countersign.core.behind import facts_behind
from countersign.core.contracts import Block, Draft, Heading, ModelCall, Prose, Snapshot
from countersign.core.errors import AgentError
from countersign.core.workspace import Company
from countersign.reports.omissions import untold_findings
from countersign.reports.outline import read_spots
from countersign.reports.token_syntax import Token, parse


def prepare(analysis: Analysis, snapshot: Snapshot, *, card: AgentCard) -> Desk[SummaryWording]:
    """Everything about a summary but the choice of words.

    Raises:
        AgentError: a draft that it reads does not exist in this run, or none could be written; or not even
            the offline wording is grounded, which is a bug in this agent.
    """
    fed = find_fed(card.name, card.fed, reads=card.reads, unfed=card.unfed)
    story = read_story(analysis, sources=card.sources, goals=card.goals)
    facts = read_fed_facts(list(fed.values()), grants=card.grants)
    page = Page(story, fed, facts=facts, memory=card.memory)
    offline = write_offline(page)

    def assemble(wording: SummaryWording, call: ModelCall) -> Draft:
        return _assemble(page, wording, snapshot=snapshot, card=card, call=call)

    more = tell_left_out(page, untold_findings(assemble(offline, OFFLINE)))
    offline = offline.model_copy(update={"happened": [*offline.happened, *more]})
    plain, problems = ground(lambda: assemble(offline, OFFLINE), story.sheet)
    if problems := [*problems, *find_unfed(page, plain)]:
        raise AgentError(
            "The offline summary says something that no fact of its inputs carries.",
            found="; ".join(problems[:3]),
            fix="report this with the names of your channels; no summary was drafted",
        )
    reader = Reader(story)

    def find_problems(wording: SummaryWording) -> Sequence[str]:
        return in_stages(
            lambda: _shape_problems(wording, offline),
            lambda: _unread(reader, wording, offline),
            lambda: find_draft_problems(made := assemble(wording, OFFLINE)) + find_unfed(page, made),
        )

    may_cite = [
        alias for alias, key in story.sheet.bindings.items() if is_fed(story.sheet.held(key), page.facts)
    ]
    words = f"A plain version, to write better under the same rules:\n{offline.model_dump_json(indent=1)}"
    return Desk(
        offline=offline,
        plain=plain,
        material=join_material(story.sheet.described(may_cite), words, card.memory),
        assemble=assemble,
        find_problems=find_problems,
    )


def write_summary(
    analysis: Analysis, snapshot: Snapshot, *, card: AgentCard, company: Company, ask: Ask | None
) -> Draft:
    """Write one page for leadership: what happened, in money, what is proposed, what is not known.

    It is made from the drafts of this run that `card.fed` holds, and says which of them could not be
    written (`card.unfed`); each of its figures stands in one of them, or is worked out from such figures
    alone, and `fed_by` of the draft names them by digest.

    Raises:
        AgentError: an input is missing, or not even the offline wording is grounded.
    """
    desk = prepare(analysis, snapshot, card=card)
    return desk.write(ask=ask, instructions="" if ask is None else card.prompt_text())


write = write_summary


def find_unfed(page: Page, draft: Draft) -> list[str]:
    """Figures of a draft that stand in none of the drafts that it was made from, one line each."""
    shown = {*draft.bindings.values()}
    return [
        f"facts: {fact.metric} ({fact.id}) stands in no draft that feeds this one"
        for fact in draft.facts
        if fact.id in shown and not is_fed(fact, page.facts)
    ]


def _shape_problems(wording: SummaryWording, offline: SummaryWording) -> list[str]:
    problems = []
    for name in ("title", "happened", "money"):
        ours, theirs = getattr(offline, name), getattr(wording, name)
        if bool(ours) != bool(theirs):
            problems.append(f"{name}: {'fill it' if ours else 'leave it empty'}")
        elif len(theirs) > len(ours) and name != "title":
            problems.append(f"{name}: at most as many lines as the plain version")
    said = " ".join(_texts(wording))
    if len(said.split()) > len(" ".join(_texts(offline)).split()):
        problems.append("use no more words than the plain version")
    return problems + [f"leadership does not say {word!r}: use plain words" for word in trade_words(said)]


def _unread(reader: Reader, wording: SummaryWording, offline: SummaryWording) -> list[str]:
    plain = _texts(offline)
    return [
        f"nobody can check {sentence[:90]!r}; stay closer to the plain version"
        for text in _texts(wording)
        for sentence in reader.find_unread(text, plain=plain)
    ]


def _texts(wording: SummaryWording) -> list[str]:
    return [wording.title, *wording.happened, *wording.money]


def _assemble(
    page: Page, wording: SummaryWording, *, snapshot: Snapshot, card: AgentCard, call: ModelCall
) -> Draft:
    story, sheet = page.story, page.story.sheet
    table = build_table(page)
    blocks: list[Block] = [
        *([Prose(role="lede", text=wording.happened[0])] if wording.happened else []),
        *([] if table is None else [table]),
        *_section(page, "happened", "What happened", wording.happened[1:]),
        *_section(page, "money", "What it means in money", wording.money),
        *build_proposals(page),
        *build_past(page.memory, sheet, week=story.analysis.week),
        *build_gaps(page),
    ]
    draft = build_draft(
        sheet, analysis=story.analysis, snapshot=snapshot, card=card, kind="report", title=wording.title,
        blocks=blocks, call=call, fed_by=[fed.source for fed in page.fed.values()],
    )  # fmt: skip
    only_shown = _without_unused(draft)
    return only_shown.model_copy(update={"datasets": used_datasets(only_shown.facts, snapshot, card=card)})


def _section(page: Page, anchor: str, heading: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    told = (Prose(text=text, label="inferred" if page.supposes(text) else None) for text in lines)
    return [Heading(anchor=anchor, text=heading), *told]


def _without_unused(draft: Draft) -> Draft:
    """A draft with only the facts that it shows and what these were worked out from."""
    shown = {spot.alias for spot in read_spots(draft) if spot.alias}
    for spot in read_spots(draft):
        shown |= {
            piece.alias for piece in parse(spot.text) if isinstance(piece, Token) and piece.kind == "fact"
        }
    bindings = {alias: key for alias, key in draft.bindings.items() if alias in shown}
    facts = facts_behind(bindings.values(), draft.facts)
    return draft.model_copy(update={"facts": facts, "bindings": bindings})
