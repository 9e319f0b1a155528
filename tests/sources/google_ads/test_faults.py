"""Google Ads: whatever goes wrong on the way, the rows are those of an undisturbed load, or none."""

from datetime import timedelta

import pytest

from countersign.core.errors import SourceError
from countersign.core.workspace import Workspace
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.google_ads_accounts import MAIN, MANAGER, TRIALS
from tests.conftest import COMPANY_YAML
from tests.sources.sandboxed import (
    files_with,
    landed_batches,
    landed_rows,
    load_from_sandbox,
    sandbox_secrets,
    small_world,
    source_of,
)

WORLD = small_world(weeks=6, scale=0.3)
SEARCH = "googleAds:search"
SOURCE = source_of(
    "google_ads",
    since=WORLD.until - timedelta(weeks=2),
    options={"customers": [MAIN.id, TRIALS.id], "manager_id": MANAGER.id},
)


def load(workspace, *faults: Fault, **said):
    return load_from_sandbox(
        workspace, "google_ads", WORLD, source=SOURCE, faults=faults, late_s=11.0, **said
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("undisturbed"))
    workspace.config.mkdir()
    (workspace.config / "company.yaml").write_text(COMPANY_YAML, encoding="utf-8")
    load(workspace)
    return landed_rows(workspace, "ad_performance")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("too_many_requests", "google_ads", SEARCH, at=2),
        Fault("server_error", "google_ads", SEARCH, at=3, times=2),
        Fault("unavailable", "google_ads", SEARCH),
        Fault("timeout", "google_ads", SEARCH, at=2),
        Fault("cut_off", "google_ads", SEARCH, at=2),
        Fault("page_twice", "google_ads", SEARCH),
        Fault("cursor_expires", "google_ads", SEARCH),
        Fault("token_expires", "google_ads", SEARCH, at=3),
        Fault("server_error", "google_ads", "/token"),
    ],
    ids=lambda fault: f"{fault.kind} at {fault.path}",
)
def test_a_fault_on_the_way_changes_no_row(workspace, undisturbed, fault):
    load(workspace, fault)

    assert landed_rows(workspace, "ad_performance") == undisturbed


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("server_error", "google_ads", SEARCH, times=99), "HTTP 500"),
        (Fault("cursor_expires", "google_ads", SEARCH, times=99), "no longer knows this cursor"),
        (Fault("token_expires", "google_ads", SEARCH, times=99), "HTTP 401"),
        (Fault("server_error", "google_ads", "/token", times=99), "gave no access token"),
    ],
    ids=lambda given: given if isinstance(given, str) else given.kind,
)
def test_a_fault_that_stays_is_refused_and_lands_nothing(workspace, fault, said):
    with pytest.raises(SourceError, match=said) as error:
        load(workspace, fault)

    assert "fix:" in str(error.value)
    assert landed_batches(workspace, "ad_performance") == []


def test_no_secret_reaches_errors_or_files(workspace, caplog):
    with pytest.raises(SourceError) as error:
        load(workspace, Fault("server_error", "google_ads", SEARCH, at=9, times=99))
    load(workspace)

    for secret in sandbox_secrets("google_ads", "google_ads").values():
        assert secret.get_secret_value() not in str(error.value) + caplog.text
        assert files_with(workspace.root, secret.get_secret_value()) == []
