"""The offline words of a daily note: what moved, where, since when, how far, and whose it is."""

from datetime import timedelta

from agents.language import capitalised, listed, moved, paragraph, plural
from agents.owners import find_owner
from agents.performance.kinds import kind_of
from agents.performance.measures import CALLED, noun, were
from agents.performance.wording import AlertWording, ItemWords
from agents.registry import AgentCard
from agents.sheet import Sheet, cite
from countersign.analytics.incidents import SURELY_OVER
from countersign.analytics.records import Incident, Watch
from countersign.core.contracts import Finding, Window

MOST_WATCHED, _MOST_HELD, _MOST_MOVED = 5, 3, 2
_DAY = timedelta(days=1)
_URGENCY = {"act": "Act today", "watch": "Keep an eye on it", "info": "For the record"}
_PAST = {"act": "Look into it", "watch": "For the record", "info": "For the record"}
OLD_NEWS = timedelta(days=14)
QUIET = "Nothing needs attention today"


class Writer:
    """Writes about incidents, binding what it cites on one sheet."""

    def __init__(self, sheet: Sheet, watch: Watch, *, card: AgentCard) -> None:
        self.sheet, self.watch, self.card = sheet, watch, card

    def write(self, incidents: tuple[Incident, ...]) -> AlertWording:
        """The whole note; `incidents` are those that are told one by one."""
        return AlertWording(
            title=self._title(incidents), lede=self._lede(), items=[self._item(one) for one in incidents]
        )

    def where(self, incident: Incident) -> str:
        """The place in words: in a campaign, on a device, for visitors from a country."""
        place = incident.place
        wider = next((key for key in ("campaign_name", "channel", "account_id") if place.get(key)), None)
        said = []
        if wider:
            kind = {"campaign_name": "campaign", "account_id": "account"}.get(wider, "channel")
            account = "account " if wider == "account_id" else ""
            said.append(f"in {account}{self.sheet.name(place[wider], kind=kind)}")
        if place.get("device"):
            said.append(f"on {self.sheet.name(place['device'], kind='device')}")
        if place.get("country"):
            said.append(f"for visitors from {self.sheet.name(place['country'], kind='country')}")
        return " ".join(said) or "across the company"

    def is_past(self, incident: Incident, *, by: timedelta = SURELY_OVER) -> bool:
        """Whether an incident ended so long before the last day that was judged."""
        return incident.is_over and incident.window.end + by <= self.watch.last_day.end

    def bind(self, incident: Incident, role: str) -> str:
        """The alias of one of an incident's figures."""
        fact_id = getattr(incident, role)
        sign = self.sign(incident) if role in ("now", "change", "lost") else None
        return self.sheet.fact(fact_id, f"{incident.metric}_{role}", sign=sign)

    def sign(self, incident: Incident) -> int:
        """Which way the measure moved."""
        return 1 if float(self.sheet.value(incident.change) or 0) > 0 else -1

    def days(self, incident: Incident) -> str:
        """When it was, for the small line of a table: its days when it is over, else since when."""
        if self.is_past(incident):
            return self.sheet.period(incident.window, "during")
        return f"since {self._first_day(incident)}"

    def _first_day(self, incident: Incident) -> str:
        first = Window(start=incident.window.start, end=incident.window.start + _DAY)
        return self.sheet.period(first, "since")

    def _short(self, incident: Incident) -> str:
        change = cite(self.bind(incident, "change"), style="size")
        return f"{noun(incident.metric)} {self.where(incident)} {moved(self.sign(incident))} {change}"

    def _title(self, incidents: tuple[Incident, ...]) -> str:
        urgent = [one for one in incidents if one.severity == "act"]
        if urgent:
            more = ", among others" if len(urgent) > 2 else ""
            return capitalised(listed([self._short(one) for one in urgent[:2]])) + more
        if not self.watch.is_long_enough:
            return "Too few days are known to say what needs attention"
        on = [one for one in incidents if not self.is_past(one)]
        if on:
            return f"Nothing needs someone today; keep an eye on {noun(on[0].metric)} {self.where(on[0])}"
        return QUIET

    def _lede(self) -> str:
        if not self.watch.is_long_enough:
            return self._too_short()
        act, watch, over = (self._count(standing) for standing in ("act", "watch", "over"))
        last = self.sheet.period(self.watch.last_day, "last_day")
        said = (
            [f"{self._number('act')} {plural('thing', count=act)} {_need(act)} someone today"] if act else []
        )
        if watch:
            more = "more " if act else ""
            things = f"{self._number('watch')} {more}{plural('thing', count=watch)}"
            said.append(f"{things} left the expected range and can wait")
        if over:
            things = f"{self._number('over')} {plural('thing', count=over)}"
            said.append(f"{things} left the expected range earlier and {'is' if over == 1 else 'are'} over")
        rest = "Everything else that was judged" if said else "Everything that was judged"
        return paragraph(*said, f"{rest} up to {last} moved no further than chance and season explain")

    def _too_short(self) -> str:
        days = self.sheet.value(self.watch.days)
        if not days:
            return "No daily figures are on record, so nothing can be judged."
        alias = self.sheet.fact(self.watch.days, "watched_days")
        return f"Only {cite(alias)} days are on record; what is usual cannot be told from so few."

    def _count(self, standing: str) -> int:
        fact_id = self.watch.counts.get(standing)
        return int(self.sheet.value(fact_id) or 0) if fact_id else 0

    def _number(self, standing: str) -> str:
        return cite(self.sheet.fact(self.watch.counts[standing], f"incidents_{standing}"))

    def _item(self, incident: Incident) -> ItemWords:
        kind = kind_of(incident.kind)
        to_do = f"{self._owner(incident)}: {kind.deed}" if incident.severity != "info" else ""
        reading = ""
        if kind.reading:
            change = cite(self.bind(incident, "change"), style="size")
            gap = f"{noun(incident.metric)} {moved(self.sign(incident))} {change}"
            while_held = (
                f" while {listed(held)} held" if (held := self._held(incident, first=kind.speaks)) else ""
            )
            reading = paragraph(f"this looks like {kind.reading}: {gap}{while_held}", to_do)
        beside = "" if kind.reading else self._beside(incident)
        own = "" if kind.reading else to_do
        return ItemWords(
            heading=capitalised(self._short(incident)),
            when=self._when(incident),
            measured=paragraph(
                self._levels(incident), self._amounts_to(incident), self._moved(incident), beside, own
            ),
            reading=reading,
        )

    def _when(self, incident: Incident) -> str:
        if self.is_past(incident):
            return f"{_PAST[incident.severity]}. It is over: {self.sheet.period(incident.window, 'during')}."
        urgency = _URGENCY[incident.severity]
        since = f"{urgency}. Since {self._first_day(incident)}."
        if incident.window.end < self.watch.last_day.end:
            until = Window(start=incident.window.end - _DAY, end=incident.window.end)
            judged = self.sheet.period(until, "until")
            if incident.is_over:
                return f"{since} Last seen on {judged}; what came after is too little to call it over."
            since += f" Judged up to {judged}: what became of younger leads is not in yet."
        return since

    def _levels(self, incident: Incident) -> str:
        now, expected, low, high = (
            cite(self.bind(incident, role)) for role in ("now", "expected", "low", "high")
        )
        return (
            f"{noun(incident.metric)} {self.where(incident)} {were(incident.metric)} {now}, where {expected}"
            f" was expected and {low} to {high} would have been usual"
        )

    def _amounts_to(self, incident: Incident) -> str:
        lost = CALLED[incident.metric].lost if incident.metric in CALLED else ""
        size = abs(float(self.sheet.value(incident.lost) or 0)) if incident.lost else 0.0
        if not lost or size < 1:
            return ""
        amount = cite(self.bind(incident, "lost"), style="size")
        if lost == "money":
            than = "more" if self.sign(incident) > 0 else "less"
            return f"that is {amount} {than} than these clicks would have cost"
        return f"that is {amount} {'more' if self.sign(incident) > 0 else 'fewer'} {lost} than expected"

    def _moved(self, incident: Incident) -> str:
        """Measures that moved there and then, the biggest first; where they moved, not why."""
        sized = sorted(
            incident.moved, key=lambda name: -abs(float(self.sheet.value(incident.moved[name]) or 0))
        )
        said: list[str] = []
        told = {_rounded(float(self.sheet.value(incident.change) or 0))}
        for name in sized:
            value = float(self.sheet.value(incident.moved[name]) or 0)
            if _rounded(value) in told or len(said) == _MOST_MOVED:
                continue  # a measure that moved exactly alike is the same news in other words
            told.add(_rounded(value))
            sign = 1 if value > 0 else -1
            alias = self.sheet.fact(incident.moved[name], f"{name}_beside", sign=sign)
            said.append(f"{noun(name)} {moved(sign)} {cite(alias, style='size')}")
        return f"in the same place and days {listed(said)}" if said else ""

    def _held(self, incident: Incident, *, first: tuple[str, ...]) -> list[str]:
        names = [name for name in first if name in incident.held]
        return [noun(name) for name in (names or list(incident.held))[:_MOST_HELD]]

    def _beside(self, incident: Incident) -> str:
        held = self._held(incident, first=kind_of(incident.kind).speaks)
        return f"{listed(held)} held there in those days" if held else ""

    def _owner(self, incident: Incident) -> str:
        place = {key: incident.place[key] for key in ("channel",) if key in incident.place}
        finding = Finding(
            key=incident.key, kind="incident", metric=incident.metric, place=place, facts={},
            severity=incident.severity, label=incident.label,
        )  # fmt: skip
        owner = find_owner(self.card.sources, kind_of(incident.kind).area, finding=finding)
        return self.sheet.name(owner or self.card.owner, kind="owner")


def _rounded(change: float) -> float:
    return round(change, 2)


def _need(count: int) -> str:
    return "needs" if count == 1 else "need"
