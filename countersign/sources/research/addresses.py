"""Which addresses a page may be fetched from: public ones, named by a host name, and no others.

A page decides where its redirects lead, and whoever runs a name decides what it resolves to. So a name is
resolved once, every answer is checked, and the connection goes to an address that was checked.
"""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

import idna

from countersign.core.errors import SourceError

Address = IPv4Address | IPv6Address
# Host name and port to addresses as text.
Lookup = Callable[[str, int], Sequence[str]]

_PORTS = {"http": 80, "https": 443}
_LONGEST_URL = 2000
# Ranges that translate or tunnel to IPv4, or that a cloud answers itself; Python calls some of them global.
_ALSO_REFUSED = tuple(
    ip_network(text)
    for text in (
        "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "fec0::/10", "::/96", "::ffff:0:0/96",
        "192.88.99.0/24", "168.63.129.16/32",
    )
)  # fmt: skip
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True)
class Place:
    """A checked web address, cut into what a request needs. `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def url(self) -> str:
        """The address, spelt in one way."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.target}"

    @property
    def site(self) -> tuple[str, str, int]:
        """What robots.txt and pauses belong to."""
        return self.scheme, self.host, self.port


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet.

    >>> is_public(ip_address("93.184.216.34")), is_public(ip_address("169.254.169.254"))
    (True, False)
    """
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    return not any(address.version == net.version and address in net for net in _ALSO_REFUSED)


@dataclass(frozen=True)
class Reach:
    """What may be connected to. There is one in use, PUBLIC; only a test makes another."""

    is_allowed: Callable[[Address], bool]
    ports: frozenset[int] | None


PUBLIC = Reach(is_public, frozenset(_PORTS.values()))


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name, as the machine's resolver says."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def parse_place(url: str, *, ports: frozenset[int] | None = PUBLIC.ports) -> Place:
    """Cut a web address into its parts, and refuse every spelling that could hide where it leads.

    Raises:
        ValueError: it is no plain http or https address of a named host; says why.
    """
    if len(url) > _LONGEST_URL or re.search(r"[\x00-\x20\x7f\\]", url):
        raise ValueError("the address is too long, or holds spaces or control characters")
    parts = urlsplit(url)
    if parts.scheme not in _PORTS:
        raise ValueError("only http and https addresses are read")
    if "@" in parts.netloc:
        raise ValueError("an address with a user or password in it is not read")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise ValueError("the port is no number") from None
    if ports is not None and port not in ports:
        raise ValueError(f"only ports 80 and 443 are read, not {port}")
    # An ideograph or an accent in a path is sent as its UTF-8 bytes; what is escaped already stays.
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Place(parts.scheme, _host(parts.hostname or ""), port, target)


def addresses_of(place: Place, *, reach: Reach, look_up: Lookup) -> list[Address]:
    """The checked addresses of a place; the caller connects to one of them and never asks again.

    Raises:
        SourceError: the name is unknown, or one of its addresses may not be reached.
    """
    try:
        found = [ip_address(text.partition("%")[0]) for text in look_up(place.host, place.port)]
    except (OSError, ValueError, UnicodeError):
        found = []
    if not found:
        raise SourceError(
            "A page's host has no address.",
            found=place.host,
            fix="check the spelling of the page under `options` and the network, then load again",
        )
    # One bad answer among good ones is how a name is turned against its readers.
    if not all(reach.is_allowed(address) for address in found):
        raise SourceError(
            "A page's host leads to an address that is never fetched.",
            found=f"{place.host} is a private, local or reserved address",
            fix="take the page out of `options`: only pages of the open internet are read",
        )
    return list(dict.fromkeys(found))


def _host(name: str) -> str:
    try:
        host = idna.encode(name.rstrip("."), uts46=True).decode() if not name.isascii() else name.rstrip(".")
    except (idna.IDNAError, UnicodeError):
        raise ValueError("the host is no host name") from None
    labels = host.lower().split(".")
    if _NUMBER.fullmatch(labels[-1]) or ":" in host:
        raise ValueError("the host is a number, not a name: pages are read by name only")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or len(host) > 253:
        raise ValueError("the host is no full host name such as www.example.com")
    return host.lower()
