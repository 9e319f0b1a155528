"""write_whole: the old file or the new one, never a half."""

import os

import pytest

from countersign.core.whole_file import write_whole


def test_text_and_bytes_take_the_place_of_what_was_there(tmp_path):
    path = tmp_path / "new" / "folder" / "file.json"

    write_whole(path, "Köln\n")
    assert path.read_bytes() == "Köln\n".encode()
    write_whole(path, b"\x00")
    assert path.read_bytes() == b"\x00"
    assert list(path.parent.iterdir()) == [path]


def test_what_breaks_off_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file.json"
    write_whole(path, "old")

    def cut_off(_descriptor):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", cut_off)
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, "new")
    assert path.read_text() == "old"
