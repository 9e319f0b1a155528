"""Seeds and records as tables, written once."""

import pytest

from tests.governance.test_postgres import postgres_url  # noqa: F401 - a fixture
from tests.sources.adopted.loader_tables import write_airbyte, write_seeds


@pytest.fixture(scope="session")
def seeds(test_data, tmp_path_factory):
    """A DuckDB file with all of Fivetran's seeds."""
    return write_seeds(test_data, tmp_path_factory.mktemp("seeds") / "seeds.duckdb")


@pytest.fixture(scope="session")
def airbyte(test_data, tmp_path_factory):
    """A DuckDB file with all of Airbyte's records."""
    return write_airbyte(test_data, tmp_path_factory.mktemp("airbyte") / "airbyte.duckdb")
