"""Visits to approved pages: polite, bounded, never off the approved host, never to a private address."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from countersign import __version__
from countersign.core.errors import SourceError
from countersign.sources.research.addresses import (
    PUBLIC,
    Lookup,
    Place,
    Reach,
    addresses_of,
    look_up,
    parse_place,
)
from countersign.sources.research.requesting import Answer, UnreadableError, get
from countersign.sources.research.robots import MOST_BYTES, ROBOT, DisallowedError, Robots, read_robots

MOST_PAGE_BYTES = 2 * 1024 * 1024
_PAGE_S = 30.0
_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
_TYPES = ("text/html", "application/xhtml+xml", "text/xml", "application/xml", "application/json")


class LaterError(SourceError):
    """The time of this load is used up, or the site wants a longer pause; the next load goes on."""


@dataclass(frozen=True)
class Visit:
    """What a page said: `answer` is None when it has not changed since it was last captured."""

    place: Place
    answer: Answer | None
    media_type: str = ""
    charset: str | None = None


@dataclass
class Visitor:
    """Everything that one load fetches goes through here, so that its limits hold for all of it.

    Args:
        contact: an address where a site's owner can complain; travels in the User-Agent.
        time_s: for all visits of a load together.
        reach: what may be connected to. Config has no word for it.
        look_up: how names become addresses.
        sleep: how a pause is made.
    """

    contact: str
    time_s: float
    reach: Reach = PUBLIC
    look_up: Lookup = look_up
    sleep: Callable[[float], None] = time.sleep
    vendor: str = "Research"
    memory: dict[str, Any] = field(default_factory=dict)
    _robots: dict[tuple[str, str, int], Robots] = field(default_factory=dict)
    _free_at: dict[tuple[str, str, int], float] = field(default_factory=dict)
    _ends_at: float | None = None

    def visit(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Visit:
        """Fetch one approved page, following redirects that stay on its host.

        Args:
            url: an approved page.
            etag: of the last capture.
            modified: Last-Modified of the last capture.

        Raises:
            DisallowedError: robots.txt does not allow it.
            LaterError: no time is left in this load.
            UnreadableError: the site refuses, is down, or the page is too large or of another kind.
            SourceError: it leads to another host or to an address that is never fetched.
        """
        asked = {"If-None-Match": etag, "If-Modified-Since": modified}
        conditions = {name: value for name, value in asked.items() if value}
        place = self._parse(url)
        approved = place
        for _ in range(_REDIRECTS + 1):
            answer = self._fetch(place, conditions)
            if answer.status not in _MOVED:
                return self._visit(place, answer)
            place = self._next(approved, place, answer)
        raise _unreadable(approved, f"it redirects more than {_REDIRECTS} times")

    def _visit(self, place: Place, answer: Answer) -> Visit:
        if answer.status == 304:
            return Visit(place, None)
        if answer.status != 200:
            raise _unreadable(place, f"HTTP {answer.status}")
        kind, _, rest = answer.headers.get("content-type", "").partition(";")
        kind = kind.strip().lower()
        if kind not in _TYPES and not kind.endswith(("+xml", "+json")):
            raise _unreadable(place, f"it is {kind[:60] or 'of no said kind'}, not HTML, XML or JSON")
        _, _, charset = rest.lower().partition("charset=")
        return Visit(place, answer, kind, charset.split(";")[0].strip(" \"'") or None)

    def _next(self, approved: Place, place: Place, answer: Answer) -> Place:
        target = self._parse(urljoin(place.url, answer.headers.get("location", "")))
        if target.host != approved.host:
            raise SourceError(
                "A page redirects to a host that nobody approved.",
                found=f"{approved.url} leads to {target.host}",
                fix="look where it leads; if that is fine, list that page itself under `options`",
            )
        if place.scheme == "https" and target.scheme == "http":
            raise _unreadable(place, "it redirects from https to http")
        return target

    def _parse(self, url: str) -> Place:
        try:
            return parse_place(url, ports=self.reach.ports)
        except ValueError as error:
            raise SourceError(
                "A page leads to an address that is never fetched.",
                found=f"{url[:200]!r}: {error}",
                fix="take the page out of `options`, or approve the page it should lead to",
            ) from None

    def _fetch(self, place: Place, headers: Mapping[str, str]) -> Answer:
        robots = self._robots_of(place)
        if not robots.allows(place.url):
            raise DisallowedError(
                "A site does not want this page to be read.",
                found=f"{place.url}: robots.txt closes it to {ROBOT}, or cannot be read",
                fix="take the page out of `options`, or ask the site's owner for a feed or for leave",
            )
        return self._get(place, headers, pause_s=robots.pause_s, most_bytes=MOST_PAGE_BYTES)

    def _robots_of(self, place: Place) -> Robots:
        if place.site not in self._robots:
            self._robots[place.site] = read_robots(self._robots_answer(place))
        return self._robots[place.site]

    def _robots_answer(self, place: Place) -> Answer | None:
        at = Place(place.scheme, place.host, place.port, "/robots.txt")
        try:
            for _ in range(_REDIRECTS + 1):
                answer = self._get(at, {}, pause_s=0.0, most_bytes=MOST_BYTES, may_cut=True)
                if answer.status not in _MOVED:
                    return answer
                at = self._next(place, at, answer)
        except UnreadableError:
            return None
        return None

    def _get(
        self,
        place: Place,
        headers: Mapping[str, str],
        *,
        pause_s: float,
        most_bytes: int,
        may_cut: bool = False,
    ) -> Answer:
        left_s = self._pause(place, pause_s)
        addresses = addresses_of(place, reach=self.reach, look_up=self.look_up)
        try:
            return get(
                place,
                addresses,
                headers={**headers, "User-Agent": self._user_agent(), "Accept": ", ".join(_TYPES)},
                most_bytes=most_bytes,
                time_s=min(_PAGE_S, left_s),
                may_cut=may_cut,
            )
        finally:
            self._free_at[place.site] = time.monotonic()

    def _pause(self, place: Place, pause_s: float) -> float:
        """Wait until the site may be asked again; returns the seconds that are left of this load."""
        now = time.monotonic()
        self._ends_at = self._ends_at or now + self.time_s
        wait_s = max(0.0, self._free_at.get(place.site, now - pause_s) + pause_s - now)
        left_s = self._ends_at - now - wait_s
        if left_s <= 0:
            raise LaterError(
                "No time is left for this page in this load.",
                found=f"{place.url}: {self.time_s:.0f} s for all pages, {pause_s:.0f} s between two",
                fix="the next load begins with it; raise `time_limit_s` if that is often so",
            )
        if wait_s:
            self.sleep(wait_s)
        return left_s

    def _user_agent(self) -> str:
        return f"{ROBOT}/{__version__} (+{self.contact})"


def _unreadable(place: Place, what: str) -> UnreadableError:
    return UnreadableError(
        "A page cannot be read.",
        found=f"{place.url}: {what}",
        fix="look at the page in a browser, and correct or remove it under `options`",
    )
