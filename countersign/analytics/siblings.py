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
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.rankings import PieceRow
from countersign.core.contracts import Fact, Unit, Window
from countersign.core.warehouse import quote_text

WEEKS = 4
COLUMNS = ("spend_reporting", "platform_conversions")
# One false flag in a hundred flags; and it has to be worth somebody's time.
_FALSE_SHARE, _MATERIAL = 0.01, 0.6
# So many would have to be expected: fewer vary too much to speak of.
_FEWEST_EXPECTED = 10.0
_LONGEST = 80

Piece = Mapping[str, Any]


@dataclass(frozen=True)
class Level:
    """One size of piece.

    Args:
        table: its mart.
        title: of its figures.
        own: column of its id; a piece without one ('') is no piece: its source stops above it.
        within: columns of what it is a part of, the nearest last.
        named: columns that say what it is called, the best first.
        whole: column that says what it is a part of.
        others: its siblings, in words.
    """

    table: str
    title: str
    own: str
    within: tuple[str, ...]
    named: tuple[str, ...]
    whole: str
    others: str

    @property
    def described(self) -> tuple[str, ...]:
        """Columns that describe a piece."""
        return (*self.named, self.whole, "channel")


AD_GROUPS = Level(
    table="ad_group_week",
    title="Ad groups beside the rest of their campaign",
    own="ad_group_id",
    within=("platform", "campaign_id"),
    named=("ad_group_name",),
    whole="campaign_name",
    others="other_ad_groups",
)
ADS = Level(
    table="ad_week",
    title="Ads beside the rest of their ad group",
    own="ad_id",
    within=("platform", "campaign_id", "ad_group_id"),
    named=("ad_name", "ad_text"),
    whole="ad_group_name",
    others="other_ads",
)


def find_weak(book: FactBook, calendar: Calendar, level: Level) -> tuple[PieceRow, ...]:
    """Pieces to look at, the one that took most first; none where none is clearly behind its siblings."""
    if not book.has(level.table, *level.within, level.own, "week_start", *level.described, *COLUMNS):
        return ()
    window = span(calendar.week, weeks=WEEKS)
    behind = find_behind(_read_pieces(book, level, window), within=level.within)
    return tuple(_row(book, level, window, piece=piece) for piece in behind)


def shown(text: str) -> str:
    """The name or words of a piece, short enough for a cell."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


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


def _read_pieces(book: FactBook, level: Level, window: Window) -> Sequence[Piece]:
    """Pieces with spend of which conversions are told; what took most first."""
    keys = ", ".join((*level.within, level.own))
    described = ", ".join(f"max({name}) as {name}" for name in level.described)
    return book.rows(
        f"select {keys}, {described}, sum(spend_reporting) as spend, sum(platform_conversions) as conversions"
        f" from marts.{level.table} where {level.own} <> '' and week_start >= date '{window.start}'"
        f" and week_start < date '{window.end}' group by {keys}"
        " having sum(spend_reporting) > 0 and sum(platform_conversions) is not null"
        f" order by spend desc, {keys}"
    )


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


def _row(book: FactBook, level: Level, window: Window, *, piece: Piece) -> PieceRow:
    """A piece, and what a conversion costs in the rest of what it is a part of."""
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
    called = next(piece[name] for name in (*level.named, level.own) if piece[name])
    return PieceRow(
        name=shown(called),
        part_of=piece[level.whole] or piece[level.within[-1]],
        channel=piece["channel"],
        window=window,
        spend=spend.id,
        conversions=conversions.id,
        cost=cost.id,
        cost_of_others=usual.id,
    )


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
