"""What sources say of each other after a load: late data, clicks that do not arrive, forms without leads."""

from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Workspace
from expectations.warehouse_tables import create_raw_tables


def read_source_warnings(workspace: Workspace) -> list[str]:
    """The checks between sources that did not pass in the last load, one sentence each, for people.

    Raises:
        LockedError: another process has the warehouse open.
    """
    if not workspace.warehouse.is_file():
        return []
    with open_warehouse(workspace) as warehouse:
        create_raw_tables(warehouse)
        found = warehouse.execute(
            "select distinct source, reason from quality.source_checks where not passed order by all"
        ).fetchall()
    by_reason: dict[str, list[str]] = {}
    for source, reason in found:
        by_reason.setdefault(reason, []).append(source)
    return [f"{', '.join(sources)}: {reason}" for reason, sources in by_reason.items()]
