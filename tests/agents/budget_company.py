"""Weeks of three paid channels whose leads follow their spend, for tests of advice on budgets."""

from decimal import Decimal

import numpy as np

from tests.agents.conftest import books

WEEKS = 60
# Spend and leads a week.
CHANNELS = {"Paid search": (6000, 60), "Paid social": (6000, 15), "Display": (4000, 25)}


def budget_books(channels=None, *, follows_demand, bend=0.5):
    random = np.random.default_rng(4)
    demand = np.cumsum(random.normal(0, 0.08, WEEKS)) * (1 if follows_demand else 0)
    company = books.Books()
    for back in range(WEEKS):
        for channel, (spend, leads) in (channels or CHANNELS).items():
            moved = demand[back] + random.normal(0, 0.03) if follows_demand else random.normal(0, 0.25)
            count = int(random.poisson(leads * np.exp(bend * moved + 0.5 * demand[back])))
            accepted = int(random.binomial(count, 0.5))
            company.week(
                back, channel, spend_reporting=Decimal(round(spend * float(np.exp(moved)), 2)),
                sessions=count * 20, leads=count, accepted_leads=accepted, rejected_leads=count - accepted,
            )  # fmt: skip
        visits = int(random.poisson(3000 * np.exp(demand[back])))
        company.week(
            back, "Direct", spend_reporting=0, sessions=visits, leads=40, accepted_leads=20,
            rejected_leads=20,
        )  # fmt: skip
    return company
