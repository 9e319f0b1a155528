"""Small matrices gain nothing from threads, and many processes that spin for them lose much."""

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    with threadpool_limits(limits=1):
        yield
