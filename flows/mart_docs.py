"""docs/marts.md, written from the YAML beside the models: every table that people and agents read."""

import re
from pathlib import Path
from typing import Any

import yaml

from flows.dbt_build import project_dir

_HEADER = """\
# Tables of the warehouse

Generated from the YAML beside the models (`dbt_project/models/facts`, `dbt_project/models/marts`); a test
refuses a difference. To change a table, change it there, then run `python -m flows.mart_docs`.

Weeks start on Monday, days are cut in the company's reporting zone. Money is decimal(18,6) and named
`*_reporting`. What is not known is null, what was zero is 0. `channel` is never null: what has none is
`Unassigned`.
"""

# Folder of the models, and what its tables are for.
_ROOMS = {
    "marts": "What people and agents read. Only these enter a snapshot; none holds a person or a pseudonym.",
    "facts": "Dimensions and facts, down to single leads and visits. They never leave the warehouse.",
}

_DOC_BLOCK = re.compile(r"{%\s*docs\s+(\w+)\s*%}(.*?){%\s*enddocs\s*%}", re.DOTALL)
_DOC_CALL = re.compile(r"""{{\s*doc\(['"](\w+)['"]\)\s*}}""")


def render_mart_docs(models: Path) -> str:
    """The page as Markdown, from the folder of the dbt models.

    Raises:
        KeyError: a description names a doc block that does not exist.
    """
    blocks = _doc_blocks(models)
    rooms = [
        f"\n## {room.capitalize()}\n\n{purpose}\n{''.join(_table(model, blocks) for model in found)}"
        for room, purpose in _ROOMS.items()
        if (found := _described(models / room))
    ]
    return _HEADER + "".join(rooms)


def _described(folder: Path) -> list[dict[str, Any]]:
    found = [
        model
        for path in folder.rglob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models") or []
    ]
    return sorted(found, key=lambda model: str(model["name"]))


def _doc_blocks(models: Path) -> dict[str, str]:
    return {
        name: " ".join(text.split())
        for path in sorted(models.rglob("*.md"))
        for name, text in _DOC_BLOCK.findall(path.read_text(encoding="utf-8"))
    }


def _table(model: dict[str, Any], blocks: dict[str, str]) -> str:
    meta = model["config"]["meta"]
    rows = "".join(
        f"| `{column['name']}` | {column['data_type']} | {_told(column['description'], blocks)} |\n"
        for column in model["columns"]
    )
    return (
        f"\n### {model['name']}\n\n{_told(model['description'], blocks)}"
        f" One row per {', '.join(meta['grain'])}. Owner: {meta['owner']}.\n\n"
        f"| column | type | meaning |\n|---|---|---|\n{rows}"
    )


def _told(description: str, blocks: dict[str, str]) -> str:
    text = _DOC_CALL.sub(lambda call: blocks[call.group(1)], description)
    return " ".join(text.split()).replace("|", "\\|")


def write_mart_docs(path: Path) -> None:
    """Write the page."""
    path.write_text(render_mart_docs(project_dir() / "models"), encoding="utf-8")


if __name__ == "__main__":
    write_mart_docs(project_dir().parent / "docs" / "marts.md")
