"""Workspaces whose marts DuckDB has built, and profiles of other engines to build them on."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from countersign.core.workspace import Workspace
from flows.dbt_build import build_marts
from tests.conftest import COMPANY_YAML
from tests.dbt_project.raw_rows import write_raw
from tests.flows.engines.small_company import AS_OF, EVERYTHING
from tests.postgres_server import running_postgres


def write_profile(folder: Path, **output) -> Path:
    """A folder with a profile of one target, `engine`."""
    folder.mkdir(exist_ok=True)
    profile = {"countersign": {"target": "engine", "outputs": {"engine": {"schema": "marts", **output}}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def small_company(tmp_path_factory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("small"))
    workspace.config.mkdir()
    (workspace.config / "company.yaml").write_text(COMPANY_YAML, encoding="utf-8")
    write_raw(workspace, EVERYTHING)
    build_marts(workspace, workspace.company(), as_of=AS_OF)
    return workspace


@pytest.fixture(scope="session")
def demo_company(tmp_path_factory) -> Workspace:
    root = tmp_path_factory.mktemp("demo") / "demo"
    subprocess.run([sys.executable, "-m", "countersign.cli.app", "demo", str(root)], check=True, timeout=900)
    return Workspace(root)


@pytest.fixture(scope="session")
def postgres_profile(tmp_path_factory) -> Path:
    with running_postgres() as (host, port):
        yield write_profile(
            tmp_path_factory.mktemp("postgres"), type="postgres", host=host, port=port, user="ledger",
            password="", dbname="postgres", threads=2,
        )  # fmt: skip


@pytest.fixture(scope="session")
def spark_profile(tmp_path_factory) -> Path:
    pytest.importorskip("pyspark", reason="no Spark: uv sync --group engines")
    if not shutil.which("java"):
        pytest.skip("no Java: install it (Debian: apt-get install openjdk-17-jre-headless) to test on Spark")
    return write_profile(
        tmp_path_factory.mktemp("spark"), type="spark", method="session", host="none", threads=2,
        # Nothing runs long enough here for compiled code to pay.
        server_side_parameters={
            "spark.sql.codegen.wholeStage": "false",
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m",
        },
    )  # fmt: skip
