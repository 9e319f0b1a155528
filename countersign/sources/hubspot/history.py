"""What the history of a contact's properties tells: stages entered, verdicts of sales, consent, merges."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from countersign.core.landed import STAGES
from countersign.sources.hubspot.options import HubSpotOptions

Json = dict[str, Any]
CONSENT_PROPERTIES = ("hs_legal_basis", "hs_email_optout")
_MERGES = ("hs_calculated_merged_vids", "hs_merged_object_ids")


class Change(NamedTuple):
    """One value that a property took, and when (ISO 8601, UTC, so that order of text is order of time)."""

    at: str
    name: str
    value: str


def changes_of(record: Json, names: tuple[str, ...]) -> list[Change]:
    """All values that some properties took, oldest first; HubSpot gives them newest first."""
    history = record.get("propertiesWithHistory") or {}
    return sorted(
        Change(str(entry["timestamp"]), name, str(entry["value"]))
        for name in names
        for entry in history.get(name) or ()
        if entry.get("value")
    )


def stage_changes(contact: Json, options: HubSpotOptions) -> list[Json]:
    """The stages that a contact entered, oldest first, each with the one it left.

    The lifecycle stage and the lead status are two stories told as one: a lead status may disqualify a
    contact or take it forward, but a salesperson who sets "connected" on a customer takes nobody back.
    """
    entered: list[Json] = []
    for change in changes_of(contact, options.stage_properties()):
        stage = options.stage_of(change.name, change.value)
        before = entered[-1]["stage"] if entered else None
        if stage is None or stage == before or _goes_back(change.name, stage, before=before):
            continue
        entered.append(
            {
                "contact_id": contact["id"],
                "stage": stage,
                "from_stage": before,
                "changed_at": change.at,
                "property": change.name,
                "value": change.value,
            }
        )
    return entered


def sales_verdicts(contact: Json, options: HubSpotOptions) -> list[Json]:
    """Each time that sales changed its mind about a contact, with the reason given until the next time."""
    told: list[Json] = []
    for change in changes_of(contact, (options.verdict_property,)):
        verdict = options.verdict_of(change.value)
        if verdict is None or (told and told[-1]["verdict"] == verdict):
            continue
        told.append(
            {
                "contact_id": contact["id"],
                "verdict": verdict,
                "decided_at": change.at,
                "value": change.value,
                "reason": None,
            }
        )
    if options.reason_property and told:
        _add_reasons(told, changes_of(contact, (options.reason_property,)))
    return told


def consent_at(contact: Json) -> str | None:
    """When the legal basis or the opt-out last changed; None when neither was ever set."""
    changes = changes_of(contact, CONSENT_PROPERTIES)
    return changes[-1].at if changes else None


def merged_records(record: Json) -> Iterator[Json]:
    """The records that were merged into this one; contacts also say when."""
    properties = record.get("properties") or {}
    times, listed = [str(properties.get(name) or "") for name in _MERGES]
    merged: dict[str, str | None] = dict.fromkeys(_split(listed))
    for one in _split(times):
        number, _, at = one.partition(":")
        merged[number] = _instant(at)
    for number, merged_at in merged.items():
        if number != record["id"]:
            yield {"id": number, "merged_into": record["id"], "merged_at": merged_at}


def _goes_back(name: str, stage: str, *, before: str | None) -> bool:
    if name == "lifecyclestage" or before in (None, "disqualified"):
        return False
    return STAGES.index(stage) < STAGES.index(before or "")


def _add_reasons(told: list[Json], reasons: list[Change]) -> None:
    ends = [verdict["decided_at"] for verdict in told[1:]] + ["~"]
    for verdict, end in zip(told, ends, strict=True):
        given = [reason.value for reason in reasons if reason.at < end]
        if verdict["verdict"] == "rejected" and given:
            verdict["reason"] = given[-1]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _instant(milliseconds: str) -> str | None:
    if not milliseconds.isdigit():
        return None
    return datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC).isoformat().replace("+00:00", "Z")
