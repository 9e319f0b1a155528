"""Prefect's REST API as far as we need it, over HTTP: approving never imports Prefect.

A refused state change answers HTTP 200 or 201 with "REJECT" or "ABORT" in the body, and SQLite
answers 503 under races: bodies are read, and 503 is tried again.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from countersign.core.errors import PipelineError, SettingsError

TIMEOUT_S = 20.0
ATTEMPTS = 6
PAGE = 200


class PrefectError(PipelineError):
    """The Prefect server refused what was asked of it."""


@dataclass(frozen=True)
class ReviewRun:
    """One run of the review flow, as the server knows it."""

    id: str
    name: str
    state: str
    state_name: str
    proposal_id: str
    digest: str


class PrefectApi:
    """A few calls to one Prefect server.

    Args:
        client: an httpx client whose base URL ends in /api and that carries the credential.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def is_healthy(self) -> bool:
        """Whether the server answers."""
        try:
            return self._client.get("/health", timeout=3).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def deployment_id(self, flow_and_name: str) -> str | None:
        """Id of the deployment "flow/name", or None before it is registered."""
        answer = self._call("GET", f"/deployments/name/{flow_and_name}", missing_is_none=True)
        return str(answer["id"]) if answer else None

    def review_runs(self, deployment_id: str) -> list[ReviewRun]:
        """Every run of the review deployment that has not ended, oldest first."""
        live = ["PAUSED", "SCHEDULED", "PENDING", "RUNNING", "CANCELLING"]
        body = {
            "flow_runs": {
                "deployment_id": {"any_": [deployment_id]},
                "state": {"type": {"any_": live}},
            },
            "sort": "START_TIME_ASC",
            "limit": PAGE,
        }
        found: list[ReviewRun] = []
        while True:
            page = self._call("POST", "/flow_runs/filter", {**body, "offset": len(found)})
            found.extend(_as_review_run(run) for run in page)
            if len(page) < PAGE:
                return found

    def count_runs(self, deployment_id: str, *, tag: str) -> int:
        """How many runs of a deployment ever carried a tag, ended ones too."""
        body = {
            "flow_runs": {"deployment_id": {"any_": [deployment_id]}, "tags": {"all_": [tag]}},
        }
        return int(self._call("POST", "/flow_runs/count", body))

    def create_suspended_run(
        self,
        deployment_id: str,
        *,
        name: str,
        parameters: Mapping[str, object],
        tags: list[str],
        pause_key: str,
        idempotency_key: str,
    ) -> str:
        """Create a run that waits from its first moment: no process is started for it."""
        keyset = {part: f"suspended-{pause_key}-{part}" for part in ("description", "response", "schema")}
        answer = self._call(
            "POST",
            f"/deployments/{deployment_id}/create_flow_run",
            {
                "name": name,
                "parameters": dict(parameters),
                "tags": tags,
                "idempotency_key": idempotency_key,
                "empirical_policy": {"pause_keys": [pause_key]},
                "state": {
                    "type": "PAUSED",
                    "name": "Suspended",
                    "message": "Waiting for a person to countersign.",
                    "state_details": {
                        "pause_reschedule": True,
                        "pause_key": pause_key,
                        "run_input_keyset": keyset,
                    },
                },
            },
        )
        return str(answer["id"])

    def put_input(self, run_id: str, key: str, value: str) -> None:
        """Store one input of a run; one that is there already stays as it is."""
        self._call("POST", f"/flow_runs/{run_id}/input", {"key": key, "value": value}, conflict_is_fine=True)

    def put_markdown(self, run_id: str, *, key: str, text: str, description: str) -> None:
        """Show a text on the run's Artifacts tab."""
        self._call(
            "POST",
            "/artifacts/",
            {
                "flow_run_id": run_id,
                "key": key,
                "type": "markdown",
                "data": text,
                "description": description,
            },
        )

    def end_run(self, run_id: str, *, state: str, name: str, message: str) -> None:
        """Put a run into a final state, whatever state it is in."""
        self._call(
            "POST",
            f"/flow_runs/{run_id}/set_state",
            {"state": {"type": state, "name": name, "message": message}, "force": True},
        )

    def resume(self, run_id: str, answers: Mapping[str, object]) -> str:
        """Resume a run with input; returns what the server's body says: ACCEPT, REJECT or ABORT."""
        answer = self._call("POST", f"/flow_runs/{run_id}/resume", {"run_input": dict(answers)})
        return str(answer["status"])

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        missing_is_none: bool = False,
        conflict_is_fine: bool = False,
    ) -> Any:
        for attempt in range(ATTEMPTS):
            try:
                answer = self._client.request(method, path, json=body)
            except httpx.HTTPError as error:
                raise PrefectError(
                    "The Prefect server cannot be reached.",
                    found=f"{method} {self._client.base_url}{path.lstrip('/')}: {error}",
                    fix="start it with `countersign up`, or correct PREFECT_API_URL; no decision is lost",
                ) from error
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(0.2 * 2**attempt)
        if missing_is_none and answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if conflict_is_fine and answer.status_code == httpx.codes.CONFLICT:
            return None
        if answer.is_error:
            raise PrefectError(
                "The Prefect server refused a request.",
                found=f"{method} {path}: HTTP {answer.status_code} {answer.text[:200]}",
                fix="check PREFECT_API_URL and PREFECT_API_AUTH_STRING, then run this again",
            )
        return answer.json() if answer.content else None


def _as_review_run(run: Mapping[str, Any]) -> ReviewRun:
    return ReviewRun(
        id=run["id"],
        name=run["name"],
        state=run["state_type"],
        state_name=run["state_name"],
        proposal_id=str(run["parameters"].get("proposal_id", "")),
        digest=str(run["parameters"].get("digest", "")),
    )


@contextmanager
def open_prefect_api(url: str, *, credential: str | None) -> Iterator[PrefectApi]:
    """Speak to the server at a URL that ends in /api.

    Args:
        url: e.g. http://127.0.0.1:4200/api.
        credential: "user:password" as in PREFECT_API_AUTH_STRING, or None.

    Raises:
        SettingsError: the URL is not one of an HTTP server.
    """
    if not url.startswith(("http://", "https://")):
        raise SettingsError(
            "PREFECT_API_URL is not the address of a server.",
            found=url,
            fix="give it as http://HOST:PORT/api",
        )
    user, _, password = (credential or "").partition(":")
    auth = (user, password) if credential else None
    with httpx.Client(base_url=url.rstrip("/"), auth=auth, timeout=TIMEOUT_S) as client:
        yield PrefectApi(client)
