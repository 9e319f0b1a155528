"""One vendor's API: requests that wait, retry and renew, and errors that say what to do.

dlt's REST client does retries with backoff, Retry-After and time-outs; here it learns to treat
a body that was cut off as a failure, to keep a distance between requests, and never to repeat a secret.
"""

import math
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from requests import Response
from requests.exceptions import RequestException, Timeout

from countersign.core.errors import SourceError
from countersign.core.telemetry import switch_telemetry_off
from countersign.sources.connecting.answers import Reading, Said, nothing_more
from countersign.sources.connecting.authorisation import Authorisation

switch_telemetry_off()
from dlt.common.configuration.specs import RuntimeConfiguration  # noqa: E402 telemetry goes off first
from dlt.sources.helpers.requests.retry import Client  # noqa: E402
from dlt.sources.helpers.rest_client.client import RESTClient  # noqa: E402

Json = dict[str, Any]
Ready = TypeVar("Ready")
_SHOWN = 300
_RETRIED = (408, 425, 429, 500, 502, 503, 504, 520, 522, 524)


class ExpiredCursorError(SourceError):
    """The vendor has forgotten where we were; the chunk is read again from its start."""


class Api:
    """Requests to one vendor for one source.

    Args:
        vendor: the vendor's name, for errors.
        base_url: where paths start.
        auth: what signs requests.
        headers: headers of every request.
        secrets: values that must never be shown; replaced wherever a vendor's answer repeats them.
        requests_per_second: at most so many; 0 means no limit.
        timeout_s: seconds to wait for an answer.
        attempts: how often a request is tried.
        backoff_s: seconds before the second try; doubled for each further one.
        longest_wait_s: no wait is longer, also when Retry-After asks for more.
        reading: what an answer says in the vendor's own way.
        hosts: further hosts of the vendor that the token may travel to.
    """

    def __init__(
        self,
        vendor: str,
        base_url: str,
        *,
        auth: Authorisation | None,
        headers: Mapping[str, str] | None = None,
        secrets: tuple[str, ...] = (),
        requests_per_second: float = 10.0,
        timeout_s: float = 60.0,
        attempts: int = 6,
        backoff_s: float = 1.0,
        longest_wait_s: float = 120.0,
        reading: Reading = nothing_more,
        hosts: tuple[str, ...] = (),
    ) -> None:
        self.vendor = vendor
        self.base_url = base_url
        # What a stream wants to know again at the next load; kept once its chunk has landed.
        self.memory: dict[str, Any] = {}
        self._secrets = tuple(secret for secret in secrets if secret)
        self._distance_s = 1 / requests_per_second if requests_per_second else 0.0
        self._next_at = 0.0
        self._reading = reading
        self._known: dict[str, Any] = {}
        self._hosts = hosts
        self._backoff_s = backoff_s
        self._longest_wait_s = longest_wait_s
        session = Client(
            request_timeout=timeout_s,
            raise_for_status=False,
            status_codes=_RETRIED,
            retry_condition=[_is_cut_off, self._asks_again],
            request_max_attempts=attempts,
            request_backoff_factor=backoff_s,
            request_max_retry_delay=longest_wait_s,
        ).session
        # No proxy stands before this machine, and looking for one costs more than the request.
        session.trust_env = not base_url.startswith("http://")
        self._client = RESTClient(
            base_url,
            headers=dict(headers or {}),
            auth=auth,
            session=session,
            config=RuntimeConfiguration(),
        )

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Json:
        """The JSON body of a GET; see `request`."""
        return self.request("GET", path, params=params)

    def once(self, what: str, ask: Callable[[], Ready]) -> Ready:
        """What stays the same during a load, such as an account's currency: asked for the first time only."""
        if what not in self._known:
            self._known[what] = ask()
        known: Ready = self._known[what]
        return known

    def post(self, path: str, json: Mapping[str, Any], params: Mapping[str, Any] | None = None) -> Json:
        """The JSON body of a POST; see `request`."""
        return self.request("POST", path, params=params, json=json)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Send a request and return its JSON body; a list comes back as {"items": [...]}.

        Args:
            method: GET or POST.
            path: relative to `base_url`, or a whole address on the same host (a `next` link).
            params: query parameters; None values are left out.
            json: the body.
            headers: headers of this request.

        Raises:
            SourceError: the vendor refuses, stays away after all tries, or does not answer in JSON.
        """
        self._keep_distance()
        try:
            response = self._client.request(
                self._path(path),
                method=method,  # type: ignore[arg-type]
                params={name: value for name, value in (params or {}).items() if value is not None},
                json=dict(json) if json is not None else None,
                headers=dict(headers or {}),
                # A redirect to another host would carry our keys there.
                allow_redirects=False,
            )
        except RequestException as error:
            raise self._unreachable(error, path) from None
        return self._body(response, path)

    def until_ready(self, ask: Callable[[], Ready | None], *, what: str, longest_s: float = 3600.0) -> Ready:
        """Ask again and again, with longer and longer pauses, until the vendor has made something.

        Args:
            ask: gives what was made, or None while the vendor is at it.
            what: what is made, for the error.
            longest_s: how long to wait in all.

        Raises:
            SourceError: it is still not there.
        """
        pause_s, give_up_at = self._backoff_s, time.monotonic() + longest_s
        while (made := ask()) is None:
            if time.monotonic() + pause_s > give_up_at:
                raise SourceError(
                    f"{self.vendor} did not finish in time.",
                    found=f"{what}: not there after {longest_s:.0f} s",
                    fix="run this again later: it goes on where it stopped",
                )
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, 30.0)
        return made

    def hidden(self, text: str) -> str:
        """A text with every secret of this source replaced."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text

    def at(self, host: str, path: str) -> str:
        """A path on another of the vendor's hosts; in the sandbox one host plays them all."""
        return f"https://{host}{path}" if host in self._hosts else path

    def _path(self, path: str) -> str:
        if "://" not in path:
            return path
        # A `next` link to another host would carry our token there.
        scheme, _, host = self.base_url.split("/")[:3]
        if path.split("/")[:3] not in ([scheme, "", host], *(["https:", "", one] for one in self._hosts)):
            raise SourceError(
                f"{self.vendor} points to a page on another host.",
                found=path.split("/")[2],
                fix=f"nothing was sent there; report it to {self.vendor} or correct base_url ({host})",
            )
        return path

    def _keep_distance(self) -> None:
        now = time.monotonic()
        if now < self._next_at:
            time.sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + self._distance_s

    def _asks_again(self, response: Response | None, error: BaseException | None) -> bool:
        said = self._reading(response) if response is not None and error is None else None
        if response is None or said is None or said.kind != "ask_again":
            return False
        if said.wait_s:
            response.headers["Retry-After"] = str(math.ceil(said.wait_s))
        return True

    def _body(self, response: Response, path: str) -> Json:
        said = self._reading(response)
        if said is not None and said.kind == "slow_down":
            self._next_at = max(self._next_at, time.monotonic() + min(said.wait_s, self._longest_wait_s))
        elif said is not None or response.status_code >= 300:
            raise self._refusal(response, path, said)
        try:
            body = response.json()
        except ValueError:
            raise SourceError(
                f"{self.vendor} answered with something that is not JSON.",
                found=f"{path}: HTTP {response.status_code}, {len(response.content)} bytes, after all tries",
                fix="try again later; if it stays, check base_url and the vendor's status page",
            ) from None
        return body if isinstance(body, dict) else {"items": body}

    def _refusal(self, response: Response, path: str, said_so: Said | None = None) -> SourceError:
        said = self.hidden(" ".join(response.text.split()))[:_SHOWN]
        status = response.status_code
        found = f"{path.split('?')[0]}: HTTP {status}: {said or 'no reason given'}"
        kind = said_so.kind if said_so else ""
        if status in (401, 403) or kind == "not_allowed":
            fix = "check this source's secrets and the scopes in docs/sources; renew the token if it ran out"
        elif status == 429 or status >= 500 or kind == "ask_again":
            fix = "the vendor asks for patience or is down: run this again later, it goes on where it stopped"
        elif status == 410 or kind == "cursor_gone":
            return ExpiredCursorError(
                f"{self.vendor} no longer knows this cursor.", found=found, fix="run this again"
            )
        else:
            fix = "check the source's options (account, property, site) against docs/sources"
        return SourceError(f"{self.vendor} refused a request.", found=found, fix=fix)

    def _unreachable(self, error: RequestException, path: str) -> SourceError:
        what = "no answer in time" if isinstance(error, Timeout) else type(error).__name__
        return SourceError(
            f"{self.vendor} cannot be reached.",
            found=f"{path.split('?')[0]}: {what}, after all tries",
            fix="check the network and the vendor's status page, then run this again: it goes on from here",
        )


def _is_cut_off(response: Response | None, error: BaseException | None) -> bool:
    """Whether a body that should be JSON ends too early, as when a connection is dropped."""
    if response is None or error is not None or not response.ok:
        return False
    if "json" not in response.headers.get("Content-Type", ""):
        return False
    try:
        response.json()
    except ValueError:
        return True
    return False
