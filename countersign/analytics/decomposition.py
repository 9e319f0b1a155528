"""How a change of a cost per lead splits exactly over channels and factors, in no special order.

The headline cost is blended: C = S / L, the spend of all channels over the leads of all channels,
because that is what the company pays for its next lead and the one definition of the metric. Leads
from channels without spend (direct, referral) make it cheaper, and the split shows them by name
instead of crediting the paid channels with them.

Per channel i with spend s, leads l, share of leads w = l / L and own cost c = s / l (Δ is the
change, m the mean of both weeks), C = Σ w·c, and so

    ΔC = Σ_i  m(w_i) · Δc_i  +  Δw_i · (m(c_i) - m(C))
              own cost          mix

Each product is split by its Shapley value, so no order of factors is preferred and nothing is left
over. Shares sum to one, so measuring a channel against the blend, m(C), moves nothing in total: a
channel that grows at the blended cost has no mix part, one that grows while dearer has a positive
one, one without spend that grows has a negative one. Own cost is price per click · clicks per lead
and splits further in the same way. A channel without leads in one of the weeks has no own cost
there; all of its part, Δ(s / L) - Δw · m(C), is mix.

Everything is computed in exact fractions and rounded once, so parts sum to the whole.

Source: Bennet (1920), "The theory of measurement of changes in cost of living", JRSS 83; Shorrocks
(2013), "Decomposition procedures for distributional analysis: a unified framework based on the
Shapley value", Journal of Economic Inequality 11.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial, prod

from countersign.analytics.arithmetic import Arguments, Values, exact
from countersign.core.contracts import Number

# Parts of one channel; `whole` is their sum.
CHANNEL_PARTS = ("click_price", "clicks_per_lead", "unclicked_cost", "paid_mix", "unpaid_mix")


@dataclass(frozen=True)
class Pair:
    """A quantity in the week before and in the week itself; what was not recorded adds nothing."""

    prior: Fraction
    now: Fraction

    @property
    def change(self) -> Fraction:
        """Now minus prior."""
        return self.now - self.prior

    @property
    def mean(self) -> Fraction:
        """Mean of both."""
        return (self.now + self.prior) / 2

    def over(self, other: "Pair") -> "Pair | None":
        """The ratio in both weeks, None when a denominator is zero."""
        if other.prior == 0 or other.now == 0:
            return None
        return Pair(self.prior / other.prior, self.now / other.now)


def split_product(factors: Sequence[Pair]) -> list[Fraction]:
    """Shapley shares of each factor in the change of their product; they sum to that change.

    >>> price, volume = Pair(Fraction(2), Fraction(3)), Pair(Fraction(4), Fraction(5))
    >>> [str(part) for part in split_product([price, volume])]
    ['9/2', '5/2']
    """
    size = len(factors)
    shares = []
    for index, factor in enumerate(factors):
        others = [other for place, other in enumerate(factors) if place != index]
        share = Fraction(0)
        for moved in range(size):
            weight = Fraction(factorial(moved) * factorial(size - moved - 1), factorial(size))
            for chosen in combinations(range(size - 1), moved):
                share += weight * prod(
                    (other.now if place in chosen else other.prior for place, other in enumerate(others)),
                    start=Fraction(1),
                )
        shares.append(share * factor.change)
    return shares


def split_channel(
    spend: Pair, leads: Pair, *, clicks: Pair, all_spend: Pair, all_leads: Pair
) -> dict[str, Fraction]:
    """One channel's parts (CHANNEL_PARTS) in the change of the blended cost per lead.

    Args:
        spend: the channel's spend.
        leads: the channel's leads (or accepted leads).
        clicks: the channel's clicks; zero where clicks are not counted.
        all_spend: spend of all channels.
        all_leads: leads of all channels; not zero in either week.

    Returns:
        Money per lead for each part; over all channels they sum to the change of S / L.
    """
    parts = dict.fromkeys(CHANNEL_PARTS, Fraction(0))
    blend = Pair(all_spend.prior / all_leads.prior, all_spend.now / all_leads.now)
    share = Pair(leads.prior / all_leads.prior, leads.now / all_leads.now)
    if spend.prior == 0 and spend.now == 0:
        parts["unpaid_mix"] = -share.change * blend.mean
        return parts
    own_cost = spend.over(leads)
    if own_cost is None:
        per_lead = Pair(spend.prior / all_leads.prior, spend.now / all_leads.now)
        parts["paid_mix"] = per_lead.change - share.change * blend.mean
        return parts
    parts["paid_mix"] = share.change * (own_cost.mean - blend.mean)
    price, need = spend.over(clicks), clicks.over(leads)
    if price is None or need is None:
        parts["unclicked_cost"] = own_cost.change * share.mean
        return parts
    by_price, by_need = split_product([price, need])
    parts["click_price"], parts["clicks_per_lead"] = by_price * share.mean, by_need * share.mean
    return parts


def cost_change_part(values: Values, arguments: Arguments) -> Number | None:
    """One channel's part in the change of the blended cost per lead, as a fact's function.

    Inputs, each now then prior: spend and leads of all channels, then spend, leads and clicks of
    the channel. Argument `part`: one of CHANNEL_PARTS, or "whole" for their sum. An input of the
    channel that is not known was not recorded and adds nothing; unknown totals, or none, give None.
    """
    if any(value is None for value in values[:4]) or not (values[2] and values[3]):
        return None
    all_spend, all_leads, spend, leads, clicks = (
        Pair(prior=exact(prior or 0), now=exact(now or 0))
        for now, prior in zip(values[::2], values[1::2], strict=True)
    )
    parts = split_channel(spend, leads, clicks=clicks, all_spend=all_spend, all_leads=all_leads)
    wanted = arguments["part"]
    return float(sum(parts.values(), start=Fraction(0)) if wanted == "whole" else parts[wanted])
