"""`countersign attribution`: who gets credit for conversions, under each model, from the newest snapshot."""

from __future__ import annotations

from contextlib import closing
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countersign.cli.context import JsonOption, WorkspaceOption, open_context, print_json, read_day
from countersign.core.errors import SettingsError

if TYPE_CHECKING:
    from countersign.analytics.attribution.credits import Credits, Model
    from countersign.analytics.attribution.reading import Slice
    from countersign.core.contracts import Snapshot
    from countersign.core.workspace import Workspace

app = typer.Typer(
    help="Credit for conversions by channel or campaign; none of it causal.", no_args_is_help=True
)


class ModelName(StrEnum):
    """What --model takes."""

    first = "first"
    last = "last"
    last_non_direct = "last_non_direct"
    linear = "linear"
    position = "position"
    time_decay = "time_decay"
    markov = "markov"
    markov_2 = "markov_2"
    shapley = "shapley"


class By(StrEnum):
    """What --by takes."""

    channel = "channel"
    campaign = "campaign"


class Type(StrEnum):
    """What --type takes."""

    lead = "lead"
    opportunity = "opportunity"
    customer = "customer"


@app.callback()
def _group() -> None:
    # With one command only, typer would drop its name.
    """Credit for conversions by channel or campaign; none of it causal."""


@app.command("show")
def show(
    model: Annotated[ModelName, typer.Option("--model", help="How credit is shared out.")] = ModelName.linear,
    by: Annotated[By, typer.Option("--by", help="What gets the credit.")] = By.channel,
    conversion_type: Annotated[Type, typer.Option("--type", help="Which conversions.")] = Type.lead,
    since: Annotated[str | None, typer.Option(help="First day of the conversions.")] = None,
    until: Annotated[str | None, typer.Option(help="First day after them.")] = None,
    account: Annotated[
        bool,
        typer.Option("--account", help="Count the touches of everybody at the account, not the person's."),
    ] = False,
    new_customers: Annotated[
        bool, typer.Option("--new-customers", help="Only of buyers who had won nothing before.")
    ] = False,
    compare: Annotated[bool, typer.Option("--compare", help="All models side by side.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who gets credit for conversions, what is not linked, and what the model cannot claim."""
    from countersign.analytics.attribution.credits import MODELS
    from countersign.analytics.attribution.reading import Slice

    chosen = Slice(
        conversion_type=conversion_type.value,
        by=by.value,
        scope="account" if account else "person",
        since=read_day("--since", since),
        until=read_day("--until", until),
        new_customers=new_customers,
    )
    models: tuple[Model, ...] = MODELS if compare else (model.value,)
    snapshot, found, answers = _read(open_context(workspace).workspace, chosen, models)
    if as_json:
        print_json(_plain(snapshot, chosen, found, answers))
    else:
        from countersign.cli.attribution_table import print_credits

        print_credits(chosen, found, answers, currency=snapshot.reporting_currency)


def _read(
    workspace: Workspace, chosen: Slice, models: tuple[Model, ...]
) -> tuple[Snapshot, dict[Model, Credits], list[dict[str, Any]]]:
    from countersign.analytics.attribution.reading import GRANTS, read_credits, read_self_reported
    from countersign.core.snapshot import latest_snapshot, open_granted

    snapshot = latest_snapshot(workspace)
    if snapshot is None or not set(GRANTS) <= set(snapshot.tables):
        raise SettingsError(
            "There is no snapshot with attribution yet.",
            found="none was taken"
            if snapshot is None
            else f"snapshot {snapshot.id} is older than attribution",
            fix="run `countersign run weekly`, then ask again",
        )
    with closing(open_granted(workspace, snapshot, grants=GRANTS)) as connection:
        found = read_credits(connection, chosen, models=models)
        return snapshot, found, read_self_reported(connection, chosen)


def _plain(
    snapshot: Snapshot, chosen: Slice, found: dict[Model, Credits], answers: list[dict[str, Any]]
) -> dict[str, Any]:
    from countersign.analytics.attribution.credits import CLAIMS, NONE_IS_CAUSAL

    return {
        "snapshot": snapshot.id,
        "as_of": snapshot.as_of,
        "reporting_currency": snapshot.reporting_currency,
        "type": chosen.conversion_type,
        "by": chosen.by,
        "scope": chosen.scope,
        "since": chosen.since,
        "until": chosen.until,
        "new_customers": chosen.new_customers,
        "models": [
            {
                "model": model,
                "conversions": credits.conversions,
                "linked_share": credits.linked_share,
                "credits": [
                    {chosen.by: name, "credit": credit, "value_credit": value}
                    for name, credit, value in credits.rows()
                ],
                "claim": CLAIMS[model],
            }
            for model, credits in found.items()
        ],
        "note": NONE_IS_CAUSAL,
        "self_reported": answers,
    }
