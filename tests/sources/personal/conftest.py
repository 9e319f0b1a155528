"""The workspace with files and mappings of the file tests, for what happens to the people in them."""

from tests.sources.files.conftest import drop

__all__ = ["drop"]
