"""The fact book: reads a granted snapshot and writes down each number with how to get it again."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from countersign.analytics.arithmetic import Arguments
from countersign.analytics.functions import function_named, newest_version
from countersign.analytics.metrics import METRICS, metric_named
from countersign.core.contracts import Derived, Fact, Fitted, Interval, Number, Query, Snapshot, Unit, Window
from countersign.core.hashing import short_id
from countersign.core.periods import WEEK
from countersign.core.warehouse import quote_text, read_rows

NO_ARGUMENTS: Arguments = {}
NO_DIMENSIONS: Mapping[str, str] = {}


class FactBook:
    """Makes facts from one snapshot and keeps every fact it made.

    Metrics are read once per book (three queries) and looked up; each fact still carries its own
    one-cell SQL. A row that does not exist gives a fact whose value is None: not known, never zero.

    Args:
        connection: from `core.snapshot.open_granted`.
        snapshot: its manifest.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._connection = connection
        self._facts: dict[str, Fact] = {}
        self._columns = _granted_columns(connection)
        self._by_week = self._read_metrics("by_week")
        self._by_channel_week = self._read_metrics("by_channel_week")

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The granted snapshot, for models that read many rows; their figures become fitted facts."""
        return self._connection

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact made so far, in order."""
        return tuple(self._facts.values())

    @property
    def by_id(self) -> Mapping[str, Fact]:
        """Every fact made so far, by id."""
        return self._facts

    def value(self, fact_id: str | None) -> Number | None:
        """The value of a fact of this book; None for no fact."""
        return None if fact_id is None else self._facts[fact_id].value

    def has(self, table: str, *columns: str) -> bool:
        """Whether the grant holds a mart with these columns and at least one row in it."""
        if not set(columns) <= self._columns.get(table, frozenset()) or table not in self._columns:
            return False
        return bool(self.rows(f"select 1 as one from marts.{table} limit 1"))

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows that steer the analysis (which channels, which weeks); numbers go through facts."""
        return read_rows(self._connection, sql)

    def weeks_on_record(
        self, table: str, window: Window, *, dimensions: Mapping[str, str] = NO_DIMENSIONS
    ) -> int:
        """Weeks of a window from the first row of a mart in it, in a place, to the window's end; 0 without.

        Fewer than the window has: the record, or the place, begins inside it, so a sum over the window is no
        sum over all its weeks.
        """
        tests = [f"{name} = {quote_text(value)}" for name, value in dimensions.items()]
        tests += [f"week_start >= date '{window.start}'", f"week_start < date '{window.end}'"]
        (row,) = self.rows(f"select min(week_start) as first from marts.{table} where {' and '.join(tests)}")
        return 0 if row["first"] is None else (window.end - _as_date(row["first"])) // WEEK

    def weeks(self, metric: str) -> list[date]:
        """Mondays of the weeks in which a metric is known and not zero, oldest first."""
        names = metric_named(metric).ratio_of or (metric,)
        return sorted(
            start for (start, _), row in self._by_week.items() if all(row.get(name) for name in names)
        )

    def channels(self, weeks: Sequence[Window]) -> list[str]:
        """Channels with any row in these weeks, by name."""
        starts = {week.start for week in weeks}
        return sorted({channel for start, channel in self._by_channel_week if start in starts})

    def spending_channels(self) -> frozenset[str]:
        """Channels with spend in any week of the snapshot."""
        return frozenset(channel for (_, channel), row in self._by_channel_week.items() if row.get("spend"))

    def metric(self, name: str, week: Window, *, channel: str | None = None) -> Fact:
        """A metric in a week, over all channels or in one.

        Raises:
            SnapshotError: the metric is not defined.
        """
        metric = metric_named(name)
        if metric.ratio_of is not None:
            return self.derive(
                "ratio",
                [self.metric(part, week, channel=channel) for part in metric.ratio_of],
                metric=name,
                title=f"{metric.title} by week" if channel is None else f"{metric.title} by channel and week",
                unit=metric.unit,
                window=week,
                dimensions={} if channel is None else {"channel": channel},
            )
        grain = "by_week" if channel is None else "by_channel_week"
        rows = self._by_week if channel is None else self._by_channel_week
        sql = _cell_sql(self.snapshot.metric_sql.get(grain, ""), name, week=week, channel=channel)
        return self._keep(
            metric=name,
            title=f"{metric.title} by week" if channel is None else f"{metric.title} by channel and week",
            value=rows.get((week.start, channel or ""), {}).get(name),
            unit=metric.unit,
            window=week,
            dimensions={} if channel is None else {"channel": channel},
            definition=Query(sql=sql),
            columns=tuple(f"channel_day.{column}" for column in metric.columns),
        )

    def query(
        self,
        metric: str,
        sql: str,
        *,
        title: str,
        unit: Unit,
        columns: Sequence[str],
        window: Window | None = None,
        dimensions: Mapping[str, str] = NO_DIMENSIONS,
    ) -> Fact:
        """A number that is one cell of the marts.

        Args:
            metric: name of what is measured.
            sql: returns at most one row with one column; no row means not known.
            title: the evidence that a reader opens.
            unit: of the value; money is in the snapshot's reporting currency.
            columns: "table.column" that the SQL reads.
            window: the days it covers, None when undated.
            dimensions: where it was measured, by column name.
        """
        row = self._connection.execute(sql).fetchone()
        return self._keep(
            metric=metric,
            title=title,
            value=as_number(row[0]) if row else None,
            unit=unit,
            window=window,
            dimensions=dict(dimensions),
            definition=Query(sql=sql),
            columns=tuple(columns),
        )

    def total(
        self,
        column: str,
        table: str,
        *,
        window: Window | None,
        title: str,
        unit: Unit,
        dimensions: Mapping[str, str] = NO_DIMENSIONS,
        channels: Sequence[str] | None = None,
    ) -> Fact:
        """The sum of a column of a mart over a window's weeks, in a place.

        Args:
            column: what is added; also the fact's metric.
            table: the mart.
            window: covers whole weeks; None adds all rows.
            title: the evidence that a reader opens.
            unit: of the sum.
            dimensions: columns that must equal a value.
            channels: only these channels, for a group that is no dimension of the mart.
        """
        tests = [f"{name} = {quote_text(value)}" for name, value in dimensions.items()]
        if window is not None:
            tests += [f"week_start >= date '{window.start}'", f"week_start < date '{window.end}'"]
        if channels is not None:
            tests.append(f"channel in ({', '.join(quote_text(channel) for channel in channels)})")
        where = f" where {' and '.join(tests)}" if tests else ""
        return self.query(
            column,
            f"select sum({column}) from marts.{table}{where}",
            title=title,
            unit=unit,
            columns=[f"{table}.{column}"],
            window=window,
            dimensions=dimensions,
        )

    def fitted(
        self,
        definition: Fitted,
        *,
        metric: str,
        value: Number | None,
        title: str,
        unit: Unit,
        columns: Sequence[str],
        window: Window | None = None,
        dimensions: Mapping[str, str] = NO_DIMENSIONS,
        interval: Interval | None = None,
    ) -> Fact:
        """A number that a model gave for this snapshot; `definition` says how to get it again."""
        return self._keep(
            metric=metric, title=title, value=value, unit=unit, window=window, dimensions=dict(dimensions),
            definition=definition, columns=tuple(columns), interval=interval,
        )  # fmt: skip

    def derive(
        self,
        function: str,
        inputs: Sequence[Fact],
        *,
        metric: str,
        title: str,
        unit: Unit,
        window: Window | None = None,
        dimensions: Mapping[str, str] = NO_DIMENSIONS,
        arguments: Arguments = NO_ARGUMENTS,
        interval: Interval | None = None,
    ) -> Fact:
        """A number computed from facts by a registered function; see `derive_fact`."""
        fact = derive_fact(
            function, inputs, metric=metric, title=title, unit=unit, window=window,
            dimensions=dimensions, arguments=arguments, interval=interval,
        )  # fmt: skip
        return self._facts.setdefault(fact.id, fact)

    def _keep(self, **fields: Any) -> Fact:
        fact = _build_fact(
            snapshot_id=self.snapshot.id, currency=self.snapshot.reporting_currency, fields=fields
        )
        return self._facts.setdefault(fact.id, fact)

    def _read_metrics(self, grain: str) -> dict[tuple[date, str], dict[str, Number | None]]:
        # A grant without channel_day or one of its columns has no metrics, which is not an error.
        needed = {column for metric in METRICS.values() for column in metric.columns}
        if grain not in self.snapshot.metric_sql or not self.has("channel_day", *needed):
            return {}
        found = {}
        for row in self.rows(self.snapshot.metric_sql[grain]):
            key = (_as_date(row.pop("week_start")), str(row.pop("channel", "")))
            found[key] = {name: as_number(value) for name, value in row.items()}
        return found


def derive_fact(
    function: str,
    inputs: Sequence[Fact],
    *,
    metric: str,
    title: str,
    unit: Unit,
    window: Window | None = None,
    dimensions: Mapping[str, str] = NO_DIMENSIONS,
    arguments: Arguments = NO_ARGUMENTS,
    interval: Interval | None = None,
) -> Fact:
    """A fact computed from others of one snapshot by the newest version of a registered function.

    Raises:
        SnapshotError: there is no such function.
        ValueError: no inputs, or inputs of two snapshots or two currencies.
    """
    currencies = {fact.currency for fact in inputs if fact.currency}
    if len({fact.snapshot_id for fact in inputs}) != 1 or len(currencies) > 1:
        raise ValueError(f"{function} needs inputs of one snapshot and one currency")
    version = newest_version(function)
    value = function_named(function, version)([fact.value for fact in inputs], arguments)
    definition = Derived(
        function=function,
        version=version,
        inputs=tuple(fact.id for fact in inputs),
        arguments=dict(arguments),
    )
    fields = {
        "metric": metric,
        "title": title,
        "value": value,
        "unit": unit,
        "window": window,
        "dimensions": dict(dimensions),
        "definition": definition,
        "columns": tuple(sorted({column for fact in inputs for column in fact.columns})),
        "interval": interval,
    }
    return _build_fact(
        snapshot_id=inputs[0].snapshot_id, currency=next(iter(currencies), None), fields=fields
    )


def as_number(value: object) -> Number | None:
    """A cell of DuckDB as a number; null, NaN and infinity are not known.

    Raises:
        ValueError: the cell holds something else.
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return value
    raise ValueError(f"a fact's SQL gave {type(value).__name__}, not a number")


def _build_fact(*, snapshot_id: str, currency: str | None, fields: dict[str, Any]) -> Fact:
    window: Window | None = fields["window"]
    identity = [
        snapshot_id,
        fields["definition"].model_dump(mode="json"),
        window and window.model_dump(mode="json"),
        fields["dimensions"],
    ]
    return Fact(
        id=short_id("f", identity),
        snapshot_id=snapshot_id,
        currency=currency if fields["unit"] == "currency" else None,
        **fields,
    )


def _cell_sql(metric_sql: str, name: str, *, week: Window, channel: str | None) -> str:
    body = metric_sql.strip().rstrip(";")
    place = "" if channel is None else f" and channel = {quote_text(channel)}"
    return f"select {name} from (\n{body}\n) as metric where week_start = date '{week.start}'{place}"


def _granted_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, frozenset[str]]:
    rows = connection.execute(
        "select table_name, list(column_name) from information_schema.columns"
        " where table_schema = 'marts' group by table_name"
    ).fetchall()
    return {name: frozenset(columns) for name, columns in rows}


def _as_date(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
