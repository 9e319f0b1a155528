"""Metrics asked of a snapshot say what hand-written SQL says; what cannot be answered is refused in words."""

import json
import shutil
from contextlib import closing
from datetime import date

import pytest

from countersign.analytics.metrics import METRICS
from countersign.core.errors import SettingsError, SnapshotError
from countersign.core.snapshot import latest_snapshot, open_granted, write_snapshot
from countersign.core.warehouse import open_warehouse, read_rows
from countersign.core.workspace import Workspace
from flows.dbt_build import project_dir
from flows.metric_catalogue import SPLITS, SUBJECTS, read_catalogue
from flows.metric_docs import render_metric_docs
from flows.metric_query import PERIOD_COLUMNS, answer_query
from flows.metric_request import MetricQuery, resolve_query
from flows.metric_sql import read_semantic_manifest
from tests.dbt_project.raw_rows import AS_OF
from tests.flows.metric_company import build_with_snapshot
from tests.flows.metrics_by_hand import BY_HAND


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Workspace:
    return build_with_snapshot(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="module")
def catalogue(built):
    return read_catalogue(read_semantic_manifest(built))


def _read_mart(workspace, mart, sql):
    snapshot = latest_snapshot(workspace)
    grants = {mart: list(snapshot.tables[mart].columns)}
    with closing(open_granted(workspace, snapshot, grants=grants)) as connection:
        return read_rows(connection, sql)


def _same(said, expected):
    if expected is None or isinstance(expected, (bool, date, str)):
        return said == expected
    return said is not None and float(said) == pytest.approx(float(expected), rel=1e-9, abs=1e-12)


def _keys(catalogue, mart):
    return tuple(catalogue.marts[mart].dimensions)


@pytest.mark.parametrize("mart", BY_HAND)
def test_every_metric_equals_hand_written_sql(built, catalogue, mart):
    groups, by_hand = BY_HAND[mart]
    answer = answer_query(
        built,
        MetricQuery(tuple(by_hand), by=_keys(catalogue, mart), grain=catalogue.marts[mart].grain),
    )
    selected = ", ".join(f"{sql} as {name}" for name, sql in {**groups, **by_hand}.items())
    expected = _read_mart(built, mart, f"select {selected} from {mart} group by all")
    found = {tuple(str(row[name]) for name in groups): row for row in answer.rows}
    assert len(found) == len(answer.rows) == len(expected) > 0
    for row in expected:
        said = found[tuple(str(row[name]) for name in groups)]
        assert {name: said[name] for name in row if not _same(said[name], row[name])} == {}, row


def test_every_metric_has_hand_written_sql(catalogue):
    by_hand = {name: mart for mart, (_, metrics) in BY_HAND.items() for name in metrics}
    assert by_hand == {name: entry.marts[0].name for name, entry in catalogue.metrics.items()}


def test_every_metric_has_label_unit_direction_owner_and_subject(catalogue):
    for name, entry in catalogue.metrics.items():
        assert entry.label, name
        assert entry.description.endswith("."), name
        assert entry.unit in {"currency", "count", "rate", "ratio", "hours", "days", "score"}, name
        assert entry.good_direction in {"up", "down", "neutral"}, name
        assert entry.owner, name
        assert entry.subject in SUBJECTS, name
        assert entry.subject != "Other", name


def test_a_kpi_over_another_mart_is_the_same_formula(catalogue):
    for name, entry in catalogue.metrics.items():
        kpi = catalogue.metrics[entry.kpi]
        assert kpi.kpi == kpi.name, name
        alike = ("unit", "good_direction", "owner", "subject")
        assert [getattr(entry, field) for field in alike] == [getattr(kpi, field) for field in alike], name
        parts = [catalogue.metrics[part].kpi for part in entry.parts]
        assert parts == [catalogue.metrics[part].kpi for part in kpi.parts], name


def test_splits_are_shared_by_name_and_none_is_called_day_or_week(built):
    for model in json.loads(read_semantic_manifest(built))["semantic_models"]:
        assert {item["type"] for item in model["entities"]} <= {"foreign"}, model["name"]
        assert [item["type"] for item in model["dimensions"]] == ["time"], model["name"]
        names = {item["name"] for item in (*model["dimensions"], *model["entities"])}
        assert not names & {"day", "week", "month", "campaign"}, model["name"]


def test_only_sums_are_added_up(built):
    for model in json.loads(read_semantic_manifest(built))["semantic_models"]:
        assert {measure["agg"] for measure in model["measures"]} == {"sum"}, model["name"]
        for measure in model["measures"]:
            assert "median" not in measure["expr"], measure["name"]


