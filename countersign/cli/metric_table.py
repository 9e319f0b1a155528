"""An answer of `metrics query` as a table for people: percent, money with its currency, what is not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import typer

from flows.metric_query import PERIOD_COLUMNS
from flows.metric_request import next_start

if TYPE_CHECKING:
    from countersign.core.contracts import Snapshot
    from flows.metric_query import Answer

NOT_KNOWN = "not known"


def print_answer(answer: Answer) -> None:
    """Print the rows as a table, then what they rest on: marts, window, snapshot, data-through."""
    if answer.rows:
        for line in _lines(answer):
            typer.echo(line)
    else:
        typer.echo("No row: nothing happened there, or no row has such a value.")
    typer.echo("")
    for line in _footnotes(answer):
        typer.echo(line)


def say_value(value: Any, *, unit: str, currency: str) -> str:
    """A value of a metric in words: rates as percent, money with its currency, null as not known.

    >>> say_value(0.0734, unit="rate", currency="EUR")
    '7.3%'
    """
    if value is None:
        return NOT_KNOWN
    if unit == "rate":
        return f"{float(value) * 100:,.1f}%"
    if unit == "currency":
        return f"{Decimal(str(value)):,.2f} {currency}"
    if unit == "count":
        return f"{Decimal(str(value)).normalize():,f}"
    return f"{float(value):,.2f}" + (f" {unit}" if unit in {"hours", "days"} else "")


def _lines(answer: Answer) -> list[str]:
    names = list(answer.rows[0])
    says = _columns(answer)
    cells = [[says.get(name, _plain)(row[name]) for name in names] for row in answer.rows]
    widths = [max(len(text) for text in column) for column in zip(names, *cells, strict=True)]
    return [
        "  ".join(
            text.rjust(width) if name in says else text.ljust(width)
            for name, text, width in zip(names, line, widths, strict=True)
        ).rstrip()
        for line in (names, *cells)
    ]


def _columns(answer: Answer) -> dict[str, Callable[[Any], str]]:
    currency = answer.snapshot.reporting_currency
    return {
        asked: lambda value, unit=entry.unit: say_value(value, unit=unit, currency=currency)  # type: ignore[misc]
        for asked, entry in zip(answer.resolved.query.metrics, answer.resolved.entries, strict=True)
    }


def _plain(value: Any) -> str:
    return "none" if value is None else str(value)


def _footnotes(answer: Answer) -> list[str]:
    query, snapshot = answer.resolved.query, answer.snapshot
    notes = [
        f"{asked}: {entry.in_words}, from {' and '.join(mart.name for mart in entry.marts)}."
        for asked, entry in zip(query.metrics, answer.resolved.entries, strict=True)
    ]
    if query.since or query.until:
        notes.append(f"From {query.since or 'the first day'} up to and without {query.until or 'the end'}.")
    notes += _unfinished(answer)
    through = ", ".join(f"{name} {day or NOT_KNOWN}" for name, day in sorted(snapshot.data_through.items()))
    notes.append(
        f"Snapshot {snapshot.id} as of {snapshot.as_of:%Y-%m-%d %H:%M} UTC; data complete through: {through}."
    )
    return notes


def _unfinished(answer: Answer) -> list[str]:
    grain = answer.resolved.query.grain
    if grain is None:
        return []
    newest = max((row[PERIOD_COLUMNS[grain]] for row in answer.rows), default=None)
    if newest is None or next_start(newest, grain) <= _first_day_unseen(answer.snapshot):
        return []
    return [f"The {grain} of {newest} is not over: the snapshot ends before it does."]


def _first_day_unseen(snapshot: Snapshot) -> date:
    # `as_of` is exclusive: at midnight the day before it is whole.
    last = (snapshot.as_of - timedelta(microseconds=1)).astimezone(ZoneInfo(snapshot.time_zone)).date()
    whole = (snapshot.as_of).astimezone(ZoneInfo(snapshot.time_zone))
    return last + timedelta(days=1) if whole.date() > last else last
