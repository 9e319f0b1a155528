"""Campaigns with their reports, and the activity of each person in the campaigns of the last weeks."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pydantic import Field

from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk, Json, Options, Page

_PAGE = 1000


class MailchimpOptions(Options):
    """For how many days after it was sent a campaign is asked for new opens and clicks; 0 for never."""

    activity_days: int = Field(90, ge=0, le=3650)


def fetch_campaigns(api: Api, options: MailchimpOptions, chunk: Chunk) -> Iterator[Page]:
    """All campaigns, sent or not, with their totals so far. Part: campaigns."""
    reports = list(_read(api, "/3.0/reports", "reports"))
    sorting = {"sort_field": "create_time", "sort_dir": "ASC"}
    yield {"campaigns": completed(_read(api, "/3.0/campaigns", "campaigns", sorting), reports=reports)}


def fetch_activity(api: Api, options: MailchimpOptions, chunk: Chunk) -> Iterator[Page]:
    """Opens, clicks, bounces and unsubscribes. Parts: email_activity and unsubscribes."""
    since = chunk.since.astimezone(UTC) if chunk.since else None
    sent_after = chunk.until.astimezone(UTC) - timedelta(days=options.activity_days)
    query = {"since_send_time": f"{sent_after:%Y-%m-%dT%H:%M:%S+00:00}"}
    for report in list(_read(api, "/3.0/reports", "reports", query)):
        path = f"/3.0/reports/{report['id']}"
        if _is_news(report, since):
            asked = {"since": f"{since:%Y-%m-%dT%H:%M:%S+00:00}"} if since else {}
            members = _read(api, f"{path}/email-activity", "emails", asked)
            yield {"email_activity": [event for one in members for event in unfolded(one)]}
        if report["unsubscribed"]:
            left = _read(api, f"{path}/unsubscribed", "unsubscribes")
            yield {"unsubscribes": [with_event_id({**one, "action": "unsubscribe"}) for one in left]}


def completed(campaigns: Iterable[Json], *, reports: Iterable[Json]) -> list[Json]:
    """Campaigns with `_report`; a report whose campaign is not in the list stands for it."""
    of_campaign = {report["id"]: report for report in reports}
    found = [{**campaign, "_report": of_campaign.pop(campaign["id"], None)} for campaign in campaigns]
    return found + [
        {
            "id": report["id"],
            "type": report["type"],
            "status": "sent",
            "send_time": report["send_time"],
            "emails_sent": report["emails_sent"],
            "settings": {"title": report["campaign_title"], "subject_line": report["subject_line"]},
            "_report": report,
        }
        for report in of_campaign.values()
    ]


def unfolded(member: Json) -> list[Json]:
    """One record for each thing that a member did, instead of a list of them."""
    person = {name: value for name, value in member.items() if name not in ("activity", "_links")}
    return [with_event_id({**person, **done}) for done in member["activity"]]


def with_event_id(event: Json) -> Json:
    """The event with `_event_id`: what tells it from all others, in the form of an e-mail address."""
    moment = re.sub(r"\D", "", event["timestamp"])
    page = sha256(event.get("url", "").encode()).hexdigest()[:12]
    told = f"mailchimp.{event['campaign_id']}.{event['action']}.{moment}.{page}"
    return {**event, "_event_id": f"{told}.{event['email_address']}"}


def _is_news(report: Json, since: datetime | None) -> bool:
    """Whether anybody may have done something since; bounces come soon after sending."""
    if since is None:
        return bool(report["emails_sent"])
    seen = (report["opens"]["last_open"], report["clicks"]["last_click"], report["send_time"])
    return any(datetime.fromisoformat(one) >= since - timedelta(days=3) for one in seen if one)


def _read(api: Api, path: str, records: str, params: Json | None = None) -> Iterator[Json]:
    offset = 0
    while True:
        body = api.get(path, {**(params or {}), "count": _PAGE, "offset": offset})
        yield from body[records]
        offset += len(body[records])
        if not body[records] or offset >= body["total_items"]:
            return
