"""What a suite is made of, what the gate returns, and how a suite is found by its file's name."""

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from countersign.core.contracts import Batch, Record
from countersign.core.errors import QualityError
from countersign.core.landed import LandedTable
from countersign.core.telemetry import switch_telemetry_off
from countersign.core.workspace import Company

# Above this share (0..1) of objectionable rows the file itself is suspect (a shifted column, another
# separator, a wrong mapping), and the rows that happen to pass are not to be trusted either.
TOLERATED_SHARE = 0.20
# In a file of three rows one bad row is a third; fewer bad rows than this condemn no batch.
SUSPECT_ROWS = 3


@dataclass(frozen=True)
class Rule:
    """One expectation with what the gate does about it and why, in a marketer's words.

    `scope` says what a failed critical rule sets aside: "row" the rows that break it, "key" all but
    the last row of a key, "batch" the whole batch. A failed warning sets nothing aside. Rows of a
    rule with `is_suspicious=False` are set aside but do not count against the batch. `derived` is
    SQL over a row, for a rule that needs more than a column: its value stands in a column named `_NAME`.
    `row_reason` is SQL over a row for what is wrong with that row; `reason` speaks of the batch.
    """

    name: str
    expectation: Any
    reason: str
    severity: Literal["critical", "warning"] = "critical"
    scope: Literal["row", "key", "batch"] = "row"
    is_suspicious: bool = True
    derived: str = ""
    row_reason: str = ""

    @property
    def sets_rows_aside(self) -> bool:
        """Whether the rows that break it go to quarantine one by one."""
        return self.severity == "critical" and self.scope == "row"


@dataclass(frozen=True)
class Suite:
    """The rules of one landed table, in the order in which a row's reason is chosen."""

    table: LandedTable
    rules: tuple[Rule, ...]
    tolerated_share: float = TOLERATED_SHARE

    @property
    def derived(self) -> Mapping[str, str]:
        """SQL expressions by column name, of the rules that need more than a column."""
        return {f"_{rule.name}": rule.derived for rule in self.rules if rule.derived}

    def rule(self, name: str) -> Rule:
        """A rule by name; KeyError when the suite has none."""
        for rule in self.rules:
            if rule.name == name:
                return rule
        raise KeyError(name)


@dataclass(frozen=True)
class RuleResult:
    """What Great Expectations said of one rule: its verdict and how many rows broke it."""

    rule: Rule
    passed: bool
    rows: int


class GateResult(Record):
    """A checked batch, not yet promoted.

    `set_aside` is a Parquet file (row_number, rule, severity, reason) beside the batch's rows.
    `reasons` says why the whole batch is quarantined; empty when it is not.
    """

    batch: Batch
    set_aside: Path
    reasons: tuple[str, ...] = ()

    @property
    def is_quarantined(self) -> bool:
        """Whether the whole batch is set aside."""
        return bool(self.reasons)


def read_suite(table: LandedTable, company: Company, *, latest: datetime) -> Suite:
    """The suite of a landed table: `build_suite` of the module of that name in this package.

    Args:
        table: the landed table.
        company: whose reporting currency and zone the rules use.
        latest: exclusive UTC instant; rows dated at or after it lie in the future.

    Raises:
        QualityError: no module has that name.
    """
    name = f"{__package__}.{table.name}"
    if importlib.util.find_spec(name) is None:
        raise QualityError(
            "A landed table has no expectations.",
            found=f"{table.name}: no expectations/{table.name}.py",
            fix=f"write expectations/{table.name}.py with build_suite(company, *, latest)",
        )
    # The suites import Great Expectations, which must find its switches set.
    switch_telemetry_off()
    suite: Suite = importlib.import_module(name).build_suite(company, latest=latest)
    return suite
