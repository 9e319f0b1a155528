"""Which factors moved the headline cost: price, clicks, free leads, mix; what pushed and what pulled back."""

from agents.language import listed
from agents.sheet import cite
from agents.story import Story
from countersign.core.contracts import Part

# Below this share of the level, factors that cancel out are not worth a word.
_WORTH_TELLING = 0.05
# What a factor is called when it pushes a cost up, and when it pulls it down.
FACTOR_WORDS = {
    "Price per click": ("dearer clicks", "cheaper clicks"),
    "Clicks needed per lead": ("more clicks per lead", "fewer clicks per lead"),
    "Leads from channels without spend": (
        "a smaller share of leads without media cost",
        "a larger share of leads without media cost",
    ),
    "Clicks needed per accepted lead": ("more clicks per accepted lead", "fewer clicks per accepted lead"),
    "Mix of paid channels": ("the mix of paid channels", "the mix of paid channels"),
}


def _factors(story: Story) -> list[tuple[str, Part]]:
    """The parts of the leading change by factor, biggest first, each with its alias."""
    if story.lead is None:
        return []
    found = story.analysis.finding(f"{story.lead.key}:factors")
    if found is None:
        return []
    return [
        (story.sheet.fact(part.fact, f"factor_{number}"), part)
        for number, part in enumerate(found.parts, start=1)
        if story.sheet.value(part.fact)
    ]


def factor_line(story: Story) -> str:
    """What pushed the headline cost and what pulled it back, by factor."""
    factors = _factors(story)
    if story.is_level or not factors or story.headline is None:
        return ""
    whole = story.sheet.value(story.headline.movement.difference) or 0
    with_it = [item for item in factors if (float(story.sheet.value(item[1].fact) or 0) > 0) is (whole > 0)][
        :2
    ]
    # What pulled the other way is told whole: figures that do not add up are asked about on Monday.
    against = [item for item in factors if item not in with_it and _is_large(story, item[1], float(whole))]
    if not with_it:
        return ""
    verb, back = ("added", "took") if whole > 0 else ("took off", "added")
    pushed = [f"{_factor(story, part)} {cite(alias, style='size')}" for alias, part in with_it]
    said = f"{pushed[0].replace(' {{', f' {verb} {{{{', 1)}"
    said += f" and {pushed[1]}" if len(pushed) > 1 else ""
    if against:
        end = "off" if whole > 0 else "back"
        pulled = [f"{_factor(story, part)} {cite(alias, style='size')}" for alias, part in against]
        said += f"; {pulled[0].replace(' {{', f' {back} {{{{', 1)} {end}"
        said += f", and {listed(pulled[1:])}" if len(pulled) > 1 else ""
    return said


def _factor(story: Story, part: Part) -> str:
    up, down = FACTOR_WORDS.get(part.name, (part.name.lower(), part.name.lower()))
    return up if (story.sheet.value(part.fact) or 0) > 0 else down


def _is_large(story: Story, part: Part, whole: float) -> bool:
    value = float(story.sheet.value(part.fact) or 0)
    return value * whole < 0 and abs(value) > 0.15 * abs(whole)


def opposing_factors(story: Story) -> str:
    """For a cost that stayed where it was: the largest factor down and the largest up, if they are large."""
    level = float(story.sheet.value(story.headline.movement.now) or 0) if story.headline else 0.0
    if not story.is_level or not level:
        return ""
    sized = [(float(story.sheet.value(part.fact) or 0), alias, part) for alias, part in _factors(story)]
    down, up = (pick(sized, key=lambda item: item[0], default=None) for pick in (min, max))
    if down is None or up is None or min(-down[0], up[0]) < _WORTH_TELLING * level:
        return ""
    return (
        f"{_factor(story, down[2])} took {cite(down[1], style='size')} off,"
        f" while {_factor(story, up[2])} added {cite(up[1], style='size')}"
    )
