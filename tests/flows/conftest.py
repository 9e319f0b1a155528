"""One office a module: starting Prefect's server and a worker takes about twenty seconds."""

import pytest


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A company with a ledger, people, a Prefect server and a worker."""
    from tests.flows.office import Office

    found = Office(tmp_path_factory.mktemp("office"))
    yield found
    found.stop()
