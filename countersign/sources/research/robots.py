"""What a site's robots.txt allows us, and how long it wants us to wait between two pages (RFC 9309)."""

from dataclasses import dataclass

from protego import Protego

from countersign.core.errors import SourceError
from countersign.sources.research.requesting import Answer

# The name that a site's owner may address in robots.txt.
ROBOT = "CountersignResearch"
# RFC 9309 asks for at least 500 KiB; what follows is not read, however long it is.
MOST_BYTES = 512 * 1024
# Between two pages of one site, also where robots.txt asks for no pause.
PAUSE_S = 1.0


@dataclass(frozen=True)
class Robots:
    """What a site allows: `rules` is None where all is allowed, and nothing is when it is closed."""

    rules: Protego | None = None
    is_closed: bool = False

    def allows(self, url: str) -> bool:
        """Whether a page may be read."""
        if self.is_closed:
            return False
        return self.rules is None or self.rules.can_fetch(url, ROBOT)

    @property
    def pause_s(self) -> float:
        """Seconds to wait before the next page of the site."""
        asked = self.rules.crawl_delay(ROBOT) if self.rules else None
        return max(PAUSE_S, min(asked, 86_400.0) if asked else 0.0)


def read_robots(answer: Answer | None) -> Robots:
    """The rules in an answer to /robots.txt; None when there was no answer.

    Where there is no robots.txt all is allowed; where it cannot be read now, nothing is.
    """
    if answer is None or answer.status >= 500 or answer.status == 429 or 300 <= answer.status < 400:
        return Robots(is_closed=True)
    if answer.status >= 400:
        return Robots()
    text = answer.body.decode("utf-8", "replace")
    if answer.is_cut:
        # Half a line could be read as a wider rule than it is.
        text = text.rpartition("\n")[0]
    return Robots(Protego.parse(text))


class DisallowedError(SourceError):
    """The site's robots.txt keeps us from a page; nothing of it was fetched."""
