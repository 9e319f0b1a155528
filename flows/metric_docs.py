"""docs/metrics.md, written from the semantic manifest so that it says what the SQL does."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from countersign.core.workspace import Workspace
from flows.dbt_build import parse_project, project_dir
from flows.metric_sql import read_semantic_manifest

_HEADER = """\
# Metrics

Generated from the semantic models (`dbt_project/models/metrics/_metrics.yml`); a test refuses a difference.
To change a metric, change it there, then run `python -m flows.metric_docs`.

Every metric is defined once, over the mart `channel_day`, by channel and day in the company's reporting zone.
Facts, reports and agents take their SQL from it. Money is in the company's reporting currency. What is not
known is null, what was zero is 0; a division by zero gives null.

| metric | name | unit | good | definition | owner |
|---|---|---|---|---|---|
"""


def render_metric_docs(manifest: str) -> str:
    """The page as Markdown, from the text of semantic_manifest.json."""
    parsed = json.loads(manifest)
    measures = {
        measure["name"]: measure for model in parsed["semantic_models"] for measure in model["measures"]
    }
    metrics = parsed["metrics"]
    rows = "".join(f"| {' | '.join(_cells(metric, measures))} |\n" for metric in metrics)
    told = "".join(
        f"\n**{metric['label']}** (`{metric['name']}`). {metric['description']}\n" for metric in metrics
    )
    return f"{_HEADER}{rows}\n## In words\n{told}"


def _cells(metric: dict[str, Any], measures: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    meta = metric["config"]["meta"]
    return (
        f"`{metric['name']}`",
        metric["label"],
        meta["unit"],
        meta["good_direction"],
        f"`{_formula(metric, measures)}`",
        meta["owner"],
    )


def _formula(metric: dict[str, Any], measures: dict[str, dict[str, Any]]) -> str:
    parameters = metric["type_params"]
    if metric["type"] == "ratio":
        return f"{parameters['numerator']['name']} / {parameters['denominator']['name']}"
    measure = measures[parameters["measure"]["name"]]
    return f"{measure['agg']}({measure['expr']})"


def write_metric_docs(path: Path) -> None:
    """Parse the dbt project in a scratch workspace and write the page."""
    with TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        parse_project(workspace)
        path.write_text(render_metric_docs(read_semantic_manifest(workspace)), encoding="utf-8")


if __name__ == "__main__":
    write_metric_docs(project_dir().parent / "docs" / "metrics.md")
