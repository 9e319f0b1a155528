"""Builds typed facts and their aliases for invented drafts."""

from datetime import date
from decimal import Decimal

from countersign.core.contracts import Derived, Fact, Query, Unit, Window

SNAPSHOT = "snap-2026w46-7f3a"
WEEK = Window(start=date(2026, 11, 9), end=date(2026, 11, 16))
BEFORE = Window(start=date(2026, 11, 2), end=date(2026, 11, 9))


class FactBook:
    """Collects facts and their aliases."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.bindings: dict[str, str] = {}
        self.values: dict[str, Decimal | None] = {}

    def query(
        self,
        alias: str,
        value: Decimal | int | str | None,
        *,
        metric: str,
        title: str,
        unit: Unit,
        window: Window | None = WEEK,
        dimensions: dict[str, str] | None = None,
        table: str = "channel_week",
    ) -> str:
        """A fact that is one cell."""
        definition = Query(sql=f"select {metric}\nfrom marts.{table}\nwhere alias = '{alias}'")
        columns = (f"{table}.{metric}", f"{table}.week_start")
        return self._add(alias, value, metric, title, unit, window, definition, columns, dimensions or {})

    def derived(
        self,
        alias: str,
        value: Decimal | None,
        *,
        metric: str,
        title: str,
        unit: Unit,
        function: str,
        inputs: tuple[str, ...],
    ) -> str:
        """A fact computed from others."""
        ids = tuple(self.bindings[name] for name in inputs)
        definition = Derived(function=function, version=1, inputs=ids)
        columns = (f"channel_week.{metric.removesuffix('_change')}",)
        return self._add(alias, value, metric, title, unit, WEEK, definition, columns, {})

    def change(self, now: str, prior: str, *, metric: str, title: str) -> str:
        """The relative change of two facts, as alias `NOW.change`."""
        before, after = self.values[prior], self.values[now]
        value = (after - before) / before if before and after is not None else None
        return self.derived(
            f"{now}.change",
            value,
            metric=f"{metric}_change",
            title=title,
            unit="rate",
            function="change_rate",
            inputs=(now, prior),
        )

    def _add(self, alias, value, metric, title, unit, window, definition, columns, dimensions) -> str:
        number = None if value is None else Decimal(str(value))
        self.values[alias] = number
        self.bindings[alias] = f"fact-{len(self.facts) + 1:04d}"
        self.facts.append(
            Fact(
                id=self.bindings[alias],
                metric=metric,
                title=title,
                value=number,
                unit=unit,
                currency="EUR" if unit == "currency" else None,
                window=window,
                dimensions=dimensions,
                definition=definition,
                columns=columns,
                snapshot_id=SNAPSHOT,
            )
        )
        return alias
