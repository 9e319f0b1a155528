"""The performance agent: incidents of the daily marts become a note on what needs attention now."""

from collections.abc import Iterator, Sequence

from agents.asking import Ask
from agents.desk import OFFLINE, Desk, in_stages
from agents.drafting import build_draft, find_draft_problems, ground
from agents.language import capitalised, listed, paragraph
from agents.performance.measures import noun
from agents.performance.offline import MOST_WATCHED, OLD_NEWS, Writer
from agents.performance.wording import AlertWording
from agents.registry import AgentCard
from agents.shapes.reading import split_sentences
from agents.sheet import Sheet, cite
from countersign.analytics.records import Analysis, Incident, TrustLine, Watch
from countersign.core.contracts import (
    Block,
    Cell,
    Column,
    Draft,
    Heading,
    ModelCall,
    Prose,
    Row,
    Snapshot,
    Table,
    Window,
)
from countersign.core.errors import AgentError
from countersign.core.workspace import Company

NO_REASON = "Why it happened. The figures say where and since when; what was changed has to be looked up."
TABLE_SUB = "Expected is what the same days would have brought at the rate of the weeks before."
OVER_SUB = f"Back in the expected range by now. {TABLE_SUB}"


def prepare(analysis: Analysis, snapshot: Snapshot, *, card: AgentCard) -> Desk[AlertWording]:
    """Everything about a daily note but which of its sentences may be left out.

    Raises:
        AgentError: the analysis is not one of days, or not even the offline wording is grounded.
    """
    watch = analysis.watch
    if watch is None:
        raise AgentError(
            "The performance agent was handed an analysis that watched nothing.",
            found="an analysis of a week",
            fix="give it what `analyse_days` gives; its card's rhythm is daily",
        )
    sheet = Sheet(analysis)
    writer = Writer(sheet, watch, card=card)
    told = _told(analysis.incidents, writer)
    offline = writer.write(told)

    def assemble(wording: AlertWording, call: ModelCall) -> Draft:
        blocks = tuple(_blocks(analysis, watch, writer, wording, told))
        return build_draft(
            sheet, analysis=analysis, snapshot=snapshot, card=card, kind="alert", title=wording.title,
            blocks=blocks, call=call, day=watch.last_day,
        )  # fmt: skip

    plain, problems = ground(lambda: assemble(offline, OFFLINE), sheet)
    if problems:
        raise AgentError(
            "The daily note says something that no fact carries.",
            found="; ".join(problems[:3]),
            fix="report this with the names of your campaigns; no note was drafted",
        )
    return Desk(
        offline=offline,
        plain=plain,
        material=f"{sheet.described(list(sheet.bindings))}\n\n{offline.model_dump_json(indent=1)}",
        assemble=assemble,
        find_problems=lambda wording: in_stages(
            lambda: find_own_words(wording, offline),
            lambda: find_draft_problems(assemble(wording, OFFLINE)),
        ),
    )


def write_alert(
    analysis: Analysis, snapshot: Snapshot, *, card: AgentCard, company: Company, ask: Ask | None
) -> Draft:
    """Write what needs attention now, from an analysis of days.

    What is told, its figures and its words are the code's; a model may only leave out sentences.

    Raises:
        AgentError: as `prepare`.
    """
    desk = prepare(analysis, snapshot, card=card)
    asked = ask if desk.offline.items else None
    return desk.write(ask=asked, instructions="" if asked is None else card.prompt_text())


write = write_alert


def find_own_words(wording: AlertWording, offline: AlertWording) -> list[str]:
    """Where a wording is more than the offline one with sentences left out; empty when it is not."""
    if wording.title != offline.title or len(wording.items) != len(offline.items):
        return ["title and items: take them over from the plain version"]
    slots = [("lede", wording.lede, offline.lede)]
    for number, (said, own) in enumerate(zip(wording.items, offline.items, strict=True)):
        if (said.heading, said.when) != (own.heading, own.when):
            return [f"items[{number}]: take heading and when over, word for word"]
        slots += [
            (f"items[{number}].{name}", getattr(said, name), getattr(own, name))
            for name in ("measured", "reading")
        ]
    return [
        f"{slot}: its first sentence, then only sentences of the plain version, in their order"
        for slot, said, own in slots
        if not _is_shortened(said, own)
    ]


def _is_shortened(said: str, own: str) -> bool:
    if bool(said.strip()) != bool(own.strip()):
        return False
    sentences, left = split_sentences(said), iter(split_sentences(own))
    # What follows speaks of the first: without it, "that" and "everything else" would mean something else.
    return (
        said == " ".join(sentences)
        and sentences[:1] == split_sentences(own)[:1]
        and all(one in left for one in sentences)
    )


