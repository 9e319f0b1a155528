"""Whatever goes wrong on the way ends in the same rows, or in a refusal that says what to do."""

import pytest
from pydantic import SecretStr

from countersign.core.errors import SourceError
from countersign.sources.connecting.landing import land_connector
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.world import world_of
from tests.sources.hubspot.portal import demo_source
from tests.sources.sandboxed import (
    end_of,
    files_with,
    landed_rows,
    load_from_sandbox,
    load_of,
    sandbox_at,
    small_world,
    snapshot_of,
)
from tests.sources.undisturbed import HTTP_FAULTS, PAGE_FAULTS, loaded_snapshot, only_parts

PARTS = ("contacts", "contact_stages", "sales_verdicts", "calls", "form_submissions")
PAGED = ("/objects/contacts", "/objects/calls", "/submissions/")
# What only tells when HubSpot last changed a record.
CLOCK = ("updated_at",)


@pytest.fixture(scope="module")
def world():
    with world_of(small_world(scale=0.1, weeks=8)) as known:
        yield known


@pytest.fixture(scope="module")
def source():
    return only_parts(demo_source(), *PARTS)


@pytest.fixture(scope="module")
def undisturbed(world, source, new_workspace):
    workspace = new_workspace()
    load_from_sandbox(workspace, "hubspot", world, source=source)
    return snapshot_of(workspace)


def timeless(snapshot: dict) -> dict:
    return {
        table: [{name: value for name, value in row.items() if name not in CLOCK} for row in rows]
        for table, rows in snapshot.items()
    }


@pytest.mark.parametrize("kind", [*HTTP_FAULTS, *PAGE_FAULTS])
def test_a_disturbed_load_ends_in_the_same_rows(tmp_path, workspace, world, source, undisturbed, kind):
    faults = [
        Fault(kind, "hubspot", path=path, at=2 if kind in HTTP_FAULTS else 1)
        for path in PAGED
        # What somebody filled in does not change any more.
        if (kind, path) != ("changes_while_paging", "/submissions/")
    ]
    disturbed = loaded_snapshot(tmp_path / "disturbed", workspace, source, world, faults=faults)

    assert timeless(disturbed) == timeless(undisturbed)


def test_an_answer_that_comes_too_late_is_asked_for_again(
    tmp_path, workspace, world, source, undisturbed, monkeypatch
):
    # Ten seconds are the wait for a local vendor; half of one will do here.
    monkeypatch.setattr("countersign.sources.connecting.landing.Api", _hasty)
    fault = Fault("timeout", "hubspot", path="/objects/contacts")
    disturbed = loaded_snapshot(tmp_path / "slow", workspace, source, world, faults=[fault], late_s=3.0)

    assert disturbed == undisturbed


def _hasty(*given, **named):
    from countersign.sources.connecting.api import Api

    return Api(*given, **{**named, "timeout_s": 1.5})


@pytest.mark.parametrize("kind", ["too_many_requests", "server_error", "cut_off"])
def test_a_disturbed_search_ends_in_the_same_rows(workspace, source, undisturbed, kind):
    for known, faults in (
        (7, []),
        (8, [Fault(kind, "hubspot", path=path) for path in ("/search", "/batch")]),
    ):
        later = small_world(scale=0.1, weeks=8, known_weeks=known)
        load_from_sandbox(workspace, "hubspot", later, source=source, faults=faults)

    assert snapshot_of(workspace) == undisturbed


def test_a_clock_that_is_ahead_loses_no_change(workspace, source, undisturbed):
    skewed = [Fault("clock_skew", "hubspot", times=10**6)]
    for known in (6, 7, 8):
        later = small_world(scale=0.1, weeks=8, known_weeks=known)
        load_from_sandbox(workspace, "hubspot", later, source=source, faults=skewed)

    assert timeless(snapshot_of(workspace)) == timeless(undisturbed)


def test_a_token_that_runs_out_is_refused_and_the_next_load_goes_on(workspace, world, source, undisturbed):
    fault = Fault("token_expires", "hubspot", path="/objects/calls", times=10**6)
    with pytest.raises(SourceError, match="HTTP 401") as error:
        load_from_sandbox(workspace, "hubspot", world, source=source, faults=[fault])
    assert "renew the token" in str(error.value)
    assert landed_rows(workspace, "crm_leads") == undisturbed["crm_leads"]

    load_from_sandbox(workspace, "hubspot", world, source=source)

    assert snapshot_of(workspace) == undisturbed


def test_a_wrong_token_is_refused_and_never_shown(workspace, world, source, caplog):
    canary = "pat-eu1-canary-5f2e"
    with sandbox_at("hubspot", world) as address, pytest.raises(SourceError) as error:
        land_connector(
            load_of(
                workspace,
                source,
                base_url=address,
                until=end_of(world),
                secrets={"HUBSPOT_ACCESS_TOKEN": SecretStr(canary)},
            )
        )

    assert canary not in str(error.value) + repr(error.value) + caplog.text
    assert files_with(workspace.root, canary) == []
