"""Who finds incidents must not know where they were planted: no way from the analysis to the truth."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
READERS = sorted(
    path
    for folder in ("agents", "countersign/analytics", "countersign/reports")
    for path in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in path.parts
)
RULER = sorted((ROOT / "countersign" / "sources" / "ruler").glob("*.py"))


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("path", READERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_reader_of_data_imports_the_ruler_or_names_its_truth(path):
    text = path.read_text(encoding="utf-8")

    assert "truth.json" not in text
    assert "sources.ruler" not in text
    assert "TRUTH_FILE" not in text
    assert not [name for name in _imports(path) if "ruler" in name or name.startswith("flows")]


@pytest.mark.parametrize("path", RULER, ids=lambda path: path.name)
def test_the_ruler_knows_nothing_of_the_analysis(path):
    known = [
        name
        for name in _imports(path)
        if name.startswith(("agents", "flows", "countersign.")) and "sources.ruler" not in name
    ]
    assert known == []


def test_the_tables_hold_nothing_of_the_truth(tmp_path):
    import duckdb

    from countersign.sources.ruler.simulate import simulate, write_company

    tables = write_company(simulate(2, weeks=40, scale=0.3), tmp_path)
    with duckdb.connect(str(tables), read_only=True) as connection:
        columns = {
            (table, column)
            for table, column in connection.execute(
                "select table_name, column_name from information_schema.columns"
            ).fetchall()
        }
    assert {table for table, _ in columns} == {"campaign_day", "segment_day", "deal_day", "event_marks"}
    assert not [column for _, column in columns if "true" in column or "incident" in column]
