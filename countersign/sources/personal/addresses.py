"""E-mail and network addresses in text."""

import ipaddress
import re
from collections.abc import Iterator

from countersign.sources.personal.spans import Span

_EMAIL = re.compile(r"[^\W_][\w.%+'’-]{0,63}(?:@|＠|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}\.[^\W\d_]{2,24}")
# As people write it who do not want it to be read: anna [at] example (dot) org.
_HIDDEN = re.compile(
    r"[^\W_][\w.+-]{0,63}\s?[\[({]\s?(?:at|ät|@|arroba)\s?[\])}]\s?[\w-]{1,63}"
    r"(?:\s?(?:\.|[\[({]\s?(?:dot|punkt|point|punto|\.)\s?[\])}]|dot|punkt)\s?[\w-]{2,63}){1,4}",
    re.IGNORECASE,
)
_IPV4 = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4}(?![\w:])")
_VERSION = re.compile(
    r"(?:\bv|versi[oó]n|release|build|firmware|update|driver|treiber|stand|app|sdk)[\s.:#]{0,3}$",
    re.IGNORECASE,
)


def find_addresses(text: str) -> Iterator[Span]:
    """E-mail addresses, also when written to be hidden, and IPv4 and IPv6 addresses."""
    if "@" in text or "%40" in text or "＠" in text:
        yield from (Span(*match.span(), "email") for match in _EMAIL.finditer(text))
    if "(" in text or "[" in text or "{" in text:
        yield from (Span(*match.span(), "email") for match in _HIDDEN.finditer(text))
    if text.count(".") >= 3:
        for match in _IPV4.finditer(text):
            if _is_address(match.group()) and not _VERSION.search(
                text[max(0, match.start() - 14) : match.start()]
            ):
                yield Span(*match.span(), "ip")
    if text.count(":") >= 2:
        yield from (Span(*m.span(), "ip") for m in _IPV6.finditer(text) if _is_address(m.group()))


def _is_address(found: str) -> bool:
    try:
        ipaddress.ip_address(found)
    except ValueError:
        return False
    return True
