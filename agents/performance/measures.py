"""How each measure of the daily watch is called, and what a gap in it amounts to."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Called:
    """A measure in words.

    Args:
        noun: as it stands in a sentence.
        are_many: whether its verb is plural.
        lost: what is missing or too much when it moves; empty where a sum says nothing.
    """

    noun: str
    are_many: bool = True
    lost: str = ""


CALLED: Mapping[str, Called] = {
    "spend": Called("spend a day", are_many=False),
    "impressions": Called("impressions a day"),
    "click_rate": Called("clicks per impression", lost="clicks"),
    "clicks": Called("clicks a day"),
    "cost_per_click": Called("cost per click", are_many=False, lost="money"),
    "cost_per_impression": Called("cost per impression", are_many=False, lost="money"),
    "sessions_per_click": Called("sessions per click", lost="sessions"),
    "sessions": Called("sessions a day"),
    "engaged_rate": Called("the share of engaged sessions", are_many=False, lost="engaged sessions"),
    "web_conversion_rate": Called("forms sent per session", lost="forms"),
    "lead_rate": Called("leads per session", lost="leads"),
    "leads_per_click": Called("leads per click", lost="leads"),
    "web_conversions_per_lead": Called("forms counted per lead", lost="forms"),
    "leads_per_web_conversion": Called("leads in the CRM per form counted", lost="leads"),
    "platform_conversions_per_lead": Called("conversions claimed per lead", lost="claimed conversions"),
    "follow_up_rate": Called("the share of leads that sales called", are_many=False, lost="calls"),
    "follow_up_promise_rate": Called(
        "the share of leads called in time", are_many=False, lost="leads called in time"
    ),
    "mql_rate": Called("the share of leads that qualified", are_many=False, lost="qualified leads"),
    "acceptance_rate": Called(
        "the share of leads that sales accepted", are_many=False, lost="accepted leads"
    ),
    "opportunity_rate": Called("opportunities per lead", lost="opportunities"),
    "slip_rate": Called("the share of due deals that were put off", are_many=False, lost="deals"),
    "win_rate": Called("the share of closed deals that were won", are_many=False, lost="won deals"),
}


def noun(metric: str) -> str:
    """A measure as it stands in a sentence.

    >>> noun("lead_rate"), noun("something_new")
    ('leads per session', 'something new')
    """
    return CALLED[metric].noun if metric in CALLED else metric.replace("_", " ")


def were(metric: str) -> str:
    """The verb that agrees with a measure."""
    return "were" if metric in CALLED and CALLED[metric].are_many else "was"
