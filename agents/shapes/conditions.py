"""What must be true of a bundle before a clause may speak of it, slot by slot and as a whole."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from agents.shapes.bundles import Bundle
from agents.shapes.lexicon import COUNTED, DOWN, FACTORS, METRIC_NOUNS, UP
from countersign.core.contracts import Window

_MOST, _ALL, _FEW = 0.5, 0.95, 0.1
_BECAME = {
    "customers": "became customers", "accepted_leads": "were accepted by sales",
    "opportunities": "became opportunities", "mqls": "qualified",
}  # fmt: skip
_UNSIGNED = ("size",)
_LEVEL_STYLES = ("value", "short")


@dataclass(frozen=True)
class Surroundings:
    """What a clause is read against: names and periods by alias, the report's week, what is judged."""

    names: Mapping[str, str]
    periods: Mapping[str, Window]
    week: Window | None
    prior_windows: Mapping[str, Window | None]
    outcome: str = ""


CONDITIONS: dict[str, Callable[[Bundle], bool]] = {
    "": lambda bundle: True,
    "same_place": lambda bundle: True,
    "is_level": lambda bundle: bool(bundle.words.get("is_level")),
    "is_count": lambda bundle: bundle.metric in COUNTED,
    "is_inside": lambda bundle: bundle.in_range is True,
    "is_outside": lambda bundle: bundle.in_range is False,
    "is_up": lambda bundle: bundle.sign == 1,
    "is_down": lambda bundle: bundle.sign == -1,
    "is_fallen": lambda bundle: bundle.sign == -1,
    "is_with": lambda bundle: bool(bundle.words.get("is_with")),
    "is_most": lambda bundle: bundle.values.get("share", 0.0) > _MOST,
    "is_all": lambda bundle: bundle.values.get("share", 0.0) >= _ALL,
    "is_campaign": lambda bundle: bool(bundle.words.get("is_campaign")),
    "is_zero": lambda bundle: bool(bundle.words.get("is_campaign")) and bundle.values.get("now") == 0,
    "is_dead": lambda bundle: (
        bool(bundle.words.get("is_campaign"))
        and "now" in bundle.values
        and bundle.values["now"] <= _FEW * bundle.values.get("expected", 0.0)
    ),
    "has_late": lambda bundle: bundle.values.get("late", 0.0) > 0,
}


def fits(slot: str, said: str, *, bundle: Bundle, around: Surroundings) -> bool:
    """Whether what stands in one slot of a clause is what the bundle carries."""
    if slot in _WORD_TESTS:
        return _WORD_TESTS[slot](said, bundle, around)
    if slot == "name":
        return around.names.get(said) == bundle.place
    if slot in ("period", "length"):
        return said in around.periods and around.periods[said] == bundle.window
    alias, _, style = said.partition("|")
    return _is_figure(slot, alias, style, bundle)


def _is_figure(slot: str, alias: str, style: str, bundle: Bundle) -> bool:
    roles = {"chg": ("change", "difference"), "schg": ("change",), "pushed": ("part",)}.get(slot, (slot,))
    role = next((role for role in roles if bundle.roles.get(role) == alias), None)
    if role is None:
        return False
    if slot == "schg":
        return style in ("value", "change")
    if slot in ("chg", "pushed"):
        # Beside a verb a minus sign would turn the meaning around.
        return style in _UNSIGNED or (bundle.sign == 1 and style in ("value", "change"))
    return style in _LEVEL_STYLES


def _moved(said: str, bundle: Bundle, around: Surroundings) -> bool:
    wanted = 1 if re.fullmatch(UP, said) else -1 if re.fullmatch(DOWN, said) else 0
    return bundle.sign == wanted


def _updown(said: str, bundle: Bundle, around: Surroundings) -> bool:
    return bundle.sign == (1 if said == "up" else -1)


def _metric(said: str, bundle: Bundle, around: Surroundings) -> bool:
    noun = METRIC_NOUNS.get(bundle.metric)
    return noun is not None and re.fullmatch(noun, said) is not None


def _inout(said: str, bundle: Bundle, around: Surroundings) -> bool:
    if said in ("inside", "within", "in"):
        return bundle.in_range is True
    if bundle.in_range is not False:
        return False
    return {"above": 1, "over": 1, "below": -1, "under": -1}.get(said, bundle.side) == bundle.side


def _week(said: str, bundle: Bundle, around: Surroundings) -> bool:
    return around.week is not None and bundle.window == around.week


def _before(said: str, bundle: Bundle, around: Surroundings) -> bool:
    """A week before is a week; "before" may be any earlier period of the same figure."""
    if "week" not in said:
        return True
    prior, now = around.prior_windows.get(bundle.roles.get("prior", "")), bundle.window
    if prior is None or now is None:
        return False
    return _days(prior) == _days(now) == 7 and prior.start + timedelta(days=7) == _start(now)


def _onbefore(said: str, bundle: Bundle, around: Surroundings) -> bool:
    return _week(said, bundle, around)


def _rise(said: str, bundle: Bundle, around: Surroundings) -> bool:
    return bundle.sign == (1 if said in ("rise", "increase", "growth") else -1)


def _factor(said: str, bundle: Bundle, around: Surroundings) -> bool:
    up, down = FACTORS.get(bundle.words.get("factor", ""), ("", ""))
    return bool(up) and re.fullmatch(up if bundle.sign == 1 else down, said) is not None


def _noun(said: str, bundle: Bundle, around: Surroundings) -> bool:
    is_single = bundle.values.get("now") == 1
    return said == ("lead" if is_single else "leads")


def _became(said: str, bundle: Bundle, around: Surroundings) -> bool:
    return _BECAME.get(around.outcome) == said


_WORD_TESTS: dict[str, Callable[[str, Bundle, Surroundings], bool]] = {
    "moved": _moved,
    "updown": _updown,
    "metric": _metric,
    "inout": _inout,
    "week": _week,
    "before": _before,
    "onbefore": _onbefore,
    "rise": _rise,
    "factor": _factor,
    "noun_s": _noun,
    "became": _became,
    "of": lambda said, bundle, around: said == bundle.words.get("of"),
    "step": lambda said, bundle, around: said == bundle.words.get("step"),
}


def _days(window: Window) -> int:
    return (window.end - window.start).days


def _start(window: Window) -> date:
    return window.start
