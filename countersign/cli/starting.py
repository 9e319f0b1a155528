"""A new workspace's own config: the shipped files, but with no sources and the company's own name."""

import json
import shutil
from pathlib import Path

from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace, shipped

# A new company has none of the demo company's files: its sources stay below as examples.
_NO_SOURCES = """\
# Which files fill which landed table. Drop files into data/, then let a first mapping be proposed:
#   countersign data draft-mapping data/FILE --write NAME
# and ask `countersign data check` what it would do. docs/sources/files.md lists every key.
# No key and no password belongs here. The examples are the demo company's sources:
#
{examples}
sources:
"""


def write_starting_config(workspace: Workspace, *, company: dict[str, str]) -> list[str]:
    """Write every config file that is not there yet; returns the names of those that were kept.

    Args:
        workspace: whose config/ is filled; the folder exists.
        company: fields of company.yaml to set, e.g. {"name": "Acme"}; the others keep the shipped value.

    Raises:
        SettingsError: a field does not fit; no company.yaml is left behind.
    """
    kept = []
    for source in sorted(shipped("config").glob("*.yaml")):
        target = workspace.config / source.name
        if target.exists():
            kept.append(target.name)
        elif source.name == "sources.yaml":
            target.write_text(_without_sources(source), encoding="utf-8")
        elif source.name == "company.yaml":
            _write_company(workspace, target, text=_named(source, company))
        else:
            shutil.copyfile(source, target)
    return kept


def _write_company(workspace: Workspace, target: Path, *, text: str) -> None:
    target.write_text(text, encoding="utf-8")
    try:
        workspace.company()
    except SettingsError:
        target.unlink()
        raise


def _without_sources(source: Path) -> str:
    lines = source.read_text(encoding="utf-8").splitlines()
    examples = lines[lines.index("sources:") + 1 :]
    return _NO_SOURCES.format(examples="\n".join(f"#{line}".rstrip() for line in examples))


def _named(source: Path, company: dict[str, str]) -> str:
    lines = source.read_text(encoding="utf-8").splitlines()
    # A JSON string is a YAML string, whatever quotes and colons the name holds.
    named = {field: f"{field}: {json.dumps(value, ensure_ascii=False)}" for field, value in company.items()}
    return "\n".join(named.get(line.partition(":")[0], line) for line in lines) + "\n"