@pytest.mark.parametrize("mart", BY_HAND)
def test_what_adds_up_over_every_split_is_the_total(built, catalogue, mart):
    entries = (catalogue.metrics[name] for name in BY_HAND[mart][1])
    names = tuple(entry.name for entry in entries if not entry.parts and not entry.needs)
    if not names:
        return
    split = answer_query(built, MetricQuery(names, by=_keys(catalogue, mart)))
    (total,) = answer_query(built, MetricQuery(names)).rows
    for name in names:
        known = [row[name] for row in split.rows if row[name] is not None]
        assert _same(total[name], sum(known) if known else None), name


def test_spend_of_campaigns_is_spend_of_channels(built):
    by_channel = answer_query(built, MetricQuery(("spend",), by=("channel",))).rows
    by_campaign = answer_query(built, MetricQuery(("spend",), by=("campaign",))).rows
    assert sum(row["spend"] or 0 for row in by_channel) == sum(row["spend"] or 0 for row in by_campaign) > 0


def test_the_grain_and_the_split_decide_which_mart_answers(built, catalogue):
    def answered_by(name, **asked):
        (entry,) = resolve_query(catalogue, MetricQuery((name,), **asked)).entries
        return entry.marts[0].name

    assert answered_by("spend") == "channel_day"
    assert answered_by("spend", by=("channel",), grain="month") == "channel_day"
    assert answered_by("spend", by=("campaign", "channel"), grain="week") == "campaign_week"
    assert answered_by("spend", where=(("campaign_id", "c1"),)) == "campaign_week"
    assert answered_by("cohort_spend", by=("channel",)) == "cac_by_cohort"


def test_a_campaign_is_named_with_its_platform_and_id(built):
    answer = answer_query(built, MetricQuery(("spend",), by=("campaign",), where=(("campaign", "Brand"),)))
    (row,) = answer.rows
    assert tuple(row) == (*SPLITS["campaign"], "spend")
    assert (row["platform"], row["campaign_id"], row["campaign_name"]) == ("google_ads", "c1", "Brand")


def test_what_must_not_be_added_up_is_read_one_at_a_time(built):
    asked = MetricQuery(("retention_rate",), where=(("months_since", "0"),))
    assert len(answer_query(built, asked).rows) == 1
    by_id = MetricQuery(("influenced_revenue",), by=("campaign_id",))
    assert answer_query(built, by_id).rows


def test_marts_that_name_a_campaign_differently_meet_by_its_id(built):
    both = ("lead_quality", "spend")
    rows = answer_query(built, MetricQuery(both, by=("campaign",))).rows
    keys = [(row["platform"], row["campaign_id"]) for row in rows]
    assert len(keys) == len(set(keys))
    (brand,) = (row for row in rows if row["campaign_id"] == "c1")
    assert brand["spend"] > 0
    assert brand["lead_quality"] is not None
    for asked in ({"where": (("campaign", "Brand"),)}, {"by": ("campaign_name",)}):
        with pytest.raises(SettingsError, match="campaign_id"):
            answer_query(built, MetricQuery(both, **asked))


def test_a_window_is_half_open_and_cuts_by_the_metrics_own_days(built):
    asked = MetricQuery(("spend",), since=date(2026, 3, 2), until=date(2026, 3, 9))
    assert float(answer_query(built, asked).rows[0]["spend"]) == 190.5
    days = MetricQuery(("spend",), grain="day", since=date(2026, 3, 8), until=date(2026, 3, 9))
    assert [row["report_day"] for row in answer_query(built, days).rows] == [date(2026, 3, 8)]


def test_values_of_one_dimension_are_alternatives_and_dimensions_must_all_hold(built):
    asked = (("channel", "Paid search"), ("channel", "Paid social"))
    answer = answer_query(built, MetricQuery(("spend",), by=("channel",), where=asked))
    assert [row["channel"] for row in answer.rows] == ["Paid search", "Paid social"]
    none = (("channel", "Paid social"), ("campaign", "Brand"))
    assert answer_query(built, MetricQuery(("spend",), by=("campaign",), where=none)).rows == []


