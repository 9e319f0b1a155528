"""What each kind of incident looks like, what to check first, whose work it is, and what speaks for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.owners import Area


@dataclass(frozen=True)
class Kind:
    """A kind of incident in words.

    Args:
        reading: what the pattern looks like; empty where the figures say it all.
        deed: what whoever owns it looks at first.
        area: whose work that is.
        speaks: measures that speak for this kind by having held.
    """

    reading: str
    deed: str
    area: Area
    speaks: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    "tracking_outage": Kind(
        "tracking that no longer counts everything",
        "check that the tracking tag still fires there",
        "web",
        ("leads_per_click", "clicks", "leads", "lead_rate"),
    ),
    "duplicated_tracking": Kind(
        "tracking that counts the same thing repeatedly",
        "check whether the tracking tag is built in more often than it should be",
        "web",
        ("leads_per_click", "clicks", "lead_rate"),
    ),
    "consent_loss": Kind(
        "visitors who come as before and are no longer counted, as after a change of the consent banner",
        "check the consent banner there",
        "web",
        ("leads_per_click", "clicks"),
    ),
    "landing_page_broken": Kind(
        "a page or a form that does not work there",
        "open the page as these visitors do and send a test form",
        "web",
        ("clicks", "sessions_per_click", "engaged_rate"),
    ),
    "form_broken": Kind(
        "a form that does not come through",
        "send a test form and see whether it reaches the CRM",
        "web",
        ("clicks", "sessions_per_click", "engaged_rate"),
    ),
    "crm_sync_broken": Kind(
        "forms that people send and that do not all arrive in the CRM",
        "send a test form and look for it in the CRM",
        "crm",
        ("web_conversion_rate", "sessions_per_click", "engaged_rate"),
    ),
    "campaign_left_running": Kind(
        "a campaign that still spends after it has stopped working",
        "decide whether it should go on",
        "media",
        ("spend", "clicks", "cost_per_click"),
    ),
    "account_currency": Kind(
        "a change of the currency, or of the rate, that the account is billed in",
        "check the currency in the account's settings",
        "media",
        ("clicks", "impressions", "click_rate"),
    ),
    "account_time_zone": Kind(
        "a change of the account's time zone: hours counted with another day",
        "check the time zone in the account's settings",
        "media",
        ("cost_per_click", "click_rate", "leads_per_click"),
    ),
    "bid_price_spike": Kind(
        "",
        "look at the bids, and at who else bids there",
        "media",
        ("click_rate", "sessions_per_click", "lead_rate"),
    ),
    "creative_fatigue": Kind(
        "ads that the same people have seen too often",
        "look at how often the same people see these ads",
        "media",
        ("cost_per_click", "sessions_per_click", "lead_rate"),
    ),
    "budget_cap": Kind(
        "a budget that is used up before the day is over",
        "check the daily budget",
        "media",
        ("click_rate", "cost_per_click"),
    ),
    "bot_clicks": Kind(
        "clicks that are not people",
        "look at where these clicks come from",
        "media",
        ("cost_per_click", "leads_per_click"),
    ),
    "sales_stopped_following_up": Kind("", "call the leads that still wait", "sales", ("mql_rate",)),
    "lead_quality_collapse": Kind(
        "", "look at whom these ads reach, with sales", "media", ("lead_rate", "follow_up_rate")
    ),
    "spam_leads": Kind(
        "leads that are not people, or not buyers",
        "look at who these leads are, and whether the form keeps machines out",
        "web",
        ("clicks", "sessions_per_click"),
    ),
    "deal_slippage": Kind("", "go through the deals that were put off", "sales", ("win_rate",)),
}

UNEXPLAINED = Kind("", "look into it", "media")


def kind_of(name: str) -> Kind:
    """A kind by name; one that nobody knows is only looked into."""
    return KINDS.get(name, UNEXPLAINED)
