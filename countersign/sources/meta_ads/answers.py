"""What Meta's answers mean: limits are told by HTTP 400 and a code, the load of an account by a header."""

import json
from collections.abc import Iterator
from typing import Any

from requests import Response

from countersign.sources.connecting.answers import Said

# Limits of the app, the user, the page, custom limits, and all business use cases (80000 to 80014).
_BUSY = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
_DOWN = frozenset({1, 2})
_TOKEN = frozenset({10, 102, 190, *range(200, 300)})
_USAGE = "X-Business-Use-Case-Usage"
_NEARLY_FULL = 90
_BREATH_S = 5.0


def read_answer(response: Response) -> Said | None:
    """What an answer of the Graph API says besides its status; see `Said`."""
    if response.ok:
        if _used(response) < _NEARLY_FULL:
            return None
        return Said("slow_down", max(_regain_s(response), _BREATH_S))
    error = _error(response)
    code = error.get("code")
    if code in _BUSY:
        return Said("ask_again", _regain_s(response))
    if code in _DOWN or error.get("is_transient"):
        return Said("ask_again")
    if code in _TOKEN:
        return Said("not_allowed")
    if code == 100 and "cursor" in str(error.get("message", "")).lower():
        return Said("cursor_gone")
    return None


def _error(response: Response) -> dict[str, Any]:
    try:
        error = response.json().get("error")
    except (ValueError, AttributeError):
        return {}
    return error if isinstance(error, dict) else {}


def _uses(response: Response) -> Iterator[dict[str, Any]]:
    try:
        said = json.loads(response.headers.get(_USAGE) or "{}")
    except ValueError:
        return
    for uses in said.values() if isinstance(said, dict) else ():
        yield from (use for use in uses if isinstance(use, dict))


def _used(response: Response) -> float:
    """Percent of what the account may use now, by whichever measure is highest."""
    measures = ("call_count", "total_cputime", "total_time")
    return max((float(use.get(name) or 0) for use in _uses(response) for name in measures), default=0.0)


def _regain_s(response: Response) -> float:
    # Meta says minutes.
    minutes = (float(use.get("estimated_time_to_regain_access") or 0) for use in _uses(response))
    return 60 * max(minutes, default=0.0)
