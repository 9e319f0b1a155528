"""Who may act on a finding: the people that config/sources.yaml names for the source it came from."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from countersign.core.contracts import Finding
from countersign.core.workspace import Workspace

Area = Literal["media", "web", "crm", "sales"]

# The tables that an area's people fill, those who decide before those who record.
_TABLES: dict[Area, tuple[str, ...]] = {
    "media": ("ad_performance", "single_ad_performance"),
    "web": ("web_sessions",),
    "crm": ("crm_leads",),
    "sales": ("sales_feedback", "crm_activities"),
}
_AREAS: dict[str, Area] = {
    "slow_follow_up": "sales",
    "waste": "media",
    "quality": "media",
    "opportunity": "media",
}
_MEDIA_METRICS = ("cost_per_lead", "cost_per_accepted_lead", "spend", "clicks", "leads")


class SourceOwner(BaseModel):
    """One source of config/sources.yaml: its key, the name people use, who owns it, what it covers.

    `places` are the channels and platforms that every row of the source has.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    name: str = ""
    owner: str = ""
    tables: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


def read_source_owners(workspace: Workspace) -> tuple[SourceOwner, ...]:
    """The sources with their owners; none without config/sources.yaml. Landing judges the file itself."""
    if not (workspace.config / "sources.yaml").is_file():
        return ()
    found = workspace.read_config("sources")
    listed = found.get("sources") if isinstance(found, dict) else None
    if not isinstance(listed, dict):
        return ()
    return tuple(_read_one(str(key), entry) for key, entry in listed.items() if isinstance(entry, dict))


def _read_one(key: str, entry: dict[str, object]) -> SourceOwner:
    held = entry.get("tables")
    tables = [table for table in held if isinstance(table, dict)] if isinstance(held, list) else []
    places = set()
    for table in tables:
        columns = table.get("columns")
        for name in ("channel", "platform"):
            mapped = columns.get(name) if isinstance(columns, dict) else None
            if isinstance(mapped, dict) and "constant" in mapped:
                places.add(str(mapped["constant"]))
    return SourceOwner(
        key=key,
        name=str(entry.get("name") or ""),
        owner=str(entry.get("owner") or ""),
        tables=frozenset(str(table.get("table")) for table in tables),
        places=frozenset(places),
    )


def area_of(finding: Finding) -> Area | None:
    """Whose work a finding is about; None when that is not plain."""
    if finding.kind in _AREAS:
        return _AREAS[finding.kind]
    if finding.kind == "drop_off":
        return "web" if finding.place.get("step", "").lower() == "leads" else "sales"
    if finding.metric == "sales_acceptance_rate" or finding.metric in _MEDIA_METRICS:
        return "media"
    return "web" if finding.metric in ("conversion_rate", "sessions") else None


def find_owner(sources: Sequence[SourceOwner], area: Area | None, *, finding: Finding) -> str:
    """Who acts there, as the sources say; empty when they name nobody or several people.

    A source of the finding's own channel or platform comes before the others of its kind.
    """
    if area is None:
        return ""
    places = {finding.place[name] for name in ("channel", "platform") if name in finding.place}
    for table in _TABLES[area]:
        fitting = [source for source in sources if table in source.tables and source.owner]
        near = [source for source in fitting if source.places & places]
        owners = {source.owner for source in near or fitting}
        if len(owners) == 1:
            return owners.pop()
    return ""
