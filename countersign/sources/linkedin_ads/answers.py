"""What LinkedIn's answers mean besides their status: a page token that has expired is told by HTTP 400."""

from requests import Response

from countersign.sources.connecting.answers import Said


def read_answer(response: Response) -> Said | None:
    """What an answer of LinkedIn says besides its status; see `Said`."""
    if response.status_code != 400:
        return None
    try:
        body = response.json()
    except ValueError:
        return None
    words = (
        f"{body.get('code')} {body.get('message')}".replace("_", "").lower() if isinstance(body, dict) else ""
    )
    return Said("cursor_gone") if "pagetoken" in words else None
