"""Campaigns with their values, and e-mail events with the address of the profile."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api, ExpiredCursorError
from countersign.sources.connecting.connector import Chunk, Json, Options, Page

REVISION = "2026-07-15"
# Klaviyo's own metrics, by the name it gives them in every account, and what they are to us.
EVENT_OF_METRIC = {
    "Received Email": "delivered",
    "Opened Email": "opened",
    "Clicked Email": "clicked",
    "Bounced Email": "bounced",
    "Unsubscribed": "unsubscribed",
    "Unsubscribed from Email Marketing": "unsubscribed",
    "Marked Email as Spam": "marked_spam",
}
STATISTICS = ("recipients", "delivered", "opens_unique", "clicks_unique", "bounced", "unsubscribe_uniques")
# A report covers at most a year.
_LONGEST = timedelta(days=364)


class KlaviyoOptions(Options):
    """Whether each delivery is read too: as many rows as messages sent."""

    deliveries: bool = False


def fetch_campaigns(api: Api, options: KlaviyoOptions, chunk: Chunk) -> Iterator[Page]:
    """All e-mail campaigns with their totals so far. Part: campaigns."""
    campaigns, messages = _read_campaigns(api)
    values = _read_values(api, campaigns, until=chunk.until)
    yield {"campaigns": completed(campaigns, messages=messages, values=values)}


def fetch_events(api: Api, options: KlaviyoOptions, chunk: Chunk) -> Iterator[Page]:
    """Opens, clicks, bounces, goodbyes and complaints. Part: events."""
    _, messages = _read_campaigns(api)
    for metric in _read(api, "/api/metrics"):
        event_type = _event_type(metric)
        if event_type is None or (event_type == "delivered" and not options.deliveries):
            continue
        params = {
            "filter": _filter(metric["id"], chunk),
            "include": "profile",
            "fields[profile]": "email",
            "page[size]": 1000,
            "sort": "datetime",
        }
        for body in _pages(api, "/api/events", params):
            profiles = [one for one in body.get("included") or [] if one["type"] == "profile"]
            yield {
                "events": with_people(body["data"], profiles=profiles, messages=messages, metrics=[metric])
            }


def completed(
    campaigns: Iterable[Json], *, messages: Iterable[Json], values: Mapping[str, Json]
) -> list[Json]:
    """Campaigns with `_message`, the first of theirs, and `_values`, their statistics so far."""
    of_campaign: dict[str, Json] = {}
    for message in messages:
        of_campaign.setdefault(message["relationships"]["campaign"]["data"]["id"], message)
    return [
        {**campaign, "_message": of_campaign.get(campaign["id"]), "_values": values.get(campaign["id"])}
        for campaign in campaigns
    ]


def with_people(
    events: Iterable[Json],
    *,
    profiles: Iterable[Json],
    messages: Iterable[Json],
    metrics: Iterable[Json],
) -> list[Json]:
    """Events with `_email`, `_campaign_id` and `_event_type`, which is None for what is no e-mail event."""
    email = {profile["id"]: profile["attributes"]["email"] for profile in profiles}
    campaign = {one["id"]: one["relationships"]["campaign"]["data"]["id"] for one in messages}
    kind = {metric["id"]: _event_type(metric) for metric in metrics}
    return [
        {
            **event,
            "_email": email.get(_related(event, "profile")),
            "_campaign_id": campaign.get((event["attributes"]["event_properties"] or {}).get("$message")),
            "_event_type": kind.get(_related(event, "metric")),
        }
        for event in events
    ]


def _event_type(metric: Json) -> str | None:
    """What a metric is to us; others may send Klaviyo events of the same name, which count nothing."""
    is_own = (metric["attributes"].get("integration") or {}).get("name") == "Klaviyo"
    return EVENT_OF_METRIC.get(metric["attributes"]["name"]) if is_own else None


def _related(event: Json, name: str) -> str:
    return str(((event["relationships"].get(name) or {}).get("data") or {}).get("id", ""))


def _filter(metric_id: str, chunk: Chunk) -> str:
    parts = [f'equals(metric_id,"{metric_id}")', f"less-than(datetime,{_instant(chunk.until)})"]
    if chunk.since is not None:
        parts.append(f"greater-or-equal(datetime,{_instant(chunk.since)})")
    return ",".join(parts)


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _read_campaigns(api: Api) -> tuple[list[Json], list[Json]]:
    params = {"filter": "equals(messages.channel,'email')", "include": "campaign-messages", "page[size]": 100}
    campaigns, messages = [], []
    for body in _pages(api, "/api/campaigns", {**params, "sort": "created_at"}):
        campaigns += body["data"]
        messages += [one for one in body.get("included") or [] if one["type"] == "campaign-message"]
    return campaigns, messages


def _read_values(api: Api, campaigns: Sequence[Json], *, until: datetime) -> dict[str, Json]:
    """Statistics by campaign, added up over years and over the versions of a message."""
    sent = sorted(one["attributes"]["send_time"] for one in campaigns if one["attributes"].get("send_time"))
    if not sent:
        return {}
    metric = next(iter(_read(api, "/api/metrics")))["id"]
    totals: dict[str, Json] = {}
    # A day of margin: Klaviyo cuts the frame in the account's zone.
    start, end = datetime.fromisoformat(sent[0]) - timedelta(days=1), until + timedelta(days=1)
    while start < end:
        stop = min(start + _LONGEST, end)
        for result in _report(api, metric, start=start, stop=stop):
            campaign = totals.setdefault(result["groupings"]["campaign_id"], dict.fromkeys(STATISTICS, 0))
            for statistic in STATISTICS:
                campaign[statistic] += int(result["statistics"].get(statistic) or 0)
        start = stop
    return totals


def _report(api: Api, metric: str, *, start: datetime, stop: datetime) -> list[Json]:
    attributes = {
        "statistics": list(STATISTICS),
        "timeframe": {"start": start.isoformat(), "end": stop.isoformat()},
        # Every report wants one, also when no conversions are asked for.
        "conversion_metric_id": metric,
        "filter": 'equals(send_channel,"email")',
    }
    found: list[Json] = []
    path: str | None = "/api/campaign-values-reports"
    while path:
        body = api.request(
            "POST",
            path,
            json={"data": {"type": "campaign-values-report", "attributes": attributes}},
            headers={"Content-Type": "application/vnd.api+json"},
        )
        found += body["data"]["attributes"]["results"]
        path = (body.get("links") or {}).get("next")
    return found


def _read(api: Api, path: str) -> Iterator[Json]:
    for body in _pages(api, path, {}):
        yield from body["data"]


def _pages(api: Api, path: str, params: Json) -> Iterator[Json]:
    body = api.get(path, params)
    yield body
    while following := (body.get("links") or {}).get("next"):
        try:
            body = api.get(following)
        except SourceError as error:
            if "page[cursor]" not in str(error) and "page_cursor" not in str(error):
                raise
            raise ExpiredCursorError(
                "Klaviyo no longer knows this cursor.", found="page[cursor]", fix="run this again"
            ) from None
        yield body
