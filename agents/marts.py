"""Which marts and columns an agent may be granted: those that dbt describes, without persons."""

from pathlib import Path

import yaml

from countersign.core.errors import SettingsError
from countersign.core.workspace import shipped

# Names that mean a person. dbt tags such columns with meta.pii; this list holds even when a tag was
# forgotten, because a grant that slips through here reaches a model.
PERSON_WORDS = ("email", "phone", "person", "contact", "pseudonym", "client_id", "cookie", "click_id", "ip")


def read_marts(models: Path | None = None) -> dict[str, frozenset[str]]:
    """The columns that may be granted, by mart, from the YAML beside the dbt models.

    Raises:
        SettingsError: there is no description of any mart.
    """
    folder = models or shipped("dbt_project") / "models" / "marts"
    marts: dict[str, frozenset[str]] = {}
    for path in sorted(folder.rglob("*.y*ml")):
        described = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for model in described.get("models") or []:
            columns = model.get("columns") or []
            marts[model["name"]] = frozenset(
                column["name"] for column in columns if not is_person_column(column)
            )
    if not marts:
        raise SettingsError(
            "No mart is described, so no agent can be granted anything.",
            found=f"no models in the YAML files under {folder}",
            fix="describe the marts in dbt_project/models/marts",
        )
    return marts


def is_person_column(column: dict[str, object]) -> bool:
    """Whether a described column holds a person: tagged as such, or named so.

    >>> is_person_column({"name": "contact_email"}), is_person_column({"name": "spend_reporting"})
    (True, False)
    """
    config = column.get("config")
    metas = [column.get("meta"), config.get("meta") if isinstance(config, dict) else None]
    if any(isinstance(meta, dict) and meta.get("pii") for meta in metas):
        return True
    return names_a_person(str(column["name"]))


def names_a_person(name: str) -> bool:
    """Whether a column's name says that it holds a person or what identifies one.

    >>> names_a_person("ip"), names_a_person("pipeline_reporting"), names_a_person("lead_id")
    (True, False, True)
    """
    words = f"_{name.lower()}_"
    return words == "_lead_id_" or any(f"_{word}_" in words for word in PERSON_WORDS)
