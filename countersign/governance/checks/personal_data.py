"""Personal data in what would be published: e-mail, phone, card and network addresses. Masked in results."""

import ipaddress
import re
from collections.abc import Callable, Iterator

from countersign.core.contracts import CheckResult
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered, Rule

_FOUND = Rule("personal_data.found", default="block")
_EMAIL = re.compile(r"[\w.%+-]{1,64}(?:@|＠|%40|&#64;)[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_PHONE = re.compile(
    r"(?<![\w+.,-])(?:\+\d(?:[ \u00a0()/-]{0,2}\d){8,14}"
    r"|0\d{2,4}[ \u00a0/-]\d(?:[ \u00a0-]?\d){5,9}|\(\d{3}\) ?\d{3}[ -]\d{4})(?![\w,.]\d|\d)"
)
_CARD = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w.,-])")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)")
_IPV6 = re.compile(r"(?<![\w:])[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){3,7}(?![\w:])")


def check(rendered: Rendered, policy: Policy) -> Iterator[CheckResult]:
    """Block each piece of personal data in the text of both files, and e-mails anywhere in the HTML."""
    text = rendered.visible_text
    searches: tuple[tuple[str, re.Pattern[str], str, Callable[[str], bool]], ...] = (
        ("an e-mail address", _EMAIL, f"{text}\n{rendered.html}", _always),
        ("a phone number", _PHONE, text, _always),
        ("a card number", _CARD, text, _passes_luhn),
        ("a network address", _IPV4, text, _is_address),
        ("a network address", _IPV6, text, _is_address),
    )
    for what, pattern, where, is_real in searches:
        for found in sorted({match.group() for match in pattern.finditer(where) if is_real(match.group())}):
            reason = f"The text holds {what}; published files must not hold personal data."
            yield from _FOUND.broken(policy, reason=reason, span=mask(found))


def mask(found: str) -> str:
    """The first and last character with dots between, so that a result does not spread what it found.

    >>> mask("ines@example.com")
    'i…m'
    """
    return f"{found[0]}…{found[-1]}"


def _always(found: str) -> bool:
    return bool(found)


def _passes_luhn(found: str) -> bool:
    digits = [int(char) for char in found if char.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_address(found: str) -> bool:
    try:
        ipaddress.ip_address(found)
    except ValueError:
        return False
    return True
