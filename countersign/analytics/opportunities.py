"""Early opportunities: small markets (countries) and audiences (segments) with leads that sales accepts.

A quarter of leads that are old enough for sales to have judged them, against all other leads of that quarter;
the rate is of those that it did judge. A place counts when so many accepted leads among as many judged ones
drawn from all would be rare; places are many, so the probabilities are corrected for their number. What a
small place brings need not hold when it grows.
A channel is no market: `quality.py` compares channels, whatever their size.

Source: Fisher's exact test (the hypergeometric tail); Benjamini and Hochberg (1995), "Controlling the false
discovery rate", JRSS B 57(1); both in SciPy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scipy.stats import false_discovery_control, hypergeom  # type: ignore[import-untyped]

from countersign.analytics.book import NO_DIMENSIONS, FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.rankings import Dimension, OpportunityRow
from countersign.core.contracts import Fact, Unit, Window
from countersign.core.workspace import Company

TABLE = "segment_response_week"
TITLE = "Small places with leads that sales accepts"
WEEKS = 13
_DIMENSIONS: tuple[Dimension, ...] = ("segment", "country")
# At most so many false places among those named; worth a step, small, and no handful of leads.
_FALSE_SHARE, _MATERIAL, _SMALL, _FEWEST = 0.05, 1.2, 0.25, 20
_MOST = 6
# What stands where a source names no place: nobody can act on it.
_UNNAMED = frozenset({"not stated", "unassigned", "unknown", "other", "(no name)", ""})


@dataclass(frozen=True)
class Place:
    """The leads of one place in the quarter that sales judged, and all that it judged."""

    dimension: Dimension
    name: str
    decided: int
    accepted: int
    all_decided: int
    all_accepted: int

    @property
    def probability(self) -> float:
        """Of so many accepted leads or more, if its judged leads were drawn from all judged ones."""
        return float(hypergeom.sf(self.accepted - 1, self.all_decided, self.all_accepted, self.decided))

    @property
    def is_material(self) -> bool:
        """Whether it is small and its rate clearly above that of the rest."""
        rest, accepted = self.all_decided - self.decided, self.all_accepted - self.accepted
        if self.decided > _SMALL * self.all_decided or not rest:
            return False
        return self.accepted / self.decided >= _MATERIAL * accepted / rest


def find_opportunities(book: FactBook, calendar: Calendar, *, company: Company) -> tuple[OpportunityRow, ...]:
    """Places worth a look, the highest rate first; none where nothing stands out beyond chance."""
    if not book.has(TABLE, *_DIMENSIONS, "week_start", "leads", "accepted_leads", "rejected_leads"):
        return ()
    matured = calendar.matured(company.acceptance_maturity_days)
    window = span(matured, weeks=WEEKS)
    places = [place for dimension in _DIMENSIONS for place in _read_places(book, dimension, window)]
    earlier = span(matured, weeks=WEEKS, skip=WEEKS)
    before = earlier if book.weeks_on_record(TABLE, earlier) == WEEKS else None
    found = [_row(book, place, window, before=before) for place in choose_places(places)]
    return tuple(sorted(found, key=lambda row: -float(book.value(row.rate) or 0))[:_MOST])


def choose_places(places: Sequence[Place]) -> list[Place]:
    """Those that stand out beyond chance, given how many were looked at, and are worth a step."""
    judged = [place for place in places if _FEWEST <= place.decided < place.all_decided]
    if not judged:
        return []
    corrected = false_discovery_control([place.probability for place in judged])
    return [
        place
        for place, probability in zip(judged, corrected, strict=True)
        if probability <= _FALSE_SHARE and place.is_material
    ]


def _read_places(book: FactBook, dimension: Dimension, window: Window) -> Iterator[Place]:
    rows = book.rows(
        f"select {dimension} as name, sum(accepted_leads + rejected_leads) as decided,"
        " sum(accepted_leads) as accepted"
        f" from marts.{TABLE} where week_start >= date '{window.start}' and week_start < date '{window.end}'"
        f" group by {dimension} having sum(accepted_leads + rejected_leads) > 0 order by {dimension}"
    )
    decided, accepted = (sum(int(row[name]) for row in rows) for name in ("decided", "accepted"))
    for row in rows:
        if str(row["name"] or "").casefold() not in _UNNAMED:
            yield Place(dimension, row["name"], int(row["decided"]), int(row["accepted"]), decided, accepted)


def _row(book: FactBook, place: Place, window: Window, *, before: Window | None) -> OpportunityRow:
    where: dict[str, str] = {place.dimension: place.name}

    def derive(function: str, inputs: list[Fact], *, metric: str, unit: Unit = "rate") -> Fact:
        return book.derive(
            function, inputs, metric=metric, title=TITLE, unit=unit, window=window, dimensions=where
        )

    def total(column: str, *, of: dict[str, str] | None = None, days: Window = window) -> Fact:
        return book.total(
            column, TABLE, window=days, title=TITLE, unit="count", dimensions=of or NO_DIMENSIONS
        )

    leads = total("leads", of=where)
    own, whole = (
        [total(column, of=of) for column in ("accepted_leads", "rejected_leads")] for of in (where, None)
    )
    others = [
        derive("difference", pair, metric=f"{pair[1].metric}_elsewhere", unit="count")
        for pair in ([whole[0], own[0]], [whole[1], own[1]])
    ]
    decided = derive("sum", own, metric="decided_leads", unit="count")
    elsewhere = derive("sum", others, metric="decided_leads_elsewhere", unit="count")
    growth = None
    if before is not None:
        earlier = total("leads", of=where, days=before)
        growth = derive("change_rate", [leads, earlier], metric="leads_change").id
    return OpportunityRow(
        dimension=place.dimension,
        place=place.name,
        window=window,
        leads=leads.id,
        growth=growth,
        decided=decided.id,
        rate=derive("ratio", [own[0], decided], metric="sales_acceptance_rate").id,
        low=derive("wilson_low", [own[0], decided], metric="sales_acceptance_rate_low").id,
        rate_elsewhere=derive("ratio", [others[0], elsewhere], metric="sales_acceptance_rate_elsewhere").id,
        share_of_leads=derive("share", [leads, total("leads")], metric="share_of_leads").id,
    )
