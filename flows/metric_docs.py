"""docs/metrics.md, written from the semantic manifest so that it says what the SQL does."""

from pathlib import Path
from tempfile import TemporaryDirectory

from countersign.core.workspace import Workspace
from flows.dbt_build import parse_project, project_dir
from flows.metric_catalogue import SUBJECTS, Catalogue, Mart, MetricEntry, read_catalogue
from flows.metric_sql import read_semantic_manifest

_HEADER = """\
# Metrics

Generated from the semantic models (`dbt_project/models/metrics/*.yml`); a test refuses a difference.
To change a metric, change it there, then run `python -m flows.metric_docs`.

Every metric is defined once; facts, reports, agents and `countersign metrics query` take their SQL from it.
Ratios are sums divided by sums, never means of ratios. Money is in the company's reporting currency, a rate
is 0 to 1, a ratio has no unit. What is not known is null, what was zero is 0; a division by zero gives null.

A KPI that several marts hold has one row per mart: the same formula over the columns of that mart. Asked by
the KPI's name, `countersign metrics query` takes the first one that has the dimensions and the grain.
"""

_TABLE = """
| metric | name | unit | good | formula | mart | split by | grain | owner |
|---|---|---|---|---|---|---|---|---|
"""


def render_metric_docs(manifest: str) -> str:
    """The page as Markdown, from the text of semantic_manifest.json."""
    catalogue = read_catalogue(manifest)
    subjects = [name for name in SUBJECTS if any(kpi.subject == name for kpi in catalogue.kpis)]
    sections = "".join(_section(catalogue, subject) for subject in subjects)
    marts = "".join(_mart(mart) for mart in catalogue.marts.values())
    return f"{_HEADER}{sections}\n## Marts that metrics are read from\n{marts}"


def _section(catalogue: Catalogue, subject: str) -> str:
    kpis = [kpi for kpi in catalogue.kpis if kpi.subject == subject]
    readings = [entry for kpi in kpis for entry in catalogue.readings(kpi.name)]
    rows = "".join(f"| {' | '.join(_cells(entry))} |\n" for entry in readings)
    told = "".join(f"\n**{entry.label}** (`{entry.name}`). {entry.description}\n" for entry in readings)
    return f"\n## {subject}\n{_TABLE}{rows}{told}"


def _cells(entry: MetricEntry) -> tuple[str, ...]:
    return (
        f"`{entry.name}`",
        entry.label,
        entry.unit,
        entry.good_direction,
        f"`{entry.formula}`",
        ", ".join(f"`{mart.name}`" for mart in entry.marts),
        ", ".join(entry.dimensions) or "nothing",
        ", ".join(entry.grains),
        entry.owner,
    )


def _mart(mart: Mart) -> str:
    dimensions = "".join(f"- `{name}`: {meaning}\n" for name, meaning in mart.dimensions.items())
    time = f"- `{mart.time_column}` (time, by {mart.grain}): {mart.time_meaning}\n"
    return f"\n**`{mart.name}`**. {mart.description}\n\n{dimensions}{time}"


def write_metric_docs(path: Path) -> None:
    """Parse the dbt project in a scratch workspace and write the page."""
    with TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        parse_project(workspace)
        path.write_text(render_metric_docs(read_semantic_manifest(workspace)), encoding="utf-8")


if __name__ == "__main__":
    write_metric_docs(project_dir().parent / "docs" / "metrics.md")
