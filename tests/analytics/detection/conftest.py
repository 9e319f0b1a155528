"""A small company made for these tests alone: 3 channels, 9 campaigns, 3 devices, 4 countries."""

from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

FIRST = date(2024, 1, 1)
DEVICES = {"mobile": 0.5, "desktop": 0.4, "tablet": 0.1}
COUNTRIES = {"AT": 0.4, "ES": 0.3, "PL": 0.2, "SE": 0.1}
WEEK = np.array([1.15, 1.1, 1.05, 1.0, 0.95, 0.5, 0.4])


class Company:
    """Arrays by (campaign, device, country, day), changed by `plant`, written by `connect`.

    Clicks are negative binomial, demand is a random walk with a dip that all campaigns share, and
    decisions on leads take days, so that the last days are incomplete.
    """

    def __init__(self, *, seed: int, days: int = 364, size: float = 150.0) -> None:
        self.random = np.random.default_rng(seed)
        self.days = days
        self.time = np.arange(days)
        self.marks: list[tuple] = []
        self.campaigns = [(f"channel_{n % 3}", f"account_{n % 3}", f"camp_{n}") for n in range(9)]
        demand = np.exp(np.cumsum(0.01 * self.random.standard_normal(days))) * WEEK[self.time % 7]
        demand[days - 90 : days - 87] *= 0.4
        level = size * self.random.gamma(4, 0.25, 9)
        mean = level[:, None] * demand
        self.clicks = self.random.poisson(mean * self.random.gamma(40, 1 / 40, mean.shape)).astype(float)
        self.impressions = self.clicks * 30 * np.exp(0.06 * self.random.standard_normal(mean.shape))
        price = np.exp(0.04 * self.random.standard_normal(mean.shape)) * self.random.gamma(9, 0.2, (9, 1))
        self.spend = self.clicks * price
        share = np.array([d * c for d in DEVICES.values() for c in COUNTRIES.values()]).reshape(3, 4)
        sessions = self.clicks[:, None, None, :] * 0.85 * share[None, :, :, None]
        self.sessions = self.random.poisson(sessions).astype(float)
        rate = 0.05 * np.exp(np.cumsum(0.003 * self.random.standard_normal(days)))
        self.leads = self.random.poisson(self.sessions * rate).astype(float)
        self.quality = np.full(self.leads.shape, 0.45)
        self.engaged = np.full(self.leads.shape, 0.6)
        self.followed = np.full(self.leads.shape, 0.9)
        self.forms = np.full(self.leads.shape, 1.0)
        self.lost = np.zeros(self.leads.shape)

    def where(self, *, start: int, end: int = 0, **place: str) -> tuple:
        """Index of a place from `start` to `end` days before the last day (0: still on)."""
        campaigns = [
            n
            for n, (channel, _, name) in enumerate(self.campaigns)
            if place.get("channel", channel) == channel and place.get("campaign_id", name) == name
        ]
        devices = [n for n, name in enumerate(DEVICES) if place.get("device", name) == name]
        countries = [n for n, name in enumerate(COUNTRIES) if place.get("country", name) == name]
        return np.ix_(campaigns, devices, countries, range(self.days - start, self.days - end))

    def thin(self, values: np.ndarray, share: float | np.ndarray) -> np.ndarray:
        return self.random.binomial(values.astype(int), share).astype(float)

    def lose(self, share: float, *, at: tuple) -> None:
        """Forms that the web has counted and that never became leads of the CRM."""
        arrived = self.thin(self.leads[at], 1 - share)
        self.lost[at] += self.leads[at] - arrived
        self.leads[at] = arrived

    @property
    def as_of(self) -> date:
        return FIRST + timedelta(days=self.days)

    def connect(self) -> duckdb.DuckDBPyConnection:
        age = self.days - self.time
        arrived = np.broadcast_to(1 - np.exp(-age / 4.0), self.leads.shape)
        decided = self.random.binomial(self.leads.astype(int), arrived)
        accepted = self.random.binomial(decided, self.quality)
        followed = self.random.binomial(
            self.leads.astype(int), self.followed * np.broadcast_to(1 - np.exp(-age / 1.0), self.leads.shape)
        )
        values = {
            "sessions": self.sessions, "engaged_sessions": self.thin(self.sessions, self.engaged),
            "web_conversions": (self.leads + self.lost) * self.forms, "leads": self.leads,
            "mqls": self.thin(decided, 0.7), "accepted_leads": accepted, "rejected_leads": decided - accepted,
        }  # fmt: skip
        connection = duckdb.connect()
        connection.execute("create schema marts")
        self._segments(connection, values)
        self._campaigns(connection, values, followed)
        connection.execute(
            "create table marts.event_marks (event_day date, kind varchar, name varchar, channel varchar,"
            " campaign_id varchar)"
        )
        if self.marks:
            connection.executemany("insert into marts.event_marks values (?, ?, ?, ?, ?)", self.marks)
        return connection

    def _segments(self, connection, values) -> None:
        index = np.indices(self.leads.shape).reshape(4, -1)
        connection.register("flat", {
            "channel": np.array([c[0] for c in self.campaigns])[index[0]],
            "campaign_id": np.array([c[2] for c in self.campaigns])[index[0]],
            "device": np.array(list(DEVICES))[index[1]],
            "country": np.array(list(COUNTRIES))[index[2]],
            "day": index[3],
            **{name: np.asarray(value, dtype=float).ravel() for name, value in values.items()},
        })  # fmt: skip
        connection.execute(
            f"create table marts.segment_day as select channel, campaign_id, device, country, "
            f"date '{FIRST}' + day::integer as report_day, {', '.join(values)} from flat"
        )

    def _campaigns(self, connection, values, followed) -> None:
        index = np.indices(self.clicks.shape).reshape(2, -1)
        summed = {
            name: np.asarray(value, dtype=float).sum(axis=(1, 2)).ravel() for name, value in values.items()
        }
        connection.unregister("flat")
        connection.register("flat", {
            "channel": np.array([c[0] for c in self.campaigns])[index[0]],
            "account_id": np.array([c[1] for c in self.campaigns])[index[0]],
            "campaign_id": np.array([c[2] for c in self.campaigns])[index[0]],
            "day": index[1],
            "spend_reporting": self.spend.ravel(),
            "impressions": self.impressions.ravel(),
            "clicks": self.clicks.ravel(),
            "followed_up_leads": followed.sum(axis=(1, 2)).astype(float).ravel(),
            **summed,
        })  # fmt: skip
        columns = ["spend_reporting", "impressions", "clicks", "followed_up_leads", *summed]
        connection.execute(
            f"create table marts.campaign_day as select channel, account_id, campaign_id, "
            f"date '{FIRST}' + day::integer as report_day, {', '.join(columns)} from flat"
        )


@pytest.fixture
def make_company():
    return Company
