"""What Microsoft's answers mean: its errors carry numbers of their own beside HTTP's status."""

from requests import Response

from countersign.sources.connecting.answers import Said

_LISTS = ("Errors", "OperationErrors", "BatchErrors")
# CallRateExceeded and too many concurrent requests; a minute is what Microsoft asks for.
_BUSY = frozenset({117, 4204, 4205, 4206})
_WAIT_S = 60.0
_INTERNAL = 0
_TOKEN = frozenset({100, 102, 103, 104, 105, 106, 110, 120})


def read_answer(response: Response) -> Said | None:
    """What an answer of Microsoft Advertising says besides its status; see `Said`."""
    # 401 is left alone: a token that ran out (109) is renewed and the request sent again.
    if response.ok or response.status_code in (401, 429) or response.status_code >= 500:
        return None
    codes = _codes(response)
    if codes & _BUSY:
        return Said("ask_again", _WAIT_S)
    if _INTERNAL in codes:
        return Said("ask_again")
    return Said("not_allowed") if codes & _TOKEN else None


def _codes(response: Response) -> set[object]:
    try:
        body = response.json()
    except ValueError:
        return set()
    if not isinstance(body, dict):
        return set()
    return {error.get("Code") for name in _LISTS for error in body.get(name) or [] if isinstance(error, dict)}
