"""Every connector as a list: what it fills, which secrets it needs, how far it is proved, its page."""

from pathlib import Path

import yaml

from countersign.core.contracts import Record
from countersign.core.settings import source_secret_name
from countersign.sources.connecting.connector import Proof
from countersign.sources.connecting.registry import connector_names, find_connector

_VENDORS = Path(__file__).resolve().parents[1]
# Two ways into one product share a page.
_PAGES = {"ga4_export": "ga4.md"}
_HEAD = "| connector | fills | secrets | proved | page |\n|---|---|---|---|---|"


class NeededSecret(Record):
    """A secret as the environment names it for a source that is called like its connector."""

    variable: str
    meaning: str
    is_required: bool


class ConnectorEntry(Record):
    """One connector; `page` is its page below docs/sources."""

    name: str
    title: str
    proof: Proof
    proof_note: str
    tables: tuple[str, ...]
    secrets: tuple[NeededSecret, ...]
    page: str


def list_connectors() -> list[ConnectorEntry]:
    """All connectors, by name."""
    return [_entry(name) for name in connector_names()]


def adopted_vendors() -> dict[str, list[str]]:
    """The vendors whose tables are recognised, by the loader that filled them."""
    found: dict[str, list[str]] = {}
    for path in sorted((_VENDORS / "adopted").glob("*/*.yaml")):
        found.setdefault(path.parent.name, []).append(path.stem)
    return found


def render_connectors() -> str:
    """The lists of docs/sources/README.md, as Markdown."""
    rows = [
        f"| `{one.name}` ({one.title}) | {', '.join(one.tables)} | {_secrets(one)} | {one.proof} |"
        f" [{one.page}]({one.page}) |"
        for one in list_connectors()
    ]
    adopted = [f"| `{loader}` | {', '.join(vendors)} |" for loader, vendors in adopted_vendors().items()]
    return "\n".join([_HEAD, *rows, "", "| loader | vendors |", "|---|---|", *adopted]) + "\n"


def _entry(name: str) -> ConnectorEntry:
    connector = find_connector(name)
    mapping = yaml.safe_load((_VENDORS / name / "mapping.yaml").read_text(encoding="utf-8"))
    return ConnectorEntry(
        name=name,
        title=connector.title,
        proof=connector.proof,
        proof_note=connector.proof_note,
        tables=tuple(dict.fromkeys(table["table"] for table in mapping["tables"])),
        secrets=tuple(
            NeededSecret(
                variable=source_secret_name(name, secret.name),
                meaning=secret.meaning,
                is_required=secret.required,
            )
            for secret in connector.secrets
        ),
        page=_PAGES.get(name, f"{name}.md"),
    )


def _secrets(one: ConnectorEntry) -> str:
    prefix = source_secret_name(one.name, "")
    names = ((secret, f"`{secret.variable.removeprefix(prefix)}`") for secret in one.secrets)
    named = [name if secret.is_required else f"({name})" for secret, name in names]
    return ", ".join(named) or "none"
