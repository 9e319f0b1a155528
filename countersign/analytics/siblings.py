"""Pieces of advertising beside their siblings: those that bring clearly less for their money than the rest.

No CRM knows the ad group or the ad of a lead, so what a piece brought is what its platform counts. Four weeks
up to the week in question. Given the conversions of all siblings, a piece that does as well as they gets them
in proportion to its spend: a binomial count. Pieces are many, so the probabilities of so few are corrected
for their number.

Source: Benjamini and Hochberg (1995), "Controlling the false discovery rate", JRSS B 57(1), in SciPy.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import binom, false_discovery_control  # type: ignore[import-untyped]

from countersign.analytics.book import FactBook
from countersign.core.contracts import Fact, Unit, Window
from countersign.core.warehouse import quote_text

WEEKS = 4
COLUMNS = ("spend_reporting", "platform_conversions")
# One false flag in a hundred flags; and it has to be worth somebody's time.
_FALSE_SHARE, _MATERIAL = 0.01, 0.6
# So many would have to be expected: fewer vary too much to speak of.
_FEWEST_EXPECTED = 10.0

Piece = Mapping[str, Any]


@dataclass(frozen=True)
class Level:
    """One size of piece: its mart, the column of its id, those of what it is a part of, `others` in words.

    A piece without an id ('') is no piece: its source stops above it.
    """

    table: str
    title: str
    own: str
    within: tuple[str, ...]
    others: str


@dataclass(frozen=True)
class Figures:
    """What a piece took and brought, and its siblings beside it."""

    spend: Fact
    conversions: Fact
    cost: Fact
    cost_of_others: Fact


def read_pieces(book: FactBook, level: Level, window: Window, *, names: Sequence[str]) -> Sequence[Piece]:
    """Pieces with spend of which conversions are told, `names` of each; what took most first."""
    keys = ", ".join((*level.within, level.own))
    named = ", ".join(f"max({name}) as {name}" for name in names)
    return book.rows(
        f"select {keys}, {named}, sum(spend_reporting) as spend, sum(platform_conversions) as conversions"
        f" from marts.{level.table} where {level.own} <> '' and week_start >= date '{window.start}'"
        f" and week_start < date '{window.end}' group by {keys}"
        " having sum(spend_reporting) > 0 and sum(platform_conversions) is not null"
        f" order by spend desc, {keys}"
    )


def find_behind(pieces: Sequence[Piece], *, within: Sequence[str]) -> list[Piece]:
    """Those that brought clearly less than their share of their siblings' spend would have.

    Args:
        pieces: `spend` above zero and `conversions` of each, and the columns of `within`.
        within: those with the same values of these columns are siblings.
    """
    compared = list(_compared(pieces, within))
    if not compared:
        return []
    corrected = false_discovery_control([probability for _, _, probability in compared])
    return [
        piece
        for (piece, expected, _), probability in zip(compared, corrected, strict=True)
        if probability <= _FALSE_SHARE and float(piece["conversions"]) <= _MATERIAL * expected
    ]


def compare_costs(book: FactBook, level: Level, window: Window, *, piece: Piece) -> Figures:
    """The figures of a piece, and what a conversion costs in the rest of what it is a part of."""
    whole = {name: piece[name] for name in level.within}
    place = {**whole, level.own: piece[level.own]}

    def derive(function: str, inputs: list[Fact], *, metric: str, unit: Unit) -> Fact:
        return book.derive(
            function, inputs, metric=metric, title=level.title, unit=unit, window=window, dimensions=place
        )

    spend, conversions = (_total(book, level, window, column=column, place=place) for column in COLUMNS)
    others = [
        derive(
            "difference", [_total(book, level, window, column=column, place=whole), own],
            metric=f"{column}_of_{level.others}", unit=own.unit,
        )
        for column, own in zip(COLUMNS, (spend, conversions), strict=True)
    ]  # fmt: skip
    cost = derive("ratio", [spend, conversions], metric="cost_per_platform_conversion", unit="currency")
    usual = derive("ratio", others, metric="cost_per_platform_conversion_of_others", unit="currency")
    return Figures(spend, conversions, cost, usual)


def _compared(pieces: Sequence[Piece], within: Sequence[str]) -> Iterator[tuple[Piece, float, float]]:
    """Each piece with what is expected of it, and the probability of so few or fewer."""
    families = defaultdict(list)
    for piece in pieces:
        families[tuple(piece[name] for name in within)].append(piece)
    for piece in pieces:
        siblings = families[tuple(piece[name] for name in within)]
        share = float(piece["spend"]) / sum(float(one["spend"]) for one in siblings)
        counted = round(sum(float(one["conversions"]) for one in siblings))
        if len(siblings) > 1 and counted * share >= _FEWEST_EXPECTED:
            yield piece, counted * share, float(binom.cdf(round(float(piece["conversions"])), counted, share))


def _total(book: FactBook, level: Level, window: Window, *, column: str, place: dict[str, str]) -> Fact:
    """The sum of a piece, or over all pieces of what it is a part of."""
    tests = [f"{name} = {quote_text(value)}" for name, value in place.items()]
    tests += [
        f"{level.own} <> ''",
        f"week_start >= date '{window.start}'",
        f"week_start < date '{window.end}'",
    ]
    return book.query(
        column,
        f"select sum({column}) from marts.{level.table} where {' and '.join(tests)}",
        title=level.title,
        unit="currency" if column.endswith("_reporting") else "count",
        columns=[f"{level.table}.{column}"],
        window=window,
        dimensions=place,
    )