def _told(incidents: Sequence[Incident], writer: Writer) -> tuple[Incident, ...]:
    """Every incident that needs someone now, and the first of those to keep an eye on.

    What goes on comes first; what was only to be watched and ended long ago stands in a table alone.
    """
    ordered = sorted(incidents, key=lambda one: one.is_over)
    urgent = [one for one in ordered if one.severity == "act"]
    watched = [one for one in ordered if one.severity == "watch" and not writer.is_past(one, by=OLD_NEWS)]
    return tuple(sorted((*urgent, *watched[:MOST_WATCHED]), key=writer.is_past))


def _blocks(
    analysis: Analysis, watch: Watch, writer: Writer, wording: AlertWording, told: Sequence[Incident]
) -> Iterator[Block]:
    yield Prose(role="lede", text=wording.lede)
    for number, (incident, words) in enumerate(zip(told, wording.items, strict=True)):
        yield Heading(anchor=f"attention-{number}", text=words.heading, sub=words.when)
        label = incident.label if not words.reading else "measured"
        yield Prose(text=words.measured, label=label)
        if words.reading:
            yield Prose(text=words.reading, label=incident.label)
    yield from _broken(analysis, writer.sheet)
    if len(analysis.incidents) > len(told) or len(told) > 2:
        yield from _tables(analysis.incidents, writer)
    yield from _watched(watch, writer.sheet)
    yield from _gaps(analysis, watch, writer)


def _broken(analysis: Analysis, sheet: Sheet) -> Iterator[Block]:
    """Sources whose data failed a check: their figures are in doubt, which comes before any of them."""
    lines = [line for line in analysis.trust if line.quality == "failed"]
    if lines:
        yield Heading(anchor="data", text="Data that failed a check")
    for line in lines:
        passed, total = (sheet.fact(getattr(line, name), name) for name in ("checks_passed", "checks_total"))
        told = f"{cite(passed)} of {cite(total)} checks passed"
        yield Prose(text=f"{_source(line, sheet)}: {told}; what rests on it is in doubt.", label="measured")


def _source(line: TrustLine, sheet: Sheet) -> str:
    table = line.landed_table.replace("_", " ")
    return f"{sheet.name(line.source, kind='source')} ({table})"


def _tables(incidents: Sequence[Incident], writer: Writer) -> Iterator[Block]:
    """All incidents with their days; what is over stands apart, after what is still on."""
    on = [one for one in incidents if not writer.is_past(one)]
    over = [one for one in incidents if writer.is_past(one)]
    if on:
        yield Heading(anchor="all", text="All that left its expected range and is still on", sub=TABLE_SUB)
        yield _table(on, writer)
    if over:
        yield Heading(anchor="over", text="Over since", sub=OVER_SUB)
        yield _table(over, writer)


def _table(incidents: Sequence[Incident], writer: Writer) -> Table:
    labels = ("Came", "Expected", "Usual from", "Usual to", "Gap")
    roles = ("now", "expected", "low", "high", "change")
    rows = tuple(
        Row(
            name=capitalised(f"{noun(one.metric)} {writer.where(one)}"),
            cells=tuple(Cell(value=writer.bind(one, role)) for role in roles),
            note=writer.days(one),
        )
        for one in incidents
    )
    return Table(row_label="What", columns=tuple(Column(label=label) for label in labels), rows=rows)


def _watched(watch: Watch, sheet: Sheet) -> Iterator[Block]:
    if not watch.judged:
        return
    campaigns, channels, days = (
        cite(sheet.fact(getattr(watch, name), f"watched_{name}"))
        for name in ("campaigns", "channels", "days")
    )
    listed_measures = listed([noun(name) for name in watch.judged])
    yield Heading(anchor="watched", text="What was watched")
    yield Prose(
        text=paragraph(
            f"{campaigns} campaigns and {channels} channels, by device and country where those are known,"
            f" were held against {days} days on record",
            f"Judged were {listed_measures}",
        ),
        label="measured",
    )


def _gaps(analysis: Analysis, watch: Watch, writer: Writer) -> Iterator[Block]:
    lines = [NO_REASON] if analysis.incidents else []
    for line in watch.behind:
        if line.data_through is not None:
            day = Window(
                start=line.data_through, end=line.data_through + (watch.last_day.end - watch.last_day.start)
            )
            ends = writer.sheet.period(day, "data_end")
            lines.append(
                f"{_source(line, writer.sheet)} ends on {ends}; younger days were judged for no source."
            )
    if watch.not_judged:
        lines.append(f"For want of data: {listed([noun(name) for name in watch.not_judged])}.")
    if lines:
        yield Heading(anchor="gaps", text="What this cannot tell")
        yield from (Prose(text=capitalised(line) + ".", label="not_known") for line in lines)
