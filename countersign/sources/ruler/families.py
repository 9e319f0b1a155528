"""The families of incident: which levers each pulls, where it can happen, how big it gets and where it
shows.
"""

from dataclasses import dataclass
from typing import Literal

from countersign.sources.ruler.levers import Lever
from countersign.sources.ruler.places import PlaceKind

Shape = Literal["step", "ramp"]


@dataclass(frozen=True)
class Family:
    """One kind of incident.

    `pulls` are (lever, sign and weight): a factor 1 + weight * size, or a share weight * size for bots, spam
    and shifted days. `sizes` is the range of size; `least_days` how long it lasts at least. `shows` are the
    numbers in which it can be seen, as (numerator, denominator); no denominator is a count.
    """

    name: str
    pulls: tuple[tuple[Lever, float], ...]
    sizes: tuple[float, float]
    places: tuple[PlaceKind, ...]
    shows: tuple[tuple[str, str], ...]
    story: str
    least_days: int = 1
    longest_days: int = 14
    shape: Shape = "step"
    weight: float = 1.0
    # Nobody but the company knows what it would have spent: only the weeks before tell that a cap was hit.
    is_against_before: bool = False


_SESSIONS = (("sessions", ""), ("sessions", "clicks"), ("leads", "sessions"), ("web_conversions", "leads"))
_LEAD_RATE = (("leads", "sessions"), ("leads", ""), ("web_conversions", "sessions"), ("leads", "clicks"))
_ACCEPTED = (("accepted_leads", "verdicts"), ("accepted_leads", "leads"), ("mqls", "leads"))

FAMILIES: tuple[Family, ...] = (
    Family(
        "tracking_outage", (("tracked", -1.0),), (0.25, 1.0), ("channel", "paid_channel", "company",
        "device"),
        _SESSIONS, "The analytics tag stopped firing: sessions fall, clicks and leads hold.", 1, 6,
    ),
    Family(
        "duplicated_tracking", (("double_sessions", 1.0), ("double_forms", 1.0)), (0.2, 1.0),
        ("channel", "company", "campaign", "device"), _SESSIONS,
        "The tag fires twice: sessions and form submits double, leads hold.", 2,
    ),
    Family(
        "bid_price_spike", (("price", 1.0),), (0.15, 0.9), ("campaign", "account", "paid_channel"),
        (("booked_spend", "clicks"),), "A rival bids: each click costs more.", 2, 21,
    ),
    Family(
        "creative_fatigue", (("click_rate", -1.0),), (0.15, 0.65), ("campaign",), (("clicks",
        "impressions"),),
        "People have seen the ad too often: the click rate declines slowly.", 21, 42, "ramp",
    ),
    Family(
        "landing_page_broken", (("lead_rate", -1.0), ("engaged", -0.5)), (0.3, 0.98),
        ("campaign_device", "campaign_country", "campaign", "campaign_device"),
        (*_LEAD_RATE, ("engaged_sessions", "sessions")),
        "The landing page fails for some: sessions hold, leads go.", 2,
    ),
    Family(
        "form_broken", (("lead_rate", -1.0),), (0.3, 1.0), ("device", "country", "company", "channel_device"),
        _LEAD_RATE, "The form does not submit: people engage, leads go.", 1, 9,
    ),
    Family(
        "lead_quality_collapse", (("acceptance", -1.0), ("mql", -0.4)), (0.25, 0.8), ("paid_channel",
        "campaign"),
        _ACCEPTED, "A new audience fills in forms but does not fit: sales accepts fewer.", 14, 35,
    ),
    Family(
        "follow_up_stops", (("promise", -1.0), ("follow_up", -0.5), ("acceptance", -0.2)), (0.25, 0.9),
        ("channel", "company"), (("followed_up_within_promise", "leads"), ("followed_up_leads", "leads")),
        "Sales stops calling in time.", 5, 28,
    ),
    Family(
        "bot_clicks", (("bots", 1.0),), (0.2, 2.0), ("campaign", "account"),
        (("engaged_sessions", "sessions"), ("clicks", ""), ("leads", "clicks")),
        "Robots click: clicks and sessions rise, nobody engages.", 2,
    ),
    Family(
        "budget_cap", (("cap", -1.0),), (0.2, 0.65), ("campaign", "account"),
        (("booked_spend", ""), ("clicks", ""), ("impressions", "")),
        "The day's budget is gone before noon: spend is flat at the cap, the rest of the day is lost.", 3, 21,
        is_against_before=True,
    ),
    Family(
        "left_running", (("lead_rate", -1.0), ("engaged", -0.3)), (0.6, 1.0), ("campaign",), _LEAD_RATE,
        "The offer is gone; the campaign still spends.", 14, 42,
    ),
    Family(
        "currency_change", (("booked_spend", 1.0),), (0.06, 0.4), ("account",),
        (("booked_spend", "clicks"), ("booked_spend", "impressions")),
        "One account bills in another currency, read as the old one.", 2, 28, weight=0.7,
    ),
    Family(
        "time_zone_change", (("shifted", 1.0),), (0.2, 0.5), ("account",),
        (("clicks", "sessions"), ("clicks", "")),
        "One account reports in another time zone: hours move to the next day.", 1, 7, weight=0.4,
    ),
    Family(
        "deal_slippage", (("slip", 1.0),), (0.6, 2.5), ("company", "paid_channel"), (("slipped", "due"),),
        "Deals due are pushed to later dates.", 14, 35,
    ),
    Family(
        "consent_loss", (("tracked", -1.0),), (0.12, 0.6), ("country", "device", "country"),
        (("sessions", ""), ("web_conversions", "")), "A new banner: people refuse to be counted.", 5, 35,
    ),
    Family(
        "pixel_lost", (("pixel", -1.0),), (0.25, 1.0), ("paid_channel", "account"),
        (("platform_conversions", "leads"), ("platform_conversions", "clicks")),
        "The platform's own pixel is gone: it claims fewer conversions, leads hold.", 2, 21,
    ),
    Family(
        "crm_sync_broken", (("synced", -1.0),), (0.2, 1.0), ("company", "channel", "country"),
        (("leads", "web_conversions"), ("leads", "sessions")), "Forms submit but do not reach the CRM.", 1, 9,
    ),
    Family(
        "spam_leads", (("spam", 1.0),), (0.3, 2.5), ("channel", "campaign", "country"),
        (("mqls", "leads"), ("leads", "sessions")),
        "Junk fills in the forms: leads rise, qualified ones do not.", 2,
    ),
    Family(
        "ranking_loss", (("demand", -1.0),), (0.15, 0.7), ("organic", "organic_country"), (("sessions", ""),),
        "The search engine ranks the site lower: fewer visits, the same visitors.", 4, 42,
    ),
    Family(
        "slow_page", (("engaged", -1.0), ("lead_rate", -0.6)), (0.1, 0.5), ("device", "country",
        "channel_device"),
        (("engaged_sessions", "sessions"), ("leads", "sessions")), "Pages load slowly: people leave.", 3, 28,
    ),
)  # fmt: skip
FAMILY_NAMES = tuple(family.name for family in FAMILIES)


def family_named(name: str) -> Family:
    """A family by name; KeyError when there is none."""
    for family in FAMILIES:
        if family.name == name:
            return family
    raise KeyError(name)
