"""Where something happens: a channel, account, campaign, device or country, or several of these at once."""

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from countersign.sources.ruler.company import DEVICES, Campaign, Company

Mask = np.ndarray[tuple[int, int], np.dtype[np.bool_]]
PlaceKind = Literal[
    "company", "channel", "paid_channel", "account", "campaign", "device", "country", "channel_device",
    "channel_country", "campaign_device", "campaign_country", "organic", "organic_country",
]  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Empty fields mean everywhere."""

    channel: str = ""
    account_id: str = ""
    campaign_id: str = ""
    device: str = ""
    country: str = ""

    def as_plain(self) -> dict[str, str]:
        """The fields that say something."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def is_within_sessions(self) -> bool:
        """Whether it names a device or country, which platforms' own numbers do not have."""
        return bool(self.device or self.country)


def mask_of(company: Company, place: Place) -> Mask:
    """Campaigns and cells of a place, shape (campaigns, cells)."""
    rows = np.array([
        (not place.channel or company.channels[c.channel].name == place.channel)
        and (not place.account_id or c.account_id == place.account_id)
        and (not place.campaign_id or c.campaign_id == place.campaign_id)
        for c in company.campaigns
    ])  # fmt: skip
    cells = np.array([
        (not place.device or device == place.device) and (not place.country or country == place.country)
        for device, country in company.cells
    ])  # fmt: skip
    return np.asarray(rows[:, None] & cells)


def draw_place(company: Company, kind: PlaceKind, *, rng: np.random.Generator) -> Place:
    """A place of this kind; big ones more often than small ones."""
    paid = [n for n, channel in enumerate(company.channels) if channel.is_paid]
    number = int(
        rng.choice(paid if kind not in {"channel", "channel_device"} else range(len(company.channels)))
    )
    channel = company.channels[number]
    chosen = _draw_campaign(company, rng)
    device = str(rng.choice(DEVICES[:2]))
    country = company.countries[int(min(rng.geometric(0.45) - 1, len(company.countries) - 1))]
    own = company.channels[chosen.channel].name
    campaign = {"channel": own, "account_id": chosen.account_id, "campaign_id": chosen.campaign_id}
    places: dict[PlaceKind, Place] = {
        "company": Place(),
        "channel": Place(channel=channel.name),
        "paid_channel": Place(channel=channel.name),
        "account": Place(channel=channel.name, account_id=str(rng.choice(channel.accounts))),
        "campaign": Place(**campaign),
        "device": Place(device=device),
        "country": Place(country=country),
        "channel_device": Place(channel=channel.name, device=device),
        "channel_country": Place(channel=channel.name, country=country),
        "campaign_device": Place(own, "", chosen.campaign_id, device=device),
        "campaign_country": Place(own, "", chosen.campaign_id, country=country),
        "organic": Place(channel="Organic search"),
        "organic_country": Place(channel="Organic search", country=country),
    }
    return places[kind]


def _draw_campaign(company: Company, rng: np.random.Generator) -> Campaign:
    paid = [c for c in company.campaigns if c.campaign_id]
    weight = np.array([company.channels[c.channel].reference * c.budget_share for c in paid]) ** 0.9
    return paid[int(rng.choice(len(paid), p=weight / weight.sum()))]
