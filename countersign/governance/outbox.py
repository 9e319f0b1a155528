"""What an approval sends where: one row per digest and channel, each with its idempotency key."""

import re
import unicodedata
from typing import Any

from sqlalchemy import Row

from countersign.core.contracts import Draft
from countersign.core.hashing import digest_of

FILES = "files"


def outbox_for(row: Row[Any], draft: Draft) -> list[dict[str, str]]:
    """The outbox rows that approving this proposal writes; files are the only channel so far."""
    key = digest_of({"digest": row.digest, "channel": FILES})
    return [{"channel": FILES, "idempotency_key": key, "slug": slug_of(row, draft)}]


def slug_of(row: Row[Any], draft: Draft) -> str:
    """The folder a publication gets under state/reports: period, title and the proposal's own letters.

    Only lower-case ASCII letters, digits and dashes, so a title cannot lead anywhere else.
    """
    period = draft.period.start.isoformat() if draft.period else "undated"
    plain = unicodedata.normalize("NFKD", f"{draft.agent} {row.title}").encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")
    return "-".join(part for part in (period, words, row.id.removeprefix("p-")[:8]) if part)
