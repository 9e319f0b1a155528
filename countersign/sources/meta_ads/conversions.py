"""Conversions that Meta claims: the chosen actions in the chosen attribution windows, added up exactly."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from countersign.sources.meta_ads.options import MetaOptions


def claimed(record: Mapping[str, Any], options: MetaOptions) -> dict[str, str | None]:
    """How many conversions an insights record claims, and their value in the account's currency.

    Meta leaves out an action that did not happen: a count of 0. A value is None where no chosen action
    carries one, because "worth nothing" and "no value was sent" are not the same.
    """
    return {
        "count": str(_total(record.get("actions"), options) or Decimal(0)),
        "value": _text(_total(record.get("action_values"), options)),
    }


def _total(entries: object, options: MetaOptions) -> Decimal | None:
    if not isinstance(entries, list):
        return None
    chosen = [entry for entry in entries if entry.get("action_type") in options.conversion_actions]
    if not chosen:
        return None
    keys = options.attribution_windows or ("value",)
    return sum((_number(entry.get(key)) for entry in chosen for key in keys), Decimal(0))


def _number(said: object) -> Decimal:
    try:
        return Decimal(str(said)) if said is not None else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def _text(total: Decimal | None) -> str | None:
    return None if total is None else str(total)
