"""The metrics' SQL that travels in a snapshot for the agents says what hand-written SQL says."""

import json

import pytest

from countersign.core.errors import QualityError
from countersign.core.snapshot import open_granted, write_snapshot
from countersign.core.warehouse import open_warehouse, read_rows
from countersign.core.workspace import Workspace
from flows.dbt_build import build_marts
from flows.metric_sql import GROUPINGS, STORED, explain_metrics
from tests.dbt_project.raw_rows import AS_OF, COMPANY, LEADS_ONLY, TINY, write_raw

# Written by hand, on purpose in another shape than MetricFlow's.
BY_HAND = {
    "spend": "sum(spend_reporting)",
    "impressions": "sum(impressions)",
    "clicks": "sum(clicks)",
    "sessions": "sum(sessions)",
    "leads": "sum(leads)",
    "mqls": "sum(mqls)",
    "accepted_leads": "sum(accepted_leads)",
    "rejected_leads": "sum(rejected_leads)",
    "decided_leads": "sum(accepted_leads) + sum(rejected_leads)",
    "customers": "sum(customers)",
    "opportunities": "sum(opportunities)",
    "pipeline": "sum(pipeline_reporting)",
    "revenue": "sum(revenue_reporting)",
    "cost_per_lead": "round(sum(spend_reporting) / nullif(sum(leads), 0), 6)",
    "cost_per_accepted_lead": "round(sum(spend_reporting) / nullif(sum(accepted_leads), 0), 6)",
    "cac": "round(sum(spend_reporting) / nullif(sum(customers), 0), 6)",
    "conversion_rate": "sum(leads) / nullif(sum(sessions), 0)",
    "sales_acceptance_rate": "sum(accepted_leads) / nullif(sum(accepted_leads) + sum(rejected_leads), 0)",
}
GROUPS = {
    "by_week": {"week_start": "report_day - (isodow(report_day) - 1)::int"},
    "by_channel_week": {"week_start": "report_day - (isodow(report_day) - 1)::int", "channel": "channel"},
    "by_channel": {"channel": "channel"},
}


def _built(folder, rows) -> Workspace:
    workspace = Workspace(folder)
    write_raw(workspace, rows)
    build_marts(workspace, COMPANY, as_of=AS_OF)
    return workspace


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Workspace:
    return _built(tmp_path_factory.mktemp("tiny"), TINY)


def _granted(workspace):
    with open_warehouse(workspace) as connection:
        snapshot = write_snapshot(
            connection,
            workspace,
            COMPANY,
            tables=["channel_day"],
            as_of=AS_OF,
            metric_sql=explain_metrics(workspace),
            data_through={},
            quality={},
            code_version="test",
            dbt_version="test",
        )
    grants = {"channel_day": list(snapshot.tables["channel_day"].columns)}
    return snapshot, open_granted(workspace, snapshot, grants=grants)


def _by_hand(key):
    groups = ", ".join(f"{expression} as {name}" for name, expression in GROUPS[key].items())
    metrics = ", ".join(f"{expression} as {name}" for name, expression in BY_HAND.items())
    return f"select {groups}, {metrics} from channel_day group by all order by {', '.join(GROUPS[key])}"


@pytest.mark.parametrize("key", GROUPINGS)
def test_every_metric_on_a_snapshot_equals_hand_written_sql(built, key):
    snapshot, connection = _granted(built)
    compiled = read_rows(connection, snapshot.metric_sql[key])
    by_hand = read_rows(connection, _by_hand(key))
    assert len(compiled) == len(by_hand) > 0
    for said, expected in zip(compiled, by_hand, strict=True):
        assert set(said) == set(expected)
        for name, value in expected.items():
            if isinstance(value, float):
                assert float(said[name]) == pytest.approx(value, rel=1e-9), name
            else:
                assert said[name] == value, name


def test_agents_get_the_columns_that_their_grants_cover_and_no_others(built):
    assert set(STORED) == set(BY_HAND)
    snapshot, connection = _granted(built)
    for key, groups in GROUPS.items():
        described = connection.execute(snapshot.metric_sql[key]).description
        assert [column[0] for column in described] == [*groups, *STORED]


def test_cost_per_lead_equals_the_mart_to_the_last_digit(built):
    with open_warehouse(built) as connection:
        compiled = read_rows(connection, explain_metrics(built)["by_channel_week"])
        mart = read_rows(connection, "from marts.lead_cost_week order by week_start, channel")
    costs = {(row["week_start"], row["channel"]): row["cost_per_lead"] for row in compiled if row["leads"]}
    assert costs == {(row["week_start"], row["channel"]): row["cost_per_lead"] for row in mart}
    assert len(costs) == 4


def test_what_is_not_known_stays_null(tmp_path):
    _, connection = _granted(_built(tmp_path, LEADS_ONLY))
    (row,) = read_rows(connection, explain_metrics(Workspace(tmp_path))["by_week"])
    assert row["leads"] == 2
    for name in ("spend", "sessions", "accepted_leads", "cost_per_lead", "cac", "conversion_rate", "revenue"):
        assert row[name] is None, name


def test_compiled_sql_is_kept_until_the_metrics_change(built):
    first = explain_metrics(built)
    cache = built.state / "dbt" / "metric_sql.json"
    kept = json.loads(cache.read_text())
    cache.write_text(json.dumps({**kept, "sql": {"by_week": "kept"}}))
    assert explain_metrics(built) == {"by_week": "kept"}
    cache.write_text(json.dumps({"made_from": "another manifest", "sql": {"by_week": "stale"}}))
    assert explain_metrics(built) == first
    cache.write_text("half a fi")
    assert explain_metrics(built) == first


def test_metrics_before_the_first_build_say_what_to_do(workspace):
    with pytest.raises(QualityError, match="build the marts first"):
        explain_metrics(workspace)
