"""What went wrong at the demo company on purpose: incidents, and a few dirty rows in its files."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

IncidentKind = Literal[
    "bid_price_spike",
    "lead_quality_collapse",
    "landing_page_broken",
    "tracking_outage",
    "slow_follow_up",
    "campaign_left_running",
]
Lever = Literal["price", "quality", "leads", "tracking", "follow_up"]


@dataclass(frozen=True)
class Incident:
    """One planted incident: `factor` multiplies the lever in its place from `start` to before `end`."""

    key: str
    kind: IncidentKind
    lever: Lever
    factor: float
    start: date
    end: date
    channel: str
    campaign_id: str = ""
    device: str = ""
    story: str = ""


# key, kind, lever, factor, first day and day after the last (days from `until`), channel, campaign id,
# device, story. An open end (99) means that nobody has noticed yet.
_PLANTED: tuple[
    tuple[str, IncidentKind, Lever, float, int, int, str, str, str, str], ...
] = (
    (
        "price", "bid_price_spike", "price", 1.5, -7, 99, "Paid search", "11002", "",
        "A rival bids on pressure sensors: each click costs half as much again, clicks hold.",
    ),
    (
        "landing", "landing_page_broken", "leads", 0.04, -7, 0, "Paid search", "11003", "mobile",
        "The calibration form does not submit on phones: sessions hold, leads vanish.",
    ),
    (
        "quality", "lead_quality_collapse", "quality", 0.42, -35, 99, "Paid social", "", "",
        "A new audience fills in forms but does not fit: sales accepts far fewer, spend holds.",
    ),
    (
        "dead", "campaign_left_running", "leads", 0.02, -28, 99, "Paid social", "22003", "",
        "The trial kit is sold out and its form closed; the campaign still spends.",
    ),
    (
        "outage", "tracking_outage", "tracking", 0.0, -41, -39, "Organic search", "", "",
        "A consent banner update stopped counting these sessions for two days; leads still came.",
    ),
    (
        "follow_up", "slow_follow_up", "follow_up", 14.0, -21, 99, "Events", "", "",
        "The fair team keeps badge scans to itself: sales calls days later, or not at all.",
    ),
)  # fmt: skip


def planted_incidents(until: date) -> tuple[Incident, ...]:
    """The incidents of a demo whose history ends before `until`, a Monday."""
    return tuple(
        Incident(
            key, kind, lever, factor,
            until + timedelta(days=first), until + timedelta(days=last),
            channel, campaign_id, device, story,
        )
        for key, kind, lever, factor, first, last, channel, campaign_id, device, story in _PLANTED
    )  # fmt: skip


@dataclass(frozen=True)
class DirtyRow:
    """A row that is wrong on purpose: the export it is in, what is wrong, and how many rows."""

    export: str
    problem: Literal["clicks_above_impressions", "duplicate_key", "impossible_date"]
    rows: int
    mark: str


DIRTY_ROWS = (
    DirtyRow("linkedin_ads", "clicks_above_impressions", 1, "330099"),
    DirtyRow("crm/activities", "duplicate_key", 1, "one activity exported twice"),
    DirtyRow("sales/feedback", "impossible_date", 1, "31.11.2026"),
)
