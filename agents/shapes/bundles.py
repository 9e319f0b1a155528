"""What may be said: figures that belong together, with their place, their period and which way they moved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from agents.sheet import Sheet
from agents.story import COMPANIONS, Story
from countersign.analytics.records import Movement
from countersign.core.contracts import Finding, Part, Window


@dataclass(frozen=True)
class Bundle:
    """Figures of one movement, one finding or one part of a change; a clause speaks of exactly one.

    Args:
        kind: "movement", "factor", "part", or the kind of the finding.
        metric: what was measured.
        place: the display name of where; None is the whole company.
        roles: alias of the fact in each role, only of facts that are known.
        values: the value in each role.
        sign: which way it moved, None where two periods are not compared.
        in_range: whether it lies in its expected range, None when that is not known.
        side: +1 above, -1 below the middle of its range.
        window: the period of `now`.
        words: what else a clause may need: the factor's name, the step of a funnel, whether it leads.
    """

    kind: str
    metric: str
    place: str | None
    roles: dict[str, str]
    values: dict[str, float]
    sign: int | None = None
    in_range: bool | None = None
    side: int = 0
    window: Window | None = None
    words: dict[str, str] = field(default_factory=dict)


def build_bundles(story: Story) -> tuple[Bundle, ...]:
    """Every bundle whose figures are bound on the story's sheet."""
    found = [
        *_movements(story),
        *(_finding(story, item) for item in story.analysis.findings if not item.key.endswith(COMPANIONS)),
        *_factors(story),
        *_parts(story),
    ]
    return tuple(bundle for bundle in found if bundle.roles)


def _movements(story: Story) -> Iterator[Bundle]:
    rows = [movement for row in story.analysis.channels for movement in row.movements.values()]
    for movement in (*story.analysis.kpis, *rows):
        yield _movement(story, movement)


def _movement(story: Story, movement: Movement) -> Bundle:
    sheet = story.sheet
    ids = {
        "now": movement.now, "prior": movement.prior, "change": movement.change,
        "difference": movement.difference, "low": movement.low, "high": movement.high,
    }  # fmt: skip
    is_headline = story.headline is not None and movement is story.headline.movement
    judged = not movement.is_small_count and not movement.is_incomplete
    is_normal_known = story.is_normal_known if is_headline else True
    roles, values = _bound(sheet, ids)
    difference = values.get("difference", _less(sheet, movement.now, movement.prior))
    return Bundle(
        kind="movement",
        metric=movement.metric,
        place=None if movement.channel is None else sheet.display(movement.channel),
        roles=roles,
        values=values,
        sign=None if difference is None else _sign(difference),
        in_range=movement.in_normal_range if judged and is_normal_known else None,
        side=_sign(movement.position or 0.0),
        window=movement.week,
        words={
            "is_headline": "yes" if is_headline else "",
            "is_level": "yes" if is_headline and story.is_level else "",
        },
    )


def _finding(story: Story, finding: Finding) -> Bundle:
    sheet = story.sheet
    roles, values = _bound(sheet, finding.facts)
    for role, metric in (("late", "leads_not_called_in_time"),):
        alias = _derived(
            sheet, metric, inputs={finding.facts.get("leads"), finding.facts.get("within_promise")}
        )
        if alias:
            roles[role], values[role] = alias, float(sheet.value(sheet.bindings[alias]) or 0)
    now, prior = finding.facts.get("now"), finding.facts.get("prior")
    difference = _less(sheet, now, prior)
    fact_id = finding.facts.get("now") or next(iter(finding.facts.values()), None)
    has_range = "low" in values and "high" in values and "now" in values
    inside = values["low"] <= values["now"] <= values["high"] if has_range else None
    middle = (values["low"] + values["high"]) / 2 if has_range else 0.0
    return Bundle(
        kind="movement" if finding.kind == "change" else finding.kind,
        metric=finding.metric,
        place=place_shown(sheet, finding),
        roles=roles,
        values=values,
        sign=None if difference is None else _sign(difference),
        in_range=inside if finding.kind == "change" else None,
        side=_sign(values["now"] - middle) if has_range else 0,
        window=sheet.held(fact_id).window if fact_id else None,
        words={
            "step": finding.place.get("step", "").lower(), "of": finding.place.get("of", "").lower(),
            "is_campaign": "yes" if "campaign" in finding.place else "", "note": finding.note,
        },
    )  # fmt: skip


def place_shown(sheet: Sheet, finding: Finding) -> str | None:
    """The display name of a finding's narrowest place; None when it is about the whole company."""
    narrow = ("campaign_name", "campaign", "channel", "platform", "lead_source", "source")
    raw = next((finding.place[key] for key in narrow if key in finding.place), None)
    return None if raw is None else sheet.display(raw)


def _factors(story: Story) -> Iterator[Bundle]:
    """The factors of the leading change: how much each added or took off."""
    found = story.analysis.finding(f"{story.lead.key}:factors") if story.lead else None
    for part in found.parts if found else ():
        roles, values = _bound(story.sheet, {"part": part.fact})
        words = {"factor": part.name}
        yield Bundle("factor", story.lead.metric if story.lead else "", None, roles, values,
                     sign=_sign(values.get("part", 0.0)), words=words)  # fmt: skip


def _parts(story: Story) -> Iterator[Bundle]:
    """The places that the leading change is split over, and the campaigns of each channel's own change."""
    lead = story.lead
    if lead is not None and not story.is_level:
        yield from _split(story, lead.parts, metric=lead.metric, whole=None)
    for finding in story.analysis.findings:
        if finding.key.endswith(":campaigns"):
            channel = finding.place.get("channel")
            whole = story.sheet.display(channel) if channel else None
            yield from _split(story, finding.parts, metric=finding.metric, whole=whole)


def _split(story: Story, parts: Iterable[Part], *, metric: str, whole: str | None) -> Iterator[Bundle]:
    sized = [(part, float(story.sheet.value(part.fact) or 0)) for part in parts]
    total = sum(size for _, size in sized)
    pushed = sum(size for _, size in sized if size * total > 0)
    for part, size in sized:
        roles, values = _bound(story.sheet, {"part": part.fact})
        share = min(size / total, size / pushed) if total and pushed and size * total > 0 else 0.0
        values = {**values, "share": share, "size": size}
        words = {"whole": whole or "", "is_with": "yes" if size * total > 0 else ""}
        # A part that no token names still says where a change sits.
        yield Bundle(
            "part", metric, story.sheet.display(part.name), roles or {"none": ""}, values,
            sign=_sign(size), words=words,
        )  # fmt: skip


def _bound(
    sheet: Sheet, ids: dict[str, str | None] | dict[str, str]
) -> tuple[dict[str, str], dict[str, float]]:
    aliases = {fact_id: alias for alias, fact_id in sheet.bindings.items()}
    roles: dict[str, str] = {}
    values: dict[str, float] = {}
    for role, fact_id in ids.items():
        value = sheet.value(fact_id)
        if fact_id in aliases and value is not None:
            roles[role], values[role] = aliases[fact_id], float(value)
    return roles, values


def _derived(sheet: Sheet, metric: str, *, inputs: set[str | None]) -> str:
    for alias, fact_id in sheet.bindings.items():
        fact = sheet.held(fact_id)
        if fact.metric == metric and set(getattr(fact.definition, "inputs", ())) == inputs:
            return alias
    return ""


def _less(sheet: Sheet, now: str | None, prior: str | None) -> float | None:
    first, second = sheet.value(now), sheet.value(prior)
    return None if first is None or second is None else float(first) - float(second)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
