"""The shape of every connector: what it needs, what it reads, and how far that has been proved."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from countersign.core.contracts import Batch
from countersign.sources.connecting.answers import Reading, nothing_more
from countersign.sources.connecting.authorisation import Authorisation

Json = dict[str, Any]
# Records of one page by part: {"contacts": [...], "contact_stages": [...]}.
Page = Mapping[str, list[Json]]
Proof = Literal["live", "recorded", "specification-tested", "sandbox only"]


class Options(BaseModel):
    """What config/sources.yaml may say under `options:`; each connector adds its own keys.

    `restated_days` is how many days of daily figures are read again each time, in place of the
    connector's own number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    restated_days: int | None = Field(None, ge=1, le=365)


@dataclass(frozen=True)
class Secret:
    """A secret a connector needs; its value comes from the environment or a Prefect block.

    `name` is upper-cased into COUNTERSIGN_SECRET_<SOURCE>_<NAME>.
    """

    name: str
    meaning: str
    required: bool = True


@dataclass(frozen=True)
class Chunk:
    """One piece of a stream's time. `label` names the file it gives, so that a restated week replaces itself.

    `since` and `until` are half-open UTC instants; `since` is None for everything there is. For
    streams of days `first_day` and `last_day` (inclusive) are days in the account's own zone.
    """

    label: str
    since: datetime | None
    until: datetime
    first_day: date | None = None
    last_day: date | None = None

    def days(self) -> tuple[date, date]:
        """First and last day of a stream of days; ValueError for other streams."""
        if self.first_day is None or self.last_day is None:
            raise ValueError(f"{self.label} is not a chunk of days")
        return self.first_day, self.last_day

    def weeks(self) -> Iterator[tuple[date, date]]:
        """The chunk's days, seven at a time, for what must stay small; see `days`."""
        first, last = self.days()
        while first <= last:
            yield first, min(first + timedelta(days=6), last)
            first += timedelta(days=7)


@dataclass(frozen=True)
class Part:
    """One kind of record that a stream gives.

    `key` are JSON paths ($.id) that tell one record from another, for pages served twice; `newest_by`
    is the path that says which of two versions is newer (the one read last when None).
    """

    key: tuple[str, ...]
    newest_by: str | None = None


# The first argument is an Api, or what `open` of the connector gives.
Fetch = Callable[[Any, Any, Chunk], Iterator[Page]]


@dataclass(frozen=True)
class Stream:
    """One thing a connector reads.

    `kind` says what is asked for again: "days" reads whole weeks of daily figures, and the weeks of the
    last `restated_days` each time; "changes" reads what changed since the last load; "all" reads
    everything each time, so that what is gone is withdrawn; "captures" keeps what is seen now beside what
    was captured before.
    `fetch(api, options, chunk)` yields pages of the vendor's own records.
    """

    name: str
    kind: Literal["days", "changes", "all", "captures"]
    parts: Mapping[str, Part]
    fetch: Fetch
    restated_days: int = 28


@dataclass(frozen=True)
class Connector:
    """One vendor. `authorise(secrets, options, base_url)` gives what signs each request.

    `address(secrets, options)` gives the base address where every account has its own; `base_url` is
    then what the documentation shows. `reading` is what an answer says in the vendor's own way, such as
    a limit that is told by HTTP 400. `hosts` are further hosts of the vendor that the token may travel to.
    `land(load)` lands sources that are files of the workspace and need steps of their own.
    `open(options)` is for a connector with HTTP of its own: it gives what `fetch` gets in
    place of an Api, with its attributes `vendor` and `memory`.
    """

    name: str
    title: str
    base_url: str
    secrets: tuple[Secret, ...]
    options: type[Options]
    streams: tuple[Stream, ...]
    authorise: Callable[[Mapping[str, str], Any, str], Authorisation]
    proof: Proof
    proof_note: str
    requests_per_second: float = 10.0
    headers: Mapping[str, str] | None = None
    address: Callable[[Mapping[str, str], Any], str] | None = None
    reading: Reading = nothing_more
    hosts: tuple[str, ...] = ()
    land: Callable[[Any], list[Batch]] | None = None
    open: Callable[[Any], Any] | None = None
