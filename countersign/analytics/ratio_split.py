"""How a change of any ratio splits exactly over segments, factors and mix, in no special order.

A ratio of totals R = N / D is a mean of the segments' own ratios r weighted by their share w of the
denominator, so ΔR = Σ m(w)·Δr + Δw·(m(r) - m(R)): what a segment did itself, and what its growth did to
the mix (Bennet 1920). A segment's own ratio may be a chain, such as spend per click · clicks per session
· sessions per lead; its part then splits over the factors by their Shapley values (Shorrocks 2013), which
no order of the factors changes. Exact fractions throughout: parts sum to the whole, to the last digit.

It says where a change sits, never why. `decomposition` is the same for the blended cost per lead, with
channels that have no spend.

Source: Bennet (1920), "The theory of measurement of changes in cost of living", JRSS 83; Shorrocks
(2013), "Decomposition procedures for distributional analysis", Journal of Economic Inequality 11;
Ang (2005), "The LMDI approach to decomposition analysis", Energy Policy 33, for what is compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from countersign.analytics.decomposition import Pair, split_product


@dataclass(frozen=True)
class RatioParts:
    """One segment's parts in the change of the total ratio, in the ratio's unit.

    Args:
        factors: one part per link of the chain, empty when they cannot be told apart.
        own: what the segment's own ratio did, the sum of `factors` when there are any.
        mix: what its share of the denominator did; all of its part when it has no own ratio in one period.
    """

    factors: tuple[Fraction, ...]
    own: Fraction
    mix: Fraction

    @property
    def whole(self) -> Fraction:
        """All parts together."""
        return self.own + self.mix


def split_ratio(segments: Mapping[str, Sequence[Pair]]) -> dict[str, RatioParts]:
    """Parts of each segment in the change of the total ratio; together they are that change exactly.

    Args:
        segments: by name, the quantities of the chain from numerator to denominator, at least two:
            (spend, clicks, leads) splits spend per lead into spend per click and clicks per lead.

    Returns:
        Parts by segment; empty when the total denominator is zero in either period.

    Raises:
        ValueError: a chain has fewer than two quantities, or chains differ in length.

    >>> old, new = Fraction(1), Fraction(2)
    >>> parts = split_ratio({"a": [Pair(old, new), Pair(old, old)]})
    >>> parts["a"].own, parts["a"].mix
    (Fraction(1, 1), Fraction(0, 1))
    """
    lengths = {len(chain) for chain in segments.values()}
    if len(lengths) > 1 or min(lengths, default=2) < 2:
        raise ValueError("every segment needs the same chain of at least two quantities")
    above = _total([chain[0] for chain in segments.values()])
    below = _total([chain[-1] for chain in segments.values()])
    blend = above.over(below)
    if blend is None:
        return {}
    return {name: _parts(chain, below=below, blend=blend) for name, chain in segments.items()}


def _total(pairs: Sequence[Pair]) -> Pair:
    return Pair(sum((one.prior for one in pairs), Fraction(0)), sum((one.now for one in pairs), Fraction(0)))


def _parts(chain: Sequence[Pair], *, below: Pair, blend: Pair) -> RatioParts:
    share = Pair(chain[-1].prior / below.prior, chain[-1].now / below.now)
    own = chain[0].over(chain[-1])
    if own is None:
        carried = Pair(chain[0].prior / below.prior, chain[0].now / below.now)
        return RatioParts((), Fraction(0), carried.change - share.change * blend.mean)
    mix = share.change * (own.mean - blend.mean)
    links = [upper.over(lower) for upper, lower in pairwise(chain)]
    known = [link for link in links if link is not None]
    if len(known) < len(links):
        return RatioParts((), own.change * share.mean, mix)
    factors = tuple(part * share.mean for part in split_product(known))
    return RatioParts(factors, sum(factors, Fraction(0)), mix)
