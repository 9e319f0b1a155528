"""Forms that people filled in, and marketing e-mails with their statistics."""

from collections.abc import Iterator
from typing import Any

from countersign.sources.connecting.api import Api
from countersign.sources.connecting.connector import Chunk, Page
from countersign.sources.hubspot.objects import next_cursor
from countersign.sources.hubspot.options import HubSpotOptions

Json = dict[str, Any]
# HubSpot's most for submissions; e-mails come with their whole content.
_PAGE = 50


def fetch_form_submissions(api: Api, options: HubSpotOptions, chunk: Chunk) -> Iterator[Page]:
    """Submissions of every form, newest first, back to the chunk's start.

    Each gets `_form` (name and id) and `_values`, what was filled in by field.
    """
    earliest = round(chunk.since.timestamp() * 1000) if chunk.since else 0
    for form in _forms(api):
        for submissions in _submissions(api, form["id"], earliest=earliest):
            yield {"form_submissions": [submission_of(submission, form) for submission in submissions]}


def fetch_marketing_emails(api: Api, options: HubSpotOptions, chunk: Chunk) -> Iterator[Page]:
    """Marketing e-mails with their totals so far; all of them each time, because totals go on counting."""
    for page in _pages(api, "/marketing/v3/emails", {"limit": _PAGE, "includeStats": "true"}):
        yield {"marketing_emails": page}


def _forms(api: Api) -> Iterator[Json]:
    for page in _pages(api, "/marketing/v3/forms", {"limit": 100, "archived": "false"}):
        yield from page


def _submissions(api: Api, form: str, *, earliest: int) -> Iterator[list[Json]]:
    path = f"/form-integrations/v1/submissions/forms/{form}"
    for page in _pages(api, path, {"limit": _PAGE}):
        wanted = [submission for submission in page if int(submission["submittedAt"]) >= earliest]
        yield wanted
        if len(wanted) < len(page):
            return


def _pages(api: Api, path: str, params: Json) -> Iterator[list[Json]]:
    after: str | None = None
    while True:
        body = api.get(path, {**params, "after": after})
        yield body["results"]
        after = next_cursor(body)
        if after is None:
            return


def submission_of(submission: Json, form: Json) -> Json:
    """A submission with its form, its values by field, and a number where HubSpot gives none."""
    values = {str(one["name"]): one.get("value") for one in submission.get("values") or ()}
    number = submission.get("conversionId") or f"{form['id']}-{submission['submittedAt']}"
    return {
        **submission,
        "_id": number,
        "_form": {"id": form["id"], "name": form.get("name")},
        "_values": values,
    }
