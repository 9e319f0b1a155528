"""What spend leaves out: it is what media cost, so that a channel without it is not free."""

from countersign.core.contracts import Table

NO_MEDIA = "No media cost"
_NOTE = " Spend is what media cost; what else a channel costs, such as a stand or a tool, is not in it."


def media_note(table: Table | None) -> str:
    """Said under a table with channels that no media money went to; else nothing."""
    rows = table.rows if table else ()
    return _NOTE if any(cell.missing == NO_MEDIA for row in rows for cell in row.cells) else ""
