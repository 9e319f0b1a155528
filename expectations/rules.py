"""Rules that many suites share, each a Great Expectations expectation with its reason."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from countersign.core.currencies import ISO_CURRENCIES
from countersign.core.landed import LandedTable
from countersign.core.warehouse import quote_name
from expectations.gx import gxe
from expectations.names import CURRENCY_RULE, KEY_RULE, READABLE_RULE, ROWS_RULE
from expectations.suite import Rule

# No marketing system we read has rows older than this; earlier dates are empty cells of spreadsheets
# (1899-12-30, 1970-01-01) or two-digit years.
EARLIEST = datetime(2000, 1, 1)  # noqa: DTZ001 landed timestamps are UTC without a zone
# A day is cut in the account's zone: at the given instant it may already be tomorrow in UTC+14.
FURTHEST_ZONE = timedelta(hours=14)


def batch_rules(table: LandedTable) -> tuple[Rule, ...]:
    """What every batch must be: not empty, readable, with its required columns and unique keys."""
    return (
        Rule(
            ROWS_RULE,
            gxe.ExpectTableRowCountToBeBetween(min_value=1),
            "The file holds no rows.",
            scope="batch",
        ),
        Rule(
            READABLE_RULE,
            gxe.ExpectColumnValuesToBeNull(column="_bad"),
            "A value could not be read.",
        ),
        *(_given(column.name) for column in table.columns if column.required),
        _unique_key(table),
    )


def _given(column: str) -> Rule:
    return Rule(
        f"{column}_is_given",
        gxe.ExpectColumnValuesToNotBeNull(column=column),
        f"The row has no {column}.",
    )


def _unique_key(table: LandedTable) -> Rule:
    # Eight bytes a row are counted faster than texts. Two keys with one hash fail here, once in many
    # thousand batches, and `setting_aside` then finds that no key comes twice.
    names = [quote_name(name) for name in table.key]
    given = " and ".join(f"{name} is not null" for name in names)
    return Rule(
        KEY_RULE,
        gxe.ExpectColumnProportionOfUniqueValuesToBeBetween(column=f"_{KEY_RULE}", min_value=1),
        f"More than one row has the same {' + '.join(table.key)}.",
        scope="key",
        derived=f"case when {given} then hash({', '.join(names)}) end",
    )


def usually_given(column: str, reason: str, *, share: float = 0.9) -> Rule:
    """A warning when less than `share` (0..1) of the rows have a value."""
    return Rule(
        f"{column}_is_usually_given",
        gxe.ExpectColumnValuesToNotBeNull(column=column, mostly=share),
        reason,
        severity="warning",
    )


def not_negative(column: str, what: str) -> Rule:
    """Amounts and counts are zero or more."""
    return Rule(
        f"{column}_is_not_negative",
        gxe.ExpectColumnValuesToBeBetween(column=column, min_value=0),
        f"{what} below zero.",
    )


def iso_currency(column: str, what: str) -> Rule:
    """A currency is one that exists; the warehouse converts what is not the company's own."""
    return Rule(
        CURRENCY_RULE if column == "currency" else f"{column}_is_an_iso_code",
        gxe.ExpectColumnValuesToBeInSet(column=column, value_set=sorted(ISO_CURRENCIES)),
        f"{what} is in no currency that ISO knows, such as EUR.",
    )


def dated_between(column: str, what: str, *, latest: datetime, is_day: bool = False) -> tuple[Rule, Rule]:
    """A date is not before 2000 and not in the future of `latest` (exclusive UTC instant).

    Args:
        column: a date or UTC timestamp column; missing values pass.
        what: the thing that is dated, as a sentence starts ("The session").
        latest: from this instant on, a date lies in the future.
        is_day: the column is a day in some account's zone, not an instant.
    """
    return (
        Rule(
            f"{column}_is_not_before_2000",
            gxe.ExpectColumnValuesToBeBetween(column=column, min_value=EARLIEST),
            f"{what} is dated before 2000.",
        ),
        not_in_the_future(column, what, latest=latest, is_day=is_day),
    )


def not_in_the_future(column: str, what: str, *, latest: datetime, is_day: bool = False) -> Rule:
    """The later half of `dated_between`, for dates that another rule keeps from being too early."""
    naive = latest.replace(tzinfo=None)
    end = datetime.combine((naive + FURTHEST_ZONE).date(), datetime.min.time()) if is_day else naive
    return Rule(
        f"{column}_is_not_in_the_future",
        gxe.ExpectColumnValuesToBeBetween(column=column, max_value=end, strict_max=not is_day),
        f"{what} is dated in the future.",
    )


def at_most(column: str, limit: str, reason: str, *, is_warning: bool = False) -> Rule:
    """A column never exceeds another one of its row; rows that lack either pass."""
    return Rule(
        f"{column}_is_at_most_{limit}",
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=limit, column_B=column, or_equal=True, ignore_row_if="either_value_is_missing"
        ),
        reason,
        severity="warning" if is_warning else "critical",
    )


def counts(*columns: str) -> tuple[Rule, ...]:
    """Counts and amounts of a table that are zero or more, each a rule of its own."""
    return tuple(not_negative(column, f"{column.replace('_', ' ').capitalize()} are") for column in columns)


def one_of(column: str, values: Iterable[str], reason: str, *, is_warning: bool = False) -> Rule:
    """A column holds one of a closed set; missing values pass."""
    return Rule(
        f"{column}_is_known",
        gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(values)),
        reason,
        severity="warning" if is_warning else "critical",
    )


def not_blank(column: str, reason: str) -> Rule:
    """A text that tells things apart is not empty; missing values are another rule's."""
    return never(f"trim({column}) = ''", f"{column}_is_not_blank", reason)


def in_order(first: str, then: str, reason: str) -> Rule:
    """A warning when two instants stand the other way round, where clocks and imports may be the cause."""
    return never(f"{first} > {then}", f"{first}_is_at_most_{then}", reason, is_warning=True)


def never(
    condition: str,
    name: str,
    reason: str,
    *,
    is_warning: bool = False,
    scope: Literal["row", "batch"] = "row",
) -> Rule:
    """A SQL condition over the columns of a row is true in no row; null counts as not true."""
    return Rule(
        name,
        gxe.ExpectColumnValuesToBeInSet(column=f"_{name}", value_set=[False]),
        reason,
        severity="warning" if is_warning else "critical",
        scope=scope,
        derived=f"coalesce({condition}, false)",
    )
