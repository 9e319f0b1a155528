"""Fetch a finished report: a zip from Microsoft's storage, unpacked within limits, without our token."""

import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from urllib.parse import urlsplit

from requests import Session
from requests.exceptions import RequestException

from countersign.core.errors import SourceError
from countersign.sources.connecting.api import Api

# A week of ad groups is a few megabytes; far above that something else came.
LARGEST_ZIP = 256 << 20
LARGEST_CSV = 2 << 30
LARGEST_LINE = 1 << 20
LARGEST_RATIO = 200
RATIO_COUNTS_FROM = 64 << 20
_PIECE = 1 << 20
_TIMEOUT_S = 60.0
_PAUSES_S = (0.2, 1.0, 5.0)
_HOSTS = (".blob.core.windows.net", ".bingads.microsoft.com")


@contextmanager
def open_report(api: Api, url: str) -> Iterator[Iterator[str]]:
    """The lines of the CSV inside the zip at an address, with their ends, without a byte-order mark.

    Raises:
        SourceError: the address is not Microsoft's, the zip is no report, or it expands too far.
    """
    _check_address(api, url)
    with tempfile.TemporaryFile() as packed:
        _fetch_whole(api, url, packed)
        try:
            with zipfile.ZipFile(packed) as archive, archive.open(_only_member(archive)) as member:
                yield _lines(member)
        except (zipfile.BadZipFile, zlib.error, UnicodeDecodeError, EOFError, NotImplementedError) as error:
            raise _broken(f"{type(error).__name__} while unpacking") from None


def _check_address(api: Api, url: str) -> None:
    parts = urlsplit(url)
    if parts.netloc == urlsplit(api.base_url).netloc and api.base_url.startswith("http://"):
        return
    if parts.scheme != "https" or not (parts.hostname or "").endswith(_HOSTS):
        raise SourceError(
            f"{api.vendor} offers a report at an address that is not its own.",
            found=parts.hostname or "no host",
            fix="nothing was fetched; report it to Microsoft",
        )


def _fetch_whole(api: Api, url: str, into: IO[bytes]) -> None:
    """Fetch until a whole zip is there; what was cut off or refused for now is fetched again."""
    for pause_s in (*_PAUSES_S, None):
        into.seek(0)
        into.truncate()
        try:
            what = _fetch(url, into)
        except RequestException as error:
            what = type(error).__name__
        if what is None and zipfile.is_zipfile(into):
            return
        if pause_s is None:
            raise _broken(what or "not a whole zip, after all tries")
        time.sleep(pause_s)


def _fetch(url: str, into: IO[bytes]) -> str | None:
    """Fetch once; says what went wrong, or None."""
    # No token, no redirect: the address is signed by itself, and leads nowhere else.
    with (
        Session() as session,
        session.get(url, stream=True, timeout=_TIMEOUT_S, allow_redirects=False) as answer,
    ):
        if answer.status_code != 200:
            return f"HTTP {answer.status_code}"
        for piece in answer.iter_content(_PIECE):
            into.write(piece)
            if into.tell() > LARGEST_ZIP:
                raise _too_large(f"a zip of more than {LARGEST_ZIP} bytes")
    return None


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1 or not members[0].filename.lower().endswith(".csv"):
        raise _broken(f"{len(members)} files in the zip instead of one CSV")
    packed, unpacked = members[0].compress_size, members[0].file_size
    if unpacked > max(RATIO_COUNTS_FROM, LARGEST_RATIO * max(packed, 1)):
        raise _too_large(f"{packed} bytes that say they grow to {unpacked}")
    return members[0]


def _lines(member: IO[bytes]) -> Iterator[str]:
    """Lines within the limits, counted as they come: a zip's header may lie."""
    given, is_first = 0, True
    while line := member.readline(LARGEST_LINE + 1):
        given += len(line)
        if given > LARGEST_CSV or len(line) > LARGEST_LINE:
            raise _too_large(f"more than {LARGEST_CSV} bytes, or a line of more than {LARGEST_LINE}")
        yield line.decode("utf-8-sig" if is_first else "utf-8")
        is_first = False


def _broken(found: str) -> SourceError:
    return SourceError(
        "A report of Microsoft Advertising cannot be read.",
        found=found,
        fix="nothing of it was landed; run this again, and if it stays, ask Microsoft about this report",
    )


def _too_large(found: str) -> SourceError:
    return SourceError(
        "A report of Microsoft Advertising expands too far.",
        found=found,
        fix="nothing of it was landed; if the account is really that large, set `level: campaign`",
    )
