"""Records on their way into files: each once, in its newest version, whatever its text holds."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

from countersign.sources.connecting.connector import Chunk, Part, Stream
from countersign.sources.connecting.fetching import fetch_chunk

CHUNK = Chunk("all", None, datetime(2026, 11, 16, tzinfo=UTC))


def _fetched(tmp_path, *pages):
    stream = Stream("s", "all", {"s": Part(("$.id",), "$.at")}, lambda *_: ({"s": page} for page in pages))
    vendor = SimpleNamespace(vendor="Vendor", name="vendor")
    parts = fetch_chunk(vendor, stream, vendor, None, chunk=CHUNK, into=tmp_path / "in")
    return [json.loads(line) for line in parts["s"].path.read_text(encoding="utf-8").split("\n") if line]


def test_a_record_that_comes_twice_is_kept_in_its_newest_version(tmp_path):
    old, new = {"id": 1, "at": "2026-11-01"}, {"id": 1, "at": "2026-11-02"}

    assert _fetched(tmp_path, [new, {"id": 2, "at": "x"}], [old]) == [new, {"id": 2, "at": "x"}]


def test_half_an_emoji_stops_nothing(tmp_path):
    cut = json.loads('{"id": 1, "text": "fine \\ud83d"}')

    (record,) = _fetched(tmp_path, [cut])

    assert record["text"] == "fine \N{REPLACEMENT CHARACTER}"


def test_whole_emoji_and_odd_line_ends_stay(tmp_path):
    text = 'smile \N{GRINNING FACE} "quoted", back\\slash\u2028and\x85 lines'

    (record,) = _fetched(tmp_path, [{"id": 1, "text": text}])

    assert record["text"] == text
