"""Where a campaign lost its forms: all its visitors, or those on one kind of device.

Read beside a campaign that lost its leads, on the days of its finding and as many before them. Shares of
sessions that sent a form are compared; what fell did so by more than chance (one in 2,000), what held is
within what chance gives one week in twenty. It says where forms are missing, not why.
"""

from dataclasses import dataclass

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar
from countersign.analytics.wilson import share_z
from countersign.core.contracts import Fact, Finding, Window
from countersign.core.warehouse import quote_text

TABLE = "segment_day"
TITLE = "Forms of a campaign's visitors"
_FELL_Z, _HELD_Z = -3.3, 2.0
_FEWEST_SESSIONS = 30
_COUNTED = ("web_conversions", "sessions")


@dataclass(frozen=True)
class _Place:
    """A campaign's visitors, or those of them on one device."""

    channel: str
    campaign_id: str
    device: str = ""

    @property
    def dimensions(self) -> dict[str, str]:
        own = {"channel": self.channel, "campaign_id": self.campaign_id}
        return own | {"device": self.device} if self.device else own


@dataclass(frozen=True)
class _Forms:
    """Forms and sessions then and now, as facts in the order of the roles, with the z of the change."""

    facts: tuple[Fact, ...]
    z: float


def explain_lost_forms(book: FactBook, finding: Finding, *, calendar: Calendar) -> Finding:
    """The finding of a campaign with its forms beside it, where they fell too and web sessions are known.

    Roles, each with `_count` of `_of` sessions now and `_count_before` of `_of_before`: `forms` of all its
    visitors; `lost` and `kept` of the device on which they fell most and of one on which they did not, where
    there are both. A device's name is among the facts' dimensions.
    """
    now = book.by_id[finding.facts["now"]]
    campaign, channel = now.dimensions.get("campaign_id"), finding.place.get("channel")
    is_known = book.has(TABLE, "channel", "campaign_id", "device", "report_day", *_COUNTED)
    if not is_known or not campaign or not channel or now.window is None or "web_sessions" in calendar.gaps:
        return finding
    place = _Place(channel, campaign)
    whole = _forms(book, place, now.window)
    if whole is None or whole.z > _FELL_Z:
        return finding
    roles = _roles("forms", whole)
    devices = [_forms(book, each, now.window) for each in _devices(book, place, now.window)]
    known = [one for one in devices if one is not None]
    lost = [one for one in known if one.z <= _FELL_Z]
    kept = [one for one in known if abs(one.z) < _HELD_Z]
    if lost and kept:
        roles |= _roles("lost", min(lost, key=lambda one: one.z)) | _roles("kept", kept[0])
    return finding.model_copy(update={"facts": finding.facts | roles})


def _devices(book: FactBook, place: _Place, window: Window) -> list[_Place]:
    """The campaign's devices, the one with most sessions first."""
    rows = book.rows(
        f"select device from marts.{TABLE} where {_tests(place, window)} and device <> ''"
        f" group by device having sum(sessions) >= {_FEWEST_SESSIONS} order by sum(sessions) desc, device"
    )
    return [_Place(place.channel, place.campaign_id, row["device"]) for row in rows]


def _forms(book: FactBook, place: _Place, window: Window) -> _Forms | None:
    before = Window(start=window.start - (window.end - window.start), end=window.start)
    facts = tuple(_total(book, column, place, days) for days in (window, before) for column in _COUNTED)
    values = [float(fact.value or 0) for fact in facts]
    if any(fact.value is None for fact in facts) or min(values[1], values[3]) < _FEWEST_SESSIONS:
        return None
    z = share_z((values[0], values[1]), (values[2], values[3]))
    return None if z is None else _Forms(facts, z)


def _total(book: FactBook, column: str, place: _Place, window: Window) -> Fact:
    return book.query(
        column,
        f"select sum({column}) from marts.{TABLE} where {_tests(place, window)}",
        title=TITLE,
        unit="count",
        columns=[f"{TABLE}.{column}"],
        window=window,
        dimensions=place.dimensions,
    )


def _tests(place: _Place, window: Window) -> str:
    own = [f"{name} = {quote_text(value)}" for name, value in place.dimensions.items()]
    days = [f"report_day >= date '{window.start}'", f"report_day < date '{window.end}'"]
    return " and ".join([*own, *days])


def _roles(stem: str, forms: _Forms) -> dict[str, str]:
    names = ("count", "of", "count_before", "of_before")
    return {f"{stem}_{name}": fact.id for name, fact in zip(names, forms.facts, strict=True)}
