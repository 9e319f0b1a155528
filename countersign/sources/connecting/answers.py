"""What a vendor's answer means where HTTP's status does not say it: each vendor's own words for patience."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from requests import Response


@dataclass(frozen=True)
class Said:
    """What an answer says in the vendor's own way.

    "slow_down": the answer is good, the next question should wait. "ask_again": no answer now, the same
    question may be asked later. "not_allowed": the token or its rights are refused. "refused": the
    question is refused for another reason, whatever HTTP's status says. "cursor_gone": the vendor forgot
    where we were, and the chunk is read again from its start.
    """

    kind: Literal["slow_down", "ask_again", "not_allowed", "refused", "cursor_gone"]
    wait_s: float = 0.0


# Reads an answer; None when HTTP's status says it all.
Reading = Callable[[Response], Said | None]


def nothing_more(response: Response) -> Said | None:
    """For vendors whose HTTP status says it all."""
    return None
