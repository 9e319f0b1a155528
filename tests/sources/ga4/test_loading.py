"""GA4 from the sandbox: sessions by day as the demo company's own sessions tell them."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from countersign.core.errors import SettingsError, SourceError
from countersign.core.workspace import Workspace
from countersign.sources.demo import write_demo
from countersign.sources.files.landing import land_source
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.vendors.ga4 import PROPERTY
from countersign.sources.sandbox.world import world_of
from tests.conftest import COMPANY_YAML
from tests.sources.google_specification import Specification, exchanges_seen
from tests.sources.sandboxed import (
    KEY,
    end_of,
    files_with,
    landed_batches,
    landed_rows,
    load_from_sandbox,
    sandbox_secrets,
    small_world,
    source_of,
)

WORLD = small_world(weeks=6, scale=0.2)
SINCE = WORLD.until - timedelta(weeks=2)
REPORT = ":runReport"


def ga4(*, since=SINCE, page_rows: int = 150, **said):
    options = {"property_id": PROPERTY, "page_rows": page_rows}
    return source_of("ga4", since=since, options=options, **said)


def load(workspace, *faults: Fault, world=WORLD, **said):
    source = said.pop("source", ga4())
    return load_from_sandbox(workspace, "ga4", world, source=source, faults=faults, late_s=11.0, **said)


def test_sessions_by_day_and_source_are_those_of_the_world(workspace):
    load(workspace)

    with world_of(WORLD) as world:
        known = world.rows(
            """
            select day, source_medium, count(*) as sessions, sum(page_views)::bigint as page_views,
                sum(form_submits)::bigint as conversions
            from web_sessions where day >= ? group by all order by all
            """,
            [SINCE],
        )
    sums: dict[tuple, Counter] = {}
    for row in landed_rows(workspace, "web_traffic_days"):
        place = row["traffic_day"], f"{row['utm_source']} / {row['utm_medium']}"
        sums.setdefault(place, Counter()).update(
            {name: int(row[name]) for name in ("sessions", "page_views", "conversions")}
        )
    assert [(*place, *counts.values()) for place, counts in sorted(sums.items())] == [
        tuple(row.values()) for row in known
    ]


def test_sessions_a_day_are_those_of_the_demos_session_files(workspace):
    write_demo(workspace.root, weeks=6, scale=0.2)
    land_source(workspace, workspace.company(), "web_analytics", landed_at=end_of(WORLD), pseudonym_key=KEY)
    zone = ZoneInfo("Europe/Berlin")
    by_file = Counter(
        row["started_at"].replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()
        for row in landed_rows(workspace, "web_sessions")
    )
    load(workspace, source=ga4(since=WORLD.first_day))

    by_api: Counter = Counter()
    for row in landed_rows(workspace, "web_traffic_days"):
        assert row["property_time_zone"] == "Europe/Berlin"
        by_api[row["traffic_day"]] += row["sessions"]
    assert by_api == by_file
    assert len(by_api) == 42


def test_channels_are_the_companys(workspace):
    load(workspace)

    channels = {
        (row["utm_source"], row["utm_medium"]): row["channel"]
        for row in landed_rows(workspace, "web_traffic_days")
    }
    assert channels == {
        ("google", "cpc"): "Paid search",
        ("google", "organic"): "Organic search",
        ("facebook", "paid_social"): "Paid social",
        ("linkedin", "paid_social"): "LinkedIn ads",
        ("(direct)", "(none)"): "Direct",
        ("newsletter", "email"): "Email",
        ("sensor-portal", "referral"): "Referral",
    }


def test_a_second_load_with_nothing_new_lands_nothing_new(workspace):
    load(workspace)
    before = landed_batches(workspace, "web_traffic_days")
    load(workspace)

    assert landed_batches(workspace, "web_traffic_days") == before


def test_late_hits_replace_their_week(workspace):
    known = small_world(weeks=7, scale=0.2, known_weeks=6)
    later = small_world(weeks=7, scale=0.2)
    since = known.until - timedelta(weeks=1)
    load(workspace, world=known, source=ga4(since=since))
    before = sum(row["sessions"] for row in landed_rows(workspace, "web_traffic_days"))
    load(workspace, world=later, source=ga4(since=since))

    rows = [row for row in landed_rows(workspace, "web_traffic_days") if row["traffic_day"] < known.until]
    with world_of(later) as world:
        ((whole),) = world.rows(
            "select count(*) as n from web_sessions where day >= ? and day < ?", [since, known.until]
        )
    assert before < sum(row["sessions"] for row in rows) == whole["n"]


def test_every_request_and_answer_fits_googles_discovery_documents(workspace, test_data, monkeypatch):
    specification = Specification(test_data, "analyticsdata.v1beta", "analyticsadmin.v1beta")
    with exchanges_seen(monkeypatch, below="/ga4") as seen:
        load(workspace)

    assert {one.path.rpartition("/")[2] for one in seen} == {PROPERTY, f"{PROPERTY}:runReport"}
    assert [(one.path, problem) for one in seen for problem in specification.problems(one)] == []


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("undisturbed"))
    workspace.config.mkdir()
    (workspace.config / "company.yaml").write_text(COMPANY_YAML, encoding="utf-8")
    load(workspace)
    return landed_rows(workspace, "web_traffic_days")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("too_many_requests", "ga4", REPORT, at=2),
        Fault("server_error", "ga4", REPORT, at=3, times=2),
        Fault("unavailable", "ga4", f"/properties/{PROPERTY}"),
        Fault("timeout", "ga4", REPORT, at=2),
        Fault("cut_off", "ga4", REPORT, at=2),
        Fault("page_twice", "ga4", REPORT, at=2),
        Fault("changes_while_paging", "ga4", REPORT, at=2),
        Fault("token_expires", "ga4", REPORT, at=3),
    ],
    ids=lambda fault: fault.kind,
)
def test_a_fault_on_the_way_changes_no_row(workspace, undisturbed, fault):
    load(workspace, fault)

    assert landed_rows(workspace, "web_traffic_days") == undisturbed


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("server_error", "ga4", REPORT, times=99), "HTTP 500"),
        (Fault("changes_while_paging", "ga4", REPORT, times=99), "changed while it was read"),
        (Fault("token_expires", "ga4", REPORT, times=99), "HTTP 401"),
    ],
    ids=lambda given: given if isinstance(given, str) else given.kind,
)
def test_a_fault_that_stays_is_refused_and_lands_nothing(workspace, fault, said):
    with pytest.raises(SourceError, match=said):
        load(workspace, fault)

    assert landed_batches(workspace, "web_traffic_days") == []


def test_a_property_of_others_is_refused_in_googles_words(workspace):
    source = source_of("ga4", since=SINCE, options={"property_id": "1"})
    with pytest.raises(SourceError, match="sufficient permissions"):
        load(workspace, source=source)


def test_a_measurement_id_is_no_property_id(workspace):
    source = source_of("ga4", since=SINCE, options={"property_id": "G-ABC123"})
    with pytest.raises(SettingsError, match="property_id"):
        load(workspace, source=source)


def test_no_secret_reaches_errors_or_files(workspace, caplog):
    with pytest.raises(SourceError) as error:
        load(workspace, Fault("server_error", "ga4", REPORT, at=3, times=99))
    load(workspace)

    for secret in sandbox_secrets("ga4", "ga4").values():
        assert secret.get_secret_value() not in str(error.value) + caplog.text
        assert files_with(workspace.root, secret.get_secret_value()) == []
