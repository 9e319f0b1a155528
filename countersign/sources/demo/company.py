"""Northbeam Instruments, an invented maker of sensors: its channels, campaigns and true rates."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

NAME = "Northbeam Instruments"
TIME_ZONE = "Europe/Berlin"
SEED = 7
WEEKS = 26

# Fixed, not "today": everyone who runs the demo sees the same week, 9 to 15 November 2026.
UNTIL = date(2026, 11, 16)

Kind = Literal["paid", "web", "event"]


@dataclass(frozen=True)
class Channel:
    """One channel and the truth about its leads; rates are shares of the step before (0..1).

    `kind` says how a visit comes about: paid by a click, web without one, event met in person
    (no web session). `claim_factor` is what the ad platform claims per lead it really brought.
    `room` says how much a paid channel can still grow: at a budget of f times the usual one it gets
    (1 + room) * f / (f + room) times the usual clicks, so never more than 1 + room times as many, and at
    the usual budget a further percent of money buys room / (1 + room) percent of clicks. Nothing carries
    over. Source of the curve: Michaelis and Menten (1913), the Hill curve of slope one.
    """

    name: str
    kind: Kind
    crm_source: str
    platform: str = ""
    claim_factor: float = 0.0
    mobile_share: float = 0.4
    mql_rate: float = 0.75
    acceptance_rate: float = 0.45
    sql_rate: float = 0.7
    opportunity_rate: float = 0.68
    win_rate: float = 0.3
    utm_source: str = ""
    utm_medium: str = ""
    room: float = 0.0


@dataclass(frozen=True)
class Ad:
    """A single ad, where the platform tells them; a row of ads.csv.

    `spend_share` is its part of the ad group's money (0..1); `pull` is what a unit of it brings beside the
    others.
    """

    ad_group_id: str
    ad_id: str
    ad_name: str
    headline: str
    body: str
    spend_share: float
    pull: float


@dataclass(frozen=True)
class Place:
    """Where visits start: an ad group, or one landing page of an unpaid channel; a row of places.csv.

    `visits_per_week` are clicks for paid places, sessions for web ones, badge scans for events, at
    scale 1 in the first week. `lead_rate` is leads per session. `cpc` is EUR per click.
    """

    id: int
    channel: str
    campaign_id: str
    campaign: str
    ad_group_id: str
    ad_group: str
    visits_per_week: float
    lead_rate: float
    cpc: float = 0.0
    ctr: float = 0.05
    landing_page: str = "/"


CHANNELS = (
    Channel(
        "Paid search", "paid", "PPC Google", "google_ads", 1.08, 0.64,
        acceptance_rate=0.47, utm_source="google", utm_medium="cpc", room=1.0,
    ),
    Channel(
        "Paid social", "paid", "Meta Ads", "meta_ads", 1.55, 0.74,
        mql_rate=0.72, acceptance_rate=0.45, win_rate=0.24, utm_source="facebook", utm_medium="paid_social",
        room=2.0,
    ),
    Channel(
        "LinkedIn ads", "paid", "LinkedIn Ads", "linkedin_ads", 1.22, 0.45,
        mql_rate=0.82, acceptance_rate=0.72, win_rate=0.31, utm_source="linkedin", utm_medium="paid_social",
        room=3.0,
    ),
    Channel(
        "Organic search", "web", "Organic",
        acceptance_rate=0.5, utm_source="google", utm_medium="organic",
    ),
    Channel(
        "Direct", "web", "Direct / none",
        acceptance_rate=0.52, utm_source="(direct)", utm_medium="(none)",
    ),
    Channel(
        "Email", "web", "Newsletter",
        acceptance_rate=0.42, utm_source="newsletter", utm_medium="email",
    ),
    Channel(
        "Referral", "web", "Partner site",
        mql_rate=0.82, acceptance_rate=0.6, win_rate=0.36, utm_source="sensor-portal", utm_medium="referral",
    ),
    Channel("Events", "event", "Trade fair", mql_rate=0.85, acceptance_rate=0.55, win_rate=0.3),
)  # fmt: skip

ACCOUNTS = {"google_ads": "4182207731", "meta_ads": "act_905512740", "linkedin_ads": "508812345"}

# True growth of demand a week, and how it spreads over Monday to Sunday (web visits, event leads).
WEEKLY_GROWTH = 0.004
WEEKDAY_SHARE = (0.176, 0.184, 0.182, 0.172, 0.146, 0.066, 0.074)
EVENT_WEEKDAY_SHARE = (0.02, 0.32, 0.34, 0.28, 0.04, 0.0, 0.0)

# Shortest and longest lags in days. MQL and opportunity count from the lead, the verdict from the MQL,
# the close from the opportunity; weekends move to Monday.
LAG_DAYS = {
    "mql": (1, 3),
    "verdict": (1, 7),
    "sql": (2, 8),
    "opportunity": (14, 35),
    "close": (14, 63),
}
MEDIAN_FOLLOW_UP_HOURS = 4.0
MEDIAN_DEAL = 13500.0


def read_places() -> tuple[Place, ...]:
    """The ad groups and landing pages of places.csv, in its order."""
    path = Path(__file__).with_name("places.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_place(row) for row in csv.DictReader(file))


def read_ads() -> tuple[Ad, ...]:
    """The single ads of ads.csv, in its order."""
    path = Path(__file__).with_name("ads.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Ad(**{**row, "spend_share": float(row["spend_share"]), "pull": float(row["pull"])})  # type: ignore[arg-type]
            for row in csv.DictReader(file)
        )


def _place(row: dict[str, str]) -> Place:
    return Place(
        id=int(row["id"]),
        channel=row["channel"],
        campaign_id=row["campaign_id"],
        campaign=row["campaign"],
        ad_group_id=row["ad_group_id"],
        ad_group=row["ad_group"],
        visits_per_week=float(row["visits_per_week"]),
        lead_rate=float(row["lead_rate"]),
        cpc=float(row["cpc"]),
        ctr=float(row["ctr"]),
        landing_page=row["landing_page"],
    )


def channel_named(name: str) -> Channel:
    """A channel by name; KeyError when there is none."""
    for channel in CHANNELS:
        if channel.name == name:
            return channel
    raise KeyError(name)
