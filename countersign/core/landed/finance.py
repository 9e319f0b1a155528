"""Canonical landed table of exchange rates."""

from countersign.core.landed.shape import LandedColumn, LandedTable

FX_RATES = LandedTable(
    "fx_rates",
    "One row per base currency, currency and day with a published rate.",
    ("base_currency", "currency", "rate_day"),
    (
        LandedColumn("base_currency", "varchar", "ISO 4217 currency of the one unit.", required=True),
        LandedColumn(
            "currency", "varchar", "ISO 4217 currency that the unit is exchanged for.", required=True
        ),
        LandedColumn("rate_day", "date", "Day for which the rate was published.", required=True),
        # A decimal keeps the digits as published: a float of 1.0832 is another number, and a converted amount
        # could not be recomputed to the cent by hand. Ten places leave six digits of the weakest currencies.
        LandedColumn(
            "rate", "decimal(18,10)", "Units of `currency` for one unit of `base_currency`.", required=True
        ),
    ),
    "rate_day",
    "days as published",
)
