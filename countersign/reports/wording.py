"""The few sentences that we write ourselves: what period, who wrote the wording."""

from collections.abc import Sequence
from datetime import date

from countersign.core.behind import facts_behind
from countersign.core.contracts import Draft, EvidenceLabel, Window
from countersign.core.periods import describe_window

LABELS: dict[EvidenceLabel, str] = {
    "measured": "Measured",
    "inferred": "Inferred",
    "not_known": "Not known",
}


_KINDS = {
    "report": "Performance",
    "recommendation": "Recommendations",
    "alert": "What needs attention",
    "scorecard": "Shared scorecard",
}


def write_day(day: date) -> str:
    """A day as people write it: 9 November 2026."""
    return f"{day.day} {day:%B %Y}"


def write_short_day(day: date) -> str:
    """A day where room is short: 9 Nov 2026."""
    return f"{day.day} {day:%b %Y}"


def describe_period(draft: Draft) -> str:
    """Kind and period in one line: Weekly performance, 9–15 November 2026, compared with 2–8 November."""
    kind = "Summary" if draft.fed_by else _KINDS[draft.kind]
    if draft.period is None:
        return f"{kind}, all records; the data has no dates"
    if kind == "Performance" and (draft.period.end - draft.period.start).days == 7:
        kind = "Weekly performance"
    period = describe_window(draft.period)
    if draft.compared_with is None:
        return f"{kind}, {period}"
    compared = describe_window(draft.compared_with)
    year = f" {draft.period.start.year}"
    if period.endswith(year) and compared.count(year) == 1:
        compared = compared.removesuffix(year)
    return f"{kind}, {period}, compared with {compared}"


def describe_length(window: Window) -> str:
    """How long a window is, in whole weeks where it has them.

    >>> describe_length(Window(start=date(2026, 10, 19), end=date(2026, 11, 16)))
    '4 weeks'
    """
    days = (window.end - window.start).days
    number, unit = (days // 7, "week") if days % 7 == 0 else (days, "day")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def describe_windows(windows: Sequence[Window]) -> str:
    """The time that evidence covers: one window, or from the first day to the last; never a guess."""
    if not windows:
        return "no dates"
    return describe_window(Window(start=windows[0].start, end=max(window.end for window in windows)))


def describe_sources(draft: Draft) -> str:
    """Which drafts this one was made from, by the digest under which the ledger keeps them; else nothing."""
    if not draft.fed_by:
        return ""
    named = [f"{fed.agent.replace('_', ' ')} ({fed.digest[:12]})" for fed in draft.fed_by]
    return (
        f"Made from the drafts of the same run by {' and '.join(named)}; it holds no figure that they lack."
    )


def describe_proof(draft: Draft, *, figures: int) -> str:
    """What stands behind every figure of a page: queries, models fitted to them, and what is on record."""
    kinds = {fact.definition.kind for fact in facts_behind(draft.bindings.values(), draft.facts)}
    beside = {
        "fitted": "a model fitted to the snapshot",
        "elapsed": "an entry of the ledger",
        "agreed": "what was agreed on file",
    }
    to = ["a query", *(said for kind, said in beside.items() if kind in kinds)]
    matched = to[0] if len(to) == 1 else f"{', '.join(to[:-1])} or {to[-1]}"
    return f"Every figure was matched to {matched} ({figures} of {figures})."


def describe_author(draft: Draft) -> str:
    """Who put a draft together, who worded it, and why a model did not, where one was asked."""
    if draft.kind == "scorecard":
        return (
            f"Put together by Countersign, {draft.agent} version {draft.agent_version}, from what was"
            " measured, recorded and agreed. Its wording is fixed; no model was asked."
        )
    by = f"Drafted by the {draft.agent.replace('_', ' ')} agent, version {draft.agent_version}."
    return f"{by} {_describe_wording(draft)}"


def _describe_wording(draft: Draft) -> str:
    call = draft.model_call
    if call.provider == "offline" and call.fallback:
        return f"The wording was written by the offline writer: {call.fallback}"
    if call.provider == "offline":
        return "The wording was written by the offline writer, without a model."
    if call.fallback:
        reason = call.fallback.rstrip(".")
        return f"The wording was written by the offline writer, because {call.model} failed: {reason}."
    return f"The wording was drafted by the model {call.model}."