@pytest.mark.parametrize(
    "value",
    [
        "Paid search' or '1'='1",
        "x'); drop table warehouse.marts.channel_day; --",
        "$since",
        "{{ Entity('channel') }}",
        "') or true --",
        'Paid "search"\\',
    ],
)
def test_a_value_is_never_read_as_sql(built, value):
    asked = MetricQuery(("spend",), by=("channel",), where=(("channel", value),))
    answer = answer_query(built, asked)
    assert answer.rows == []
    assert answer_query(built, MetricQuery(("spend",))).rows[0]["spend"] > 0
    assert _read_mart(built, "channel_day", answer.sql) == [], "what is printed runs, and means the same"


@pytest.mark.parametrize("name", ["channel = 'x' or 1", "channel') }} or true --", "spend_reporting"])
def test_a_dimension_is_one_of_the_marts_or_refused(built, name):
    for asked in ({"by": (name,)}, {"where": ((name, "x"),)}):
        with pytest.raises(SettingsError, match="no dimension of that name"):
            answer_query(built, MetricQuery(("spend",), **asked))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (MetricQuery(("cost_per_leads",)), "did you mean cost_per_lead"),
        (MetricQuery(("Cost per lead",)), "did you mean cost_per_lead"),
        (MetricQuery(("spend",), by=("chanel",)), "did you mean channel"),
        (MetricQuery(("spend",), by=("campaign",), grain="day"), "by campaign and day together"),
        (MetricQuery(("sqls",), grain="month"), "by sqls|by month together|by channel, by week"),
        (MetricQuery(("spend",), grain="week", since=date(2026, 3, 3)), "use 2026-03-02 or 2026-03-09"),
        (MetricQuery(("spend",), grain="month", until=date(2026, 3, 31)), "use 2026-03-01 or 2026-04-01"),
        (MetricQuery(("sqls",), since=date(2026, 3, 3)), "cuts a week in two"),
        (MetricQuery(("spend",), since=date(2026, 3, 9), until=date(2026, 3, 9)), "window is empty"),
        (MetricQuery(("influenced_revenue",)), "--by campaign"),
        (MetricQuery(("credited_value",), by=("channel",)), "--by attribution_model --by attribution_scope"),
        (MetricQuery(("retention_rate",), by=("channel",)), "--by months_since"),
        (MetricQuery(("sqls", "share_matured"), since=date(2026, 3, 1)), "no window in common"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_to_do(built, asked, says):
    with pytest.raises(SettingsError, match=says) as error:
        answer_query(built, asked)
    assert "fix:" in str(error.value)


def test_a_question_is_compiled_once(built):
    asked = MetricQuery(("leads",), by=("channel",), where=(("channel", "Paid search"),))
    first = answer_query(built, asked)
    cache = built.state / "dbt" / "metric_queries.json"
    kept = cache.read_text()
    other = MetricQuery(("leads",), by=("channel",), where=(("channel", "Paid social"),))
    assert answer_query(built, other).rows != first.rows
    assert cache.read_text() == kept, "another value is the same question"
    cache.write_text("half a fi")
    assert answer_query(built, asked).rows == first.rows


def test_a_snapshot_without_the_mart_says_so(built, tmp_path):
    old = Workspace(shutil.copytree(built.root, tmp_path / "old"))
    for manifest in old.snapshots.glob("s*/manifest.json"):
        shutil.rmtree(manifest.parent)
    with open_warehouse(old) as connection:
        write_snapshot(
            connection, old, old.company(), tables=["channel_day"], as_of=AS_OF, metric_sql={},
            data_through={}, quality={}, code_version="test", dbt_version="test",
        )  # fmt: skip
    assert answer_query(old, MetricQuery(("spend",))).rows
    with pytest.raises(SnapshotError, match="campaign_week"):
        answer_query(old, MetricQuery(("spend",), by=("campaign",)))


def test_what_analytics_knows_of_a_metric_is_what_its_definition_says(catalogue):
    for name, known in METRICS.items():
        defined = catalogue.metrics[name]
        assert (known.unit, known.good_direction) == (defined.unit, defined.good_direction), name
        assert {f"channel_day.{column}" for column in known.columns} == set(defined.columns), name
        assert known.ratio_of is None or known.ratio_of == defined.parts, name


def test_without_a_snapshot_it_says_what_to_run(workspace):
    with pytest.raises(SnapshotError, match="countersign run weekly"):
        answer_query(workspace, MetricQuery(("spend",)))


def test_a_period_has_its_column(built):
    for grain, column in PERIOD_COLUMNS.items():
        assert column in answer_query(built, MetricQuery(("spend",), grain=grain)).rows[0]


def test_the_page_of_metrics_is_what_the_semantic_models_say(built):
    page = (project_dir().parent / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert page == render_metric_docs(read_semantic_manifest(built))
