"""What is known beside a channel whose leads sales turns down more than before: reasons, and one campaign.

Both are read on the weeks that the finding compares. A reason whose share of the rejections rose by more than
chance (one in 200) is taken, else the one that sales gave for most of them. A campaign stands out when sales
accepts clearly less of its leads than of its own leads before; of several, the one that misses most.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from countersign.analytics.book import FactBook
from countersign.analytics.campaigns import TABLE as CAMPAIGNS
from countersign.analytics.campaigns import TITLE as CAMPAIGN_TITLE
from countersign.analytics.campaigns import Campaign, list_campaigns
from countersign.analytics.quality import EARLIER_WEEKS
from countersign.analytics.records import QualityRow, Section
from countersign.analytics.wilson import share_z
from countersign.core.contracts import Fact, Finding, Unit, Window
from countersign.core.periods import WEEK
from countersign.core.warehouse import quote_text

REASONS = "rejection_reasons"
REASON_TITLE = "Why sales turned leads down"
# What stands where sales gave no reason: it tells nothing about the leads.
NOT_STATED = "Not stated"
_FEWEST_VERDICTS, _FEWEST_REASONS = 20, 20
_LOW_Z = -2.58
# Those that took most come first; one that takes less than a twentieth cannot carry its channel's fall.
_MOST_CAMPAIGNS = 20

Total = Callable[[str, Window], Fact]


@dataclass(frozen=True)
class _Pair:
    """A share now and before: its counts, and the share itself."""

    count: Fact
    whole: Fact
    rate: Fact
    prior: Fact
    z: float


def explain_poor_leads(book: FactBook, section: Section[QualityRow]) -> Section[QualityRow]:
    """The section with reasons and a campaign beside each channel whose acceptance fell, where known.

    Roles: `campaign_accepted`, `campaign_decided`, `campaign_now`, `campaign_prior`; and for the reason
    `reason_count`, `reason_of`, `reason_now`, `reason_prior`, named `risen_reason_...` where its share rose
    beyond chance. The campaign's and the reason's names are among the facts' dimensions.
    """
    return replace(section, findings=tuple(_explained(book, finding) for finding in section.findings))


def _explained(book: FactBook, finding: Finding) -> Finding:
    window = book.by_id[finding.facts["now"]].window
    channel = finding.place.get("channel")
    if finding.kind != "quality" or "prior" not in finding.facts or window is None or channel is None:
        return finding
    earlier = Window(start=window.start - EARLIER_WEEKS * WEEK, end=window.start)
    beside = _reason(book, channel, window, earlier=earlier) | _campaign(
        book, channel, window, earlier=earlier
    )
    return finding.model_copy(update={"facts": finding.facts | beside})


def _reason(book: FactBook, channel: str, window: Window, *, earlier: Window) -> dict[str, str]:
    if not book.has(REASONS, "channel", "week_start", "reason", "rejected_leads"):
        return {}
    rows = book.rows(
        f"select reason from marts.{REASONS} where channel = {quote_text(channel)}"
        f" and week_start >= date '{window.start}' and week_start < date '{window.end}'"
        f" and reason <> {quote_text(NOT_STATED)} group by reason order by sum(rejected_leads) desc, reason"
    )
    pairs = [_reason_pair(book, channel, row["reason"], window, earlier=earlier) for row in rows]
    known = [pair for pair in pairs if pair is not None and float(pair.whole.value or 0) >= _FEWEST_REASONS]
    if not known:
        return {}
    risen = max(known, key=lambda pair: pair.z)
    chosen, name = (risen, "risen_reason") if risen.z >= -_LOW_Z else (known[0], "reason")
    return _roles(chosen, name, names=("count", "of", "now", "prior"))


def _reason_pair(
    book: FactBook, channel: str, reason: str, window: Window, *, earlier: Window
) -> _Pair | None:
    place = {"channel": channel, "reason": reason}

    def total(what: str, when: Window) -> Fact:
        dimensions = place if what == "part" else {"channel": channel}
        return book.total(
            "rejected_leads", REASONS, window=when, title=REASON_TITLE, unit="count", dimensions=dimensions
        )

    return _compare(book, total, window, earlier=earlier, metric="rejection_share", place=place)


def _campaign(book: FactBook, channel: str, window: Window, *, earlier: Window) -> dict[str, str]:
    columns = ("platform", "campaign_id", "campaign_name", "channel", "accepted_leads", "rejected_leads")
    if not book.has(CAMPAIGNS, *columns, "week_start", "spend_reporting"):
        return {}
    own = [each for each in list_campaigns(book, window) if each.channel == channel][:_MOST_CAMPAIGNS]
    pairs = (
        [_campaign_pair(book, campaign, window, earlier=earlier) for campaign in own] if len(own) > 1 else []
    )
    poor = [
        pair
        for pair in pairs
        if pair is not None and pair.z <= _LOW_Z and float(pair.whole.value or 0) >= _FEWEST_VERDICTS
    ]
    if not poor:
        return {}
    worst = max(poor, key=_missing)
    return _roles(worst, "campaign", names=("accepted", "decided", "now", "prior"))


def _campaign_pair(book: FactBook, campaign: Campaign, window: Window, *, earlier: Window) -> _Pair | None:
    # The name goes along, because a reader knows a campaign by it; the id alone finds its rows.
    place = campaign.dimensions | {"campaign": campaign.name}

    def total(what: str, when: Window) -> Fact:
        accepted, rejected = (
            book.total(
                column, CAMPAIGNS, window=when, title=CAMPAIGN_TITLE, unit="count",
                dimensions=campaign.dimensions,
            )
            for column in ("accepted_leads", "rejected_leads")
        )  # fmt: skip
        if what == "part":
            return accepted
        return _derive(book, "sum", [accepted, rejected], metric="decided_leads", unit="count", place=place)

    return _compare(book, total, window, earlier=earlier, metric="sales_acceptance_rate", place=place)


def _compare(
    book: FactBook, total: Total, window: Window, *, earlier: Window, metric: str, place: dict[str, str]
) -> _Pair | None:
    (count, whole), (count_before, whole_before) = (
        (total("part", when), total("whole", when)) for when in (window, earlier)
    )
    z = share_z(_values(count, whole), _values(count_before, whole_before))
    if z is None:
        return None
    rate, prior = (
        _derive(book, "ratio", pair, metric=metric, unit="rate", place=place)
        for pair in ([count, whole], [count_before, whole_before])
    )
    return _Pair(count, whole, rate, prior, z)


def _roles(pair: _Pair, stem: str, *, names: tuple[str, str, str, str]) -> dict[str, str]:
    facts = (pair.count, pair.whole, pair.rate, pair.prior)
    return {f"{stem}_{name}": fact.id for name, fact in zip(names, facts, strict=True)}


def _missing(pair: _Pair) -> float:
    """Accepted leads short of the share before."""
    return float(pair.prior.value or 0) * float(pair.whole.value or 0) - float(pair.count.value or 0)


def _values(count: Fact, whole: Fact) -> tuple[float, float]:
    return float(count.value or 0), float(whole.value or 0)


def _derive(
    book: FactBook, function: str, inputs: Sequence[Fact], *, metric: str, unit: Unit, place: dict[str, str]
) -> Fact:
    return book.derive(
        function, inputs, metric=metric, title=inputs[0].title, unit=unit, window=inputs[0].window,
        dimensions=place,
    )  # fmt: skip
