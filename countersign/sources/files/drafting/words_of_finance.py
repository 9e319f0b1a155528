"""What central banks and finance systems call the columns of exchange rates."""

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "fx_rates": {
        "base_currency": ("currency denom", "base currency", "base", "from currency", "source currency",
                          "currency from", "basiswahrung", "ausgangswahrung", "moneda base",
                          "devise de base"),
        "currency": ("quote currency", "target currency", "to currency", "currency to", "counter currency",
                     "currency", "currency code", "zielwahrung", "wahrung", "moneda", "divisa", "devise"),
        "rate_day": ("time period", "rate date", "rate day", "valid on", "effective date", "as of date",
                     "date", "day", "datum", "tag", "fecha", "jour"),
        "rate": ("obs value", "exchange rate", "fx rate", "conversion rate", "rate", "wechselkurs", "kurs",
                 "devisenkurs", "umrechnungskurs", "tipo de cambio", "taux de change", "cours"),
    },
}  # fmt: skip

TELLING = {"fx_rates": frozenset({"base_currency", "rate"})}
