"""Serious findings without an action of their own: that they are, and the true reason beside each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agents.language import listed, sentence
from agents.recommendation.option import Option
from agents.story import Story
from agents.untold import tell_plainly
from countersign.core.contracts import Block, Draft, Finding, Heading, Prose
from countersign.reports.omissions import untold_findings

HEADING = "Also serious, and not acted on here"
# A part below this share of a change moved too little to ask for an action of its own.
_SMALL_SHARE = 0.1


@dataclass(frozen=True)
class Reason:
    """Why a finding has no action of its own; `waiting` is the one that it would have, were there room."""

    text: str
    waiting: Option | None = None


def tell_left_out(story: Story, draft: Draft, why_not: dict[str, Reason], *, order: str) -> tuple[Block, ...]:
    """A section with each finding of severity act that the draft does not cite, and why it has no action.

    Args:
        story: lends the sheet.
        draft: without this section.
        why_not: by key of finding.
        order: how actions are ordered, said where one had to wait for the others.
    """
    told: dict[str, Reason] = {}
    for finding in untold_findings(draft):
        reason = why_not[finding.key]
        # A waiting action's evidence is the finding with all that speaks for acting on it.
        text = reason.waiting.words.why if reason.waiting else tell_plainly(story, finding)
        if text:
            told.setdefault(sentence(text), reason)
    if not told:
        return ()
    has_waiting = any(reason.waiting for reason in told.values())
    blocks: list[Block] = [Heading(anchor="also-serious", text=HEADING, sub=order if has_waiting else "")]
    for text, reason in told.items():
        blocks += [Prose(text=text, label="measured"), Prose(text=reason.text, role="note")]
    return tuple(blocks)


def explain_left_out(
    story: Story, asked: dict[str, Option], *, chosen: Sequence[Option], replaced: Collection[str]
) -> dict[str, Reason]:
    """Why each serious finding has no action of its own among those chosen, by key.

    Args:
        story: with the findings.
        asked: the option that a finding asked for, by key of finding, where it asked for one.
        chosen: what is proposed.
        replaced: keys of the options that the move of money between channels stands for.
    """
    taken = {option.key for option in chosen}

    def explain(finding: Finding) -> Reason:
        option = asked.get(finding.key)
        if option is None:
            return Reason(_explain_sum(story, finding, chosen) or _explain_alone(story, finding, chosen))
        if option.key in taken:
            return Reason("An action above is about it.")
        if option.key in replaced:
            return Reason("The move of money between channels above stands for it.")
        title = option.words.title
        deed = f"The action is to {title[:1].lower()}{title[1:]}."
        return Reason(f"It waits, as no more actions are proposed at a time. {deed}", waiting=option)

    return {finding.key: explain(finding) for finding in story.analysis.findings if finding.severity == "act"}


def _explain_sum(story: Story, finding: Finding, chosen: Sequence[Option]) -> str:
    """For a figure that is made of others: which of those have an action above, and which have none."""
    by, names = _drivers(story, finding)
    if not names:
        return ""
    acted = {option.finding.place.get(by) for option in chosen if option.finding}
    groups = [[name for name in names if (name in acted) is has_one] for has_one in (True, False)]
    with_one, without = (listed([story.sheet.name(name, kind=by) for name in group]) for group in groups)
    said = [f"{with_one} {_have(groups[0])} an action above"] if with_one else []
    said += [f"{without} {_have(groups[1])} none"] if without else []
    of = "campaigns" if by == "campaign" else "channels"
    return sentence(f"It is made of its {of}: of those that moved it, {listed(said)}")


def _explain_alone(story: Story, finding: Finding, chosen: Sequence[Option]) -> str:
    channel = finding.place.get("channel")
    has_action = any(option.finding and option.finding.place.get("channel") == channel for option in chosen)
    where = (
        f"; what is proposed in {story.sheet.name(channel)} stands above" if channel and has_action else ""
    )
    return f"No action follows from this figure alone{where}."


def _have(names: Sequence[str]) -> str:
    return "has" if len(names) == 1 else "have"


def is_covered(story: Story, finding: Finding, options: Sequence[Option]) -> bool:
    """Whether actions are about every campaign that moved a channel's cost, or about the whole channel.

    Where campaigns are not known, any action in the channel is about it.
    """
    channel = finding.place.get("channel")
    places = [option.finding.place for option in options if option.finding]
    own = [place for place in places if place.get("channel") == channel]
    by, names = _drivers(story, finding)
    if by != "campaign":
        return bool(own)
    return set(names) <= {place.get("campaign") for place in own}


def _drivers(story: Story, finding: Finding) -> tuple[str, list[str]]:
    """What a change is made of that went its way by more than a small share: by campaign, else channel."""
    by_campaign = story.analysis.finding(f"{finding.key}:campaigns")
    parts = (by_campaign or finding).parts
    whole = float(story.sheet.value(finding.facts.get("difference")) or 0)
    if not parts or not whole or parts[0].dimension not in ("campaign", "channel"):
        return "", []
    names = [part.name for part in parts if float(story.sheet.value(part.fact) or 0) / whole > _SMALL_SHARE]
    return parts[0].dimension, names
