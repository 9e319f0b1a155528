"""What TikTok's answers mean: HTTP says 200 to everything, and a code in the body says how it went."""

from requests import Response

from countersign.sources.connecting.answers import Said

_OK = 0
# Too many requests, by app or in general; 50000 and more are faults of TikTok's own.
_BUSY = frozenset({40100, 40133, 40016})
_TOKEN = frozenset({40001, 40101, 40102, 40103, 40104, 40105, 40106, 40110})


def read_answer(response: Response) -> Said | None:
    """What an answer of TikTok says besides its status; see `Said`."""
    if not response.ok:
        return None
    try:
        body = response.json()
    except ValueError:
        return None
    code = body.get("code") if isinstance(body, dict) else None
    if code == _OK:
        return None
    if code in _BUSY or (isinstance(code, int) and 50000 <= code < 60000):
        return Said("ask_again")
    return Said("not_allowed" if code in _TOKEN else "refused")
