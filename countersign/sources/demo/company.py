"""Northbeam Instruments, an invented maker of sensors: its channels, campaigns and true rates."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

NAME = "Northbeam Instruments"
CURRENCY = "EUR"
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


@dataclass(frozen=True)
class Place:
    """Where visits start: an ad group, or one landing page of an unpaid channel.

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
        acceptance_rate=0.47, utm_source="google", utm_medium="cpc",
    ),
    Channel(
        "Paid social", "paid", "Meta Ads", "meta_ads", 1.55, 0.74,
        mql_rate=0.72, acceptance_rate=0.45, win_rate=0.24, utm_source="facebook", utm_medium="paid_social",
    ),
    Channel(
        "LinkedIn ads", "paid", "LinkedIn Ads", "linkedin_ads", 1.22, 0.45,
        mql_rate=0.82, acceptance_rate=0.72, win_rate=0.31, utm_source="linkedin", utm_medium="paid_social",
    ),
    Channel("Organic search", "web", "Organic", acceptance_rate=0.5, utm_source="google", utm_medium="organic"),
    Channel("Direct", "web", "Direct / none", acceptance_rate=0.52, utm_source="(direct)", utm_medium="(none)"),
    Channel("Email", "web", "Newsletter", acceptance_rate=0.42, utm_source="newsletter", utm_medium="email"),
    Channel(
        "Referral", "web", "Partner site",
        mql_rate=0.82, acceptance_rate=0.6, win_rate=0.36, utm_source="sensor-portal", utm_medium="referral",
    ),
    Channel("Events", "event", "Trade fair", mql_rate=0.85, acceptance_rate=0.55, win_rate=0.3),
)  # fmt: skip

# id, channel, campaign id, campaign, ad group id, ad group, visits a week, lead rate, cpc, ctr, page
_PLACES: tuple[tuple[int, str, str, str, str, str, float, float, float, float, str], ...] = (
    (1, "Paid search", "11001", "Search | Brand", "110011", "Northbeam exact", 150, 0.088, 4.8, 0.19, "/"),
    (2, "Paid search", "11001", "Search | Brand", "110012", "Northbeam products", 110, 0.080, 5.4, 0.14, "/products"),
    (3, "Paid search", "11002", "Search | Pressure sensors", "110021", "Pressure transmitter", 510, 0.068, 14.6, 0.052, "/pressure"),
    (4, "Paid search", "11002", "Search | Pressure sensors", "110022", "Hygienic sensors", 320, 0.064, 15.8, 0.047, "/pressure/hygienic"),
    (5, "Paid search", "11002", "Search | Pressure sensors", "110023", "OEM sensors", 190, 0.062, 13.9, 0.044, "/pressure/oem"),
    (6, "Paid search", "11003", "Search | Calibration service", "110031", "DAkkS calibration", 450, 0.092, 12.4, 0.061, "/calibration"),
    (7, "Paid search", "11003", "Search | Calibration service", "110032", "On-site calibration", 290, 0.086, 11.8, 0.055, "/calibration/on-site"),
    (8, "Paid search", "11004", "Search | Data loggers", "110041", "Data logger", 190, 0.057, 10.2, 0.049, "/loggers"),
    (9, "Paid social", "22001", "Meta | Plant engineers", "220011", "Lookalike DACH", 470, 0.046, 7.1, 0.013, "/guide/plant"),
    (10, "Paid social", "22001", "Meta | Plant engineers", "220012", "Interest food and pharma", 390, 0.043, 6.8, 0.012, "/guide/plant"),
    (11, "Paid social", "22002", "Meta | Calibration checklist", "220021", "Quality managers", 310, 0.052, 6.4, 0.014, "/checklist"),
    (12, "Paid social", "22002", "Meta | Calibration checklist", "220022", "Lab managers", 230, 0.049, 6.6, 0.013, "/checklist"),
    (13, "Paid social", "22003", "Meta | Trial kit retargeting", "220031", "Site visitors 30 days", 115, 0.055, 8.2, 0.016, "/trial-kit"),
    (14, "Paid social", "22003", "Meta | Trial kit retargeting", "220032", "Cart visitors", 65, 0.06, 8.6, 0.017, "/trial-kit"),
    (15, "LinkedIn ads", "33001", "LI | Maintenance leads", "330011", "Heads of maintenance", 230, 0.078, 12.6, 0.0062, "/guide/maintenance"),
    (16, "LinkedIn ads", "33001", "LI | Maintenance leads", "330012", "Reliability engineers", 180, 0.076, 12.1, 0.0058, "/guide/maintenance"),
    (17, "LinkedIn ads", "33002", "LI | Target accounts", "330021", "Pharma accounts", 150, 0.082, 13.4, 0.0066, "/pharma"),
    (18, "LinkedIn ads", "33002", "LI | Target accounts", "330022", "Food and beverage accounts", 130, 0.079, 12.9, 0.0064, "/food"),
    (19, "Organic search", "", "", "", "", 380, 0.056, 0, 1, "/knowledge"),
    (20, "Organic search", "", "", "", "", 230, 0.064, 0, 1, "/pressure"),
    (21, "Direct", "", "", "", "", 320, 0.058, 0, 1, "/"),
    (22, "Email", "", "newsletter", "", "", 190, 0.062, 0, 1, "/news"),
    (23, "Email", "", "calibration-reminder", "", "", 80, 0.085, 0, 1, "/calibration"),
    (24, "Referral", "", "", "", "", 140, 0.088, 0, 1, "/partners"),
    (25, "Events", "", "Fair autumn circuit", "", "", 17, 1.0, 0, 1, ""),
    (26, "Events", "", "Open lab day", "", "", 5, 1.0, 0, 1, ""),
)  # fmt: skip

PLACES = tuple(Place(*row) for row in _PLACES)

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


def channel_named(name: str) -> Channel:
    """A channel by name; KeyError when there is none."""
    for channel in CHANNELS:
        if channel.name == name:
            return channel
    raise KeyError(name)
