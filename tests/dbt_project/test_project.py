"""The dbt project keeps its word: sources, stages, exposures, descriptions, unit tests."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from countersign.core.landed import BOOKKEEPING, LANDED_TABLES, STAGES
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace, shipped
from expectations.promotion import create_raw_tables
from flows.dbt_build import build_vars, project_dir, run_dbt
from flows.mart_docs import render_mart_docs
from tests.dbt_project.raw_rows import AS_OF, COMPANY

MODELS = project_dir() / "models"


def _described(kind: str, folder: Path = MODELS) -> dict[str, dict[str, Any]]:
    found = {}
    for path in sorted(folder.rglob("*.yml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")).get(kind) or []:
            found[item["name"]] = item
    return found


def _tables() -> dict[str, dict[str, Any]]:
    """Facts and marts: what the warehouse publishes under a contract."""
    return {**_described("models", MODELS / "facts"), **_described("models", MODELS / "marts")}


def _source_columns(source: str) -> dict[str, dict[str, str]]:
    tables = _described("sources")[source]["tables"]
    return {
        table["name"]: {column["name"]: column["data_type"] for column in table["columns"]}
        for table in tables
    }


def test_sources_are_the_landed_tables_of_core():
    kept = [column for column in BOOKKEEPING if column.name != "_bad"]
    assert _source_columns("raw") == {
        table.name: {column.name: column.type for column in (*table.columns, *kept)}
        for table in LANDED_TABLES.values()
    }


def test_sources_are_what_the_gate_creates(tmp_path):
    workspace = Workspace(tmp_path)
    with open_warehouse(workspace) as connection:
        create_raw_tables(connection)
        created = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
            " where table_schema = 'raw' or table_name = 'batches'"
        ).fetchall()
    declared = {
        (source, table, column)
        for source in ("raw", "quality")
        for table, columns in _source_columns(source).items()
        for column in columns
    }
    assert set(created) == declared


def test_lead_stages_are_those_of_core():
    project = yaml.safe_load((project_dir() / "dbt_project.yml").read_text(encoding="utf-8"))
    assert tuple(project["vars"]["lead_stages"]) == STAGES[:-1]
    assert STAGES[-1] == "disqualified"


def test_the_tables_behind_the_marts_are_those_that_are_staged():
    project = yaml.safe_load((project_dir() / "dbt_project.yml").read_text(encoding="utf-8"))
    staged = {
        name
        for path in (MODELS / "staging").rglob("*.sql")
        for name in re.findall(r"source\('raw', '(\w+)'\)", path.read_text(encoding="utf-8"))
    }
    assert set(project["vars"]["tables_in_marts"]) == staged


def test_the_page_of_tables_is_what_the_models_say():
    page = (project_dir().parent / "docs" / "marts.md").read_text(encoding="utf-8")
    assert page == render_mart_docs(MODELS), "run python -m flows.mart_docs"


@pytest.mark.parametrize("agent", ["performance", "reporting", "recommendation", "leadership_summary"])
def test_exposures_are_the_marts_that_the_cards_grant(agent):
    card = yaml.safe_load((shipped("agents") / agent / "card.yaml").read_text(encoding="utf-8"))
    exposure = _described("exposures")[agent]
    assert set(exposure["depends_on"]) == {f"ref('{mart}')" for mart in card["grants"]}
    assert exposure["owner"]["name"] == card["owner"]


def test_every_mart_says_its_grain_its_owner_and_what_each_column_means():
    for name, mart in _tables().items():
        meta = mart["config"]["meta"]
        assert meta["owner"], name
        keyed = [test["unique_grain"]["arguments"]["columns"] for test in mart["data_tests"]]
        assert keyed == [meta["grain"]], f"{name}: the tested key is not the grain"
        for column in mart["columns"]:
            assert column["data_type"], f"{name}.{column['name']}"
            assert len(column["description"]) > 10, f"{name}.{column['name']}"


def test_money_is_decimal_and_says_its_currency():
    for name, mart in _tables().items():
        for column in mart["columns"]:
            if column["name"].endswith("_reporting"):
                assert column["data_type"] == "decimal(18,6)", f"{name}.{column['name']}"


def test_every_model_says_its_grain_and_stays_small():
    for path in MODELS.rglob("*.sql"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("-- Grain: "), path.name
        assert len(lines) <= 150, path.name


def test_every_model_is_described_and_owned():
    described = _described("models")
    assert set(described) == {path.stem for path in MODELS.rglob("*.sql")}
    assert all(model["config"]["meta"]["owner"] for model in described.values())


def test_unit_tests_pass(tiny_workspace):
    results = run_dbt(
        tiny_workspace, ["test", "--select", "test_type:unit"], variables=build_vars(COMPANY, as_of=AS_OF)
    )
    failed = {result.node.name: result.message for result in results if str(result.status) != "pass"}
    assert failed == {}
    assert {result.node.name for result in results} == set(_described("unit_tests"))
