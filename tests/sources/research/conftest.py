"""A website of our own for each test."""

import pytest

from tests.sources.research.website import website


@pytest.fixture
def site():
    with website() as found:
        yield found


@pytest.fixture
def no_pause(monkeypatch):
    """Sites are asked without the second between two pages."""
    monkeypatch.setattr("countersign.sources.research.robots.PAUSE_S", 0.0)
