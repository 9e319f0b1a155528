"""Search figures day by day: each query's, and what Google keeps to itself as a remainder without words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from countersign.core.log import EventLog
from countersign.sources.connecting.api import Api, ExpiredCursorError, Json
from countersign.sources.connecting.connector import Chunk, Page

# All days of Search Console are cut here, wherever the site is.
TIME_ZONE = "America/Los_Angeles"
# Google gives at most so many rows a day and kind of search.
MOST_ROWS = 50_000
_PLACE = ("DATE", "PAGE", "COUNTRY", "DEVICE")
_WORDS = (*_PLACE, "QUERY")

log = EventLog(__name__)


@dataclass
class Seen:
    """How often a place was shown and clicked; `depth` is position times impressions, so that it adds up."""

    impressions: int = 0
    clicks: int = 0
    depth: Decimal = Decimal()

    def add(self, row: Json) -> None:
        """Add one row of Google's."""
        impressions = int(row.get("impressions", 0))
        self.impressions += impressions
        self.clicks += int(row.get("clicks", 0))
        self.depth += Decimal(str(row.get("position", 0))) * impressions

    def without(self, other: "Seen") -> "Seen":
        """What is left when a part of it is taken away; never below nothing."""
        return Seen(
            max(0, self.impressions - other.impressions),
            max(0, self.clicks - other.clicks),
            max(Decimal(), self.depth - other.depth),
        )


def fetch_search_days(api: Api, options: Any, chunk: Chunk) -> Iterator[Page]:
    """Each site's days: raw rows, and the terms they add up to.

    Raises:
        ExpiredCursorError: a page came twice; the week is read again.
    """
    first, last = chunk.days()
    for site in options.sites:
        for at in range((last - first).days + 1):
            day = f"{first + timedelta(days=at)}"
            named = _rows(api, options, site, day, dimensions=_WORDS)
            # Asked without words, Google also counts the queries that it does not tell.
            whole = _rows(api, options, site, day, dimensions=_PLACE)
            yield {"rows": [*named, *whole], "search_terms": terms_of(named, whole, site=site)}


def terms_of(named: Iterable[Json], whole: Iterable[Json], *, site: str) -> list[Json]:
    """Rows by host, day, page without query string, country, device and query; '' for withheld words."""
    words: dict[tuple[str, ...], Seen] = defaultdict(Seen)
    told: dict[tuple[str, ...], Seen] = defaultdict(Seen)
    places: dict[tuple[str, ...], Seen] = defaultdict(Seen)
    for row in named:
        *place, query = row["keys"]
        words[(*_place(place), query)].add(row)
        told[_place(place)].add(row)
    for row in whole:
        places[_place(row["keys"])].add(row)
    for place, seen in places.items():
        rest = seen.without(told[place])
        if rest.impressions:
            words[(*place, "")] = rest
    return [_term(key, seen, site=site) for key, seen in sorted(words.items())]


def _rows(api: Api, options: Any, site: str, day: str, *, dimensions: tuple[str, ...]) -> list[Json]:
    path = f"/webmasters/v3/sites/{quote(site, safe='')}/searchAnalytics/query"
    found: list[Json] = []
    keys: set[tuple[str, ...]] = set()
    while True:
        body = {
            "startDate": day,
            "endDate": day,
            "dimensions": list(dimensions),
            "type": options.search_type,
            "dataState": "FINAL",
            "rowLimit": options.page_rows,
            "startRow": len(found),
        }
        rows: list[Json] = api.post(path, json=body).get("rows", [])
        page = {tuple(row["keys"]) for row in rows}
        if page & keys:
            raise ExpiredCursorError(
                "Search Console gave a page twice, so another may be missing.",
                found=f"{day} from row {len(found)}, after all tries",
                fix="run this again; nothing of this week was landed",
            )
        keys |= page
        found += [{**row, "site": site} for row in rows]
        if len(rows) < options.page_rows:
            break
    if len(found) >= MOST_ROWS:
        log.warning("search_rows_cut_off", site=site, day=day, rows=len(found))
    return found


def _place(keys: list[str]) -> tuple[str, ...]:
    """Day, host, path, country, device: one page, however its address is decorated."""
    day, address, country, device = keys
    parts = urlsplit(address)
    return day, parts.netloc.lower(), parts.path.partition(";")[0].partition("&")[0] or "/", country, device


def _term(key: tuple[str, ...], seen: Seen, *, site: str) -> Json:
    day, host, page, country, device, query = key
    position = seen.depth / seen.impressions if seen.impressions else None
    return {
        "site": site,
        "host": host,
        "date": day,
        "timeZone": TIME_ZONE,
        "query": query,
        "page": page,
        "country": country,
        "device": device,
        "impressions": seen.impressions,
        "clicks": seen.clicks,
        # Rests of rounded positions may end below the first place.
        "position": f"{max(position, Decimal(1)):.6f}" if position is not None else None,
    }
