"""What goes wrong in real data, planted one fault at a time, and the expectation that must catch it."""

from dataclasses import dataclass
from typing import Literal

from expectations.seeded.good_rows import Row
from expectations.seeded.row_defects import ROW_DEFECTS
from expectations.seeded.slight_defects import BATCH_DEFECTS, WARNINGS

Effect = Literal["row", "key", "warning", "batch"]


@dataclass(frozen=True)
class Defect:
    """One fault: what changes in a good row, the rule named after it, and what the gate must do.

    `effect` is "row" when the row is set aside, "key" when all but the last row of a key are, "batch"
    when nothing of the batch may pass, "warning" when the rows stay and the report says so.
    """

    table: str
    change: Row
    rule: str
    effect: Effect

    @property
    def words(self) -> str:
        """The change in a few words, e.g. `clicks = 101`."""
        if self.effect == "key":
            return "the same key twice"
        if not self.change and self.effect == "batch":
            return "no rows"
        return ", ".join(
            f"{name} {'missing' if value is None else f'= {value}'}" for name, value in self.change.items()
        )


def read_defects(table: str) -> tuple[Defect, ...]:
    """Every planted defect of a table, those of rows first."""
    return (
        *(Defect(table, change, rule, "row") for change, rule in ROW_DEFECTS[table]),
        Defect(table, {}, "key_is_unique", "key"),
        *(Defect(table, change, rule, "warning") for change, rule in WARNINGS.get(table, ())),
        *(Defect(table, change, rule, "batch") for change, rule in BATCH_DEFECTS.get(table, ())),
        Defect(table, {}, "rows_exist", "batch"),
    )
