"""Tickets from the incremental export, each with its requester and its metrics."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api, ExpiredCursorError
from countersign.sources.connecting.connector import Chunk, Json, Options, Page

_PATH = "/api/v2/incremental/tickets/cursor"
# The most that the export gives a page; it may be asked ten times a minute.
_PAGE = 1000


class ZendeskOptions(Options):
    """Which account, and which ticket field says the topic."""

    subdomain: str
    topic_field: int | None = None


def fetch_tickets(api: Api, options: ZendeskOptions, chunk: Chunk) -> Iterator[Page]:
    """Tickets that changed, deleted ones too. Part: tickets."""
    start = int(chunk.since.timestamp()) if chunk.since else 0
    asked: Json = {"start_time": start}
    while True:
        body = _ask(api, {**asked, "include": "users,metric_sets", "per_page": _PAGE})
        known = [ticket for ticket in body["tickets"] if _changed_at(ticket) < chunk.until.timestamp()]
        yield {
            "tickets": completed(
                known,
                users=body.get("users") or [],
                metrics=body.get("metric_sets") or [],
                topic_field=options.topic_field,
            )
        }
        if body["end_of_stream"] or not body.get("after_cursor"):
            return
        asked = {"cursor": body["after_cursor"]}


def completed(
    tickets: Iterable[Json], *, users: Iterable[Json], metrics: Iterable[Json], topic_field: int | None = None
) -> list[Json]:
    """Tickets with `_requester`, `_metrics`, `_first_reply_at`, `_status` and `_topic`.

    Args:
        tickets: as the export gives them.
        users: users beside them.
        metrics: ticket metrics beside them.
        topic_field: id of the ticket field that holds the topic; the tags are the topic when None.
    """
    of_user = {user["id"]: user for user in users}
    of_ticket = {metric["ticket_id"]: metric for metric in metrics}
    return [
        {
            **ticket,
            "_requester": of_user.get(ticket["requester_id"]),
            "_metrics": of_ticket.get(ticket["id"]),
            "_first_reply_at": _first_reply_at(ticket, of_ticket.get(ticket["id"])),
            "_status": _status(ticket),
            "_topic": _topic(ticket, topic_field),
        }
        for ticket in tickets
    ]


def _status(ticket: Json) -> str:
    # Zendesk closes the ticket that goes, with this tag; counted, one question would be two.
    return "merged" if "closed_by_merge" in (ticket.get("tags") or []) else str(ticket["status"])


def _topic(ticket: Json, topic_field: int | None) -> str | None:
    if topic_field is None:
        return ", ".join(ticket.get("tags") or []) or None
    values = {field["id"]: field["value"] for field in ticket.get("custom_fields") or []}
    value = values.get(topic_field)
    return ", ".join(value) if isinstance(value, list) else value


def _first_reply_at(ticket: Json, metric: Json | None) -> str | None:
    minutes = ((metric or {}).get("reply_time_in_minutes") or {}).get("calendar")
    if minutes is None:
        return None
    return (datetime.fromisoformat(ticket["created_at"]) + timedelta(minutes=minutes)).isoformat()


def _changed_at(ticket: Json) -> float:
    # The export is ordered by this stamp, which the vendor's own jobs move too.
    stamp = ticket.get("generated_timestamp")
    return float(stamp) if stamp else datetime.fromisoformat(ticket["updated_at"]).timestamp()


def _ask(api: Api, params: Json) -> Json:
    try:
        return api.get(_PATH, params)
    except SourceError as error:
        if "cursor" in params and "InvalidCursor" in str(error).replace(" ", ""):
            raise ExpiredCursorError(
                "Zendesk no longer knows this cursor.", found="invalid cursor", fix="run this again"
            ) from None
        raise
