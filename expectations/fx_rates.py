"""What exchange rates must satisfy before any amount is converted with them."""

from datetime import datetime

from countersign.core.landed import FX_RATES
from countersign.core.workspace import Company
from expectations.rules import batch_rules, dated_between, iso_currency, never
from expectations.suite import Suite

# No currency that marketing is billed in has doubled or halved for a single day and come back.
LARGEST_JUMP = 2
# Below this, ten decimals leave fewer than six digits that count.
FEWEST = "0.0001"


def build_suite(company: Company, *, latest: datetime) -> Suite:
    """The rules of fx_rates; rates of days from `latest` (UTC) on lie in the future."""
    return Suite(
        FX_RATES,
        (
            *batch_rules(FX_RATES),
            iso_currency("base_currency", "The unit of the rate"),
            iso_currency("currency", "The rate"),
            never("rate <= 0", "rate_is_positive", "The exchange rate is zero or less."),
            never(
                "base_currency = currency and rate <> 1",
                "pair_names_two_currencies",
                "The rate exchanges a currency for itself; a column may be mapped twice.",
            ),
            *dated_between("rate_day", "The rate", latest=latest, is_day=True),
            never(
                f"{_jump('lag')} > {LARGEST_JUMP} and {_jump('lead')} > {LARGEST_JUMP}",
                "rate_is_near_its_neighbours",
                f"The rate is more than {LARGEST_JUMP} times off those of the days around it; "
                "the decimal point may be wrong, or the pair the other way round.",
            ),
            never(
                f"rate < {FEWEST}",
                "rate_has_enough_digits",
                f"Some rates are below {FEWEST} and lose digits; give the pair the other way round.",
                is_warning=True,
            ),
        ),
    )


def _jump(side: str) -> str:
    # At either end of the file, the second row on the other side stands in for the missing neighbour.
    other = "lead" if side == "lag" else "lag"
    days = "over (partition by base_currency, currency order by rate_day)"
    sound = "case when rate > 0 then rate end"
    beside = f"coalesce({side}({sound} ignore nulls) {days}, {other}({sound}, 2 ignore nulls) {days})"
    return f"greatest(rate / {beside}, {beside} / nullif(rate, 0))"
