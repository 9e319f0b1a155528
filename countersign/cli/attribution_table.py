"""Credits for people: one model with its value, or all of them side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countersign.analytics.attribution.credits import CLAIMS, NONE_IS_CAUSAL, Credits, Model

if TYPE_CHECKING:
    from rich.console import Console

    from countersign.analytics.attribution.reading import Slice

# As many rows as fit a screen; the rest is one row, so that the sum stays.
_MOST_ROWS = 30


def print_credits(
    chosen: Slice, found: dict[Model, Credits], answers: list[dict[str, Any]], *, currency: str
) -> None:
    """Print credits, what is not linked, what the model can claim, and what people said themselves.

    Args:
        chosen: the slice that was asked for.
        found: credits by model.
        answers: what people answered to how they heard of us, with conversions.
        currency: of the values.
    """
    from rich.console import Console

    console = Console(highlight=False)
    touches = "the whole account's touches" if chosen.scope == "account" else "the person's own touches"
    console.print(f"Credit for: {chosen.conversion_type}{_window(chosen)}; {touches}", markup=False)
    if len(found) == 1:
        _print_one(console, chosen, *found.values(), currency=currency)
    else:
        _print_all(console, chosen, found)
    any_of_them = next(iter(found.values()))
    share = any_of_them.linked_share
    linked = (
        "no conversions" if share is None else f"{share:.1%} of {any_of_them.conversions:,.0f} conversions"
    )
    console.print(f"Linked to a known touch: {linked}")
    if len(found) == 1:
        console.print(CLAIMS[any_of_them.model], markup=False)
    console.print(NONE_IS_CAUSAL)
    _print_answers(console, answers)


def _window(chosen: Slice) -> str:
    since = f" since {chosen.since}" if chosen.since else ""
    until = f" until before {chosen.until}" if chosen.until else ""
    return f"{since}{until}{', new customers only' if chosen.new_customers else ''}"


def _print_one(console: Console, chosen: Slice, credits: Credits, *, currency: str) -> None:
    from rich.table import Table

    table = Table(title=f"Model: {credits.model}", title_justify="left")
    table.add_column(chosen.by)
    for header in ("credit", f"value {currency}"):
        table.add_column(header, justify="right")
    for name, credit, value in _shortened(credits.rows()):
        table.add_row(_escaped(name), f"{credit:,.2f}", f"{value:,.0f}")
    console.print(table)


def _shortened(rows: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    if len(rows) <= _MOST_ROWS:
        return rows
    shown, rest = rows[: _MOST_ROWS - 2], rows[_MOST_ROWS - 2 : -1]
    folded = (f"{len(rest)} others", sum(row[1] for row in rest), sum(row[2] for row in rest))
    return [*shown, folded, rows[-1]]


def _print_all(console: Console, chosen: Slice, found: dict[Model, Credits]) -> None:
    from rich.table import Table

    # Nine models fit eighty columns only without lines between them.
    table = Table(title="All models", title_justify="left", box=None, pad_edge=False)
    table.add_column(chosen.by, overflow="fold")
    columns = {model: {name: credit for name, credit, _ in each.rows()} for model, each in found.items()}
    for model in columns:
        table.add_column(model.replace("_", " "), justify="right")
    names = dict.fromkeys(name for each in found.values() for name, _, _ in each.rows()[:-1])
    # Rows in the order of the largest credit under any model; what is not linked comes last.
    ordered = sorted(names, key=lambda name: -max(column.get(name, 0.0) for column in columns.values()))
    for name in [*ordered[:_MOST_ROWS], next(iter(found.values())).rows()[-1][0]]:
        table.add_row(_escaped(name), *(f"{column.get(name, 0.0):,.1f}" for column in columns.values()))
    console.print(table)
    if len(ordered) > _MOST_ROWS:
        console.print(f"{len(ordered) - _MOST_ROWS} more with less credit: --json lists them all")


def _print_answers(console: Console, answers: list[dict[str, Any]]) -> None:
    from countersign.analytics.attribution.reading import NO_ANSWER

    given = [answer for answer in answers if answer["answer"] != NO_ANSWER]
    if not given:
        console.print("Nobody was asked how they heard of us, or nobody answered.")
        return
    asked = ", ".join(f"{answer['answer']} {answer['conversions']:,}" for answer in answers[:_MOST_ROWS])
    console.print(f"Beside it, never mixed in, what people said themselves: {asked}", markup=False)


def _escaped(name: str) -> str:
    from rich.markup import escape

    return escape(name)
