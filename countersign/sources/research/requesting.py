"""One GET to a checked address: bounded in time and bytes, without proxies, redirects or cookies."""

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import certifi

from countersign.core.errors import SourceError
from countersign.sources.research.addresses import Address, Place

_PIECE = 65_536
_CONNECT_S = 10.0


@dataclass(frozen=True)
class Answer:
    """What a server said. `is_cut` when the body was longer than asked for and ends early."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool = False


class UnreadableError(SourceError):
    """One page cannot be read now; the others of its source can."""


def get(
    place: Place,
    addresses: Sequence[Address],
    *,
    headers: Mapping[str, str],
    most_bytes: int,
    time_s: float,
    may_cut: bool = False,
) -> Answer:
    """Ask for one page at the addresses that were checked.

    Args:
        place: what is asked for; its host is what TLS must prove.
        addresses: where the connection goes, whatever the name resolves to by now; the first that answers.
        headers: of the request.
        most_bytes: of the body, as sent and as unpacked.
        time_s: for everything, from connecting to the last byte.
        may_cut: a longer body is cut instead of refused.

    Raises:
        UnreadableError: no answer in time, too long, or not HTTP.
    """
    connection = _Pinned(place, addresses, timeout=min(_CONNECT_S, time_s))
    deadline = time.monotonic() + time_s
    # A server that drips single bytes never meets a socket's own time limit; this ends it all the same.
    watch = threading.Timer(time_s, connection.abort)
    watch.daemon = True
    watch.start()
    try:
        connection.request("GET", place.target, headers={**headers, "Accept-Encoding": "gzip"})
        response = connection.getresponse()
        body, is_cut = _body(response, most_bytes)
        if connection.is_aborted:
            raise TimeoutError
        if is_cut and not may_cut:
            raise _unreadable(place, f"the page is larger than {most_bytes:,} bytes")
        return Answer(
            response.status, {name.lower(): value for name, value in response.getheaders()}, body, is_cut
        )
    except (OSError, http.client.HTTPException, zlib.error, EOFError, ValueError) as error:
        what = "no answer in time" if time.monotonic() >= deadline else type(error).__name__
        raise _unreadable(place, what) from None
    finally:
        watch.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked; over TLS when the place says https."""

    def __init__(self, place: Place, addresses: Sequence[Address], *, timeout: float) -> None:
        super().__init__(place.host, place.port, timeout=timeout)
        self.default_port = 443 if place.scheme == "https" else 80
        self._place = place
        self._addresses = addresses
        self.is_aborted = False

    def connect(self) -> None:
        """Connect to a checked address; the name is used for TLS and the Host header only."""
        plain = self._connected()
        self.sock = plain
        if self.is_aborted:
            raise TimeoutError
        if self._place.scheme == "https":
            self.sock = _tls().wrap_socket(plain, server_hostname=self._place.host)

    def _connected(self) -> socket.socket:
        for address in self._addresses[:-1]:
            with suppress(OSError):
                return socket.create_connection((str(address), self._place.port), timeout=self.timeout)
        return socket.create_connection((str(self._addresses[-1]), self._place.port), timeout=self.timeout)

    def abort(self) -> None:
        """End whatever the connection is waiting for."""
        self.is_aborted = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


@cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _body(response: http.client.HTTPResponse, most: int) -> tuple[bytes, bool]:
    """The unpacked body, at most so many bytes, and whether there was more."""
    packing = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if packing not in ("identity", "gzip", "x-gzip", ""):
        raise ValueError(packing)
    unpack = zlib.decompressobj(wbits=31) if "gzip" in packing else None
    found, taken = bytearray(), 0
    while piece := response.read1(_PIECE):
        taken += len(piece)
        # Never more than one byte over the limit is unpacked, however well it was packed.
        found += unpack.decompress(piece, most + 1 - len(found)) if unpack else piece
        if len(found) > most or taken > most:
            return bytes(found[:most]), True
    if response.length or (unpack and taken and not unpack.eof):
        raise EOFError
    return bytes(found), False


def _unreadable(place: Place, what: str) -> UnreadableError:
    return UnreadableError(
        "A page cannot be read.",
        found=f"{place.url}: {what}",
        fix="look at the page in a browser; the next load tries it again",
    )
