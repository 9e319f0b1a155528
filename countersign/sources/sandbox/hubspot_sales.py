"""The deals and sales activities of the demo company's HubSpot portal."""

from typing import Any

from countersign.sources.sandbox.hubspot_people import (
    company_number,
    crm_object,
    iso_sql,
    mistakes,
    record_number,
)
from countersign.sources.sandbox.world import SandboxWorld

Json = dict[str, Any]

# Stage id, the company's name for it, probability.
DEAL_STAGES = (
    ("offersent", "Offer sent", "0.4"),
    ("negotiation", "Negotiation", "0.7"),
    ("closedwon", "Won", "1.0"),
    ("closedlost", "Lost", "0.0"),
)
KINDS = {"Call": "calls", "E-mail": "emails", "Meeting": "meetings"}


def deals(world: SandboxWorld) -> list[Json]:
    """All deals, by number; a fresh one has no amount for three days and is negotiated after three weeks."""
    rows = world.rows(f"""
        select lead_id, account_id, amount, {iso_sql("deal_at")} as opened, {iso_sql("closed_at")} as closed,
            {iso_sql("(deal_at + interval 45 day)")} as hoped, is_winner,
            closed_at < getvariable('until') as is_closed,
            deal_at < getvariable('until') - 21 as is_old, deal_at < getvariable('until') - 3 as is_priced,
            {iso_sql("(deal_at + interval 3 day)")} as priced,
            {iso_sql("(deal_at + interval 21 day)")} as aged
        from lead_cards where deal_at < getvariable('until')
    """)
    found = [_deal(row) for row in rows] + mistakes(world, "deals", share=0.35)
    return sorted(found, key=lambda record: int(record["id"]))


def activities(world: SandboxWorld, kind: str) -> list[Json]:
    """All calls, emails or meetings, by number; some e-mails are answered."""
    theirs = next(name for name, ours in KINDS.items() if ours == kind)
    rows = world.rows(
        f"""
        select activity_id, lead_id, attempt, owner_id, {iso_sql("occurred_at")} as done,
            {iso_sql("reply_at")} as answered,
            chance('reply', hash(activity_id)) < 0.18 and reply_at < getvariable('until') as is_answered
        from (
            select *, occurred_at + to_hours(lag_days(3, 30, 'reply lag', hash(activity_id))) as reply_at
            from activities
        )
        where activity_type = ?
        """,
        [theirs],
    )
    found = [_activity(row, kind) for row in rows]
    if kind == "emails":
        found += [_answer(row) for row in rows if row["is_answered"]]
    else:
        found += mistakes(world, kind, share=0.3)
    return sorted(found, key=lambda record: int(record["id"]))


def activity_number(activity_id: str, *, is_answer: bool = False) -> str:
    """HubSpot's number of an activity, from the demo's id and its attempt.

    >>> activity_number("A-0000000000002a-1")
    '4210'
    """
    attempt = int(activity_id.split("-")[2])
    return str(int(record_number(activity_id)) * 100 + attempt * 10 + int(is_answer))


def owner_number(owner_id: str) -> str:
    """HubSpot's number of a salesperson.

    >>> owner_number("S-03")
    '52550003'
    """
    return str(52_550_000 + int(owner_id[2:]))


def _deal(row: Json) -> Json:
    stage = "offersent"
    if row["is_closed"]:
        stage = "closedwon" if row["is_winner"] else "closedlost"
    elif row["is_old"]:
        stage = "negotiation"
    moments = [
        row["opened"],
        row["priced"] if row["is_priced"] else "",
        row["aged"] if row["is_old"] else "",
        row["closed"] if row["is_closed"] else "",
    ]
    # What happens to a deal that is closed already changes nothing any more.
    modified = row["closed"] if row["is_closed"] else max(moments)
    properties = {
        "dealname": f"Sensors for {row['account_id']}",
        "dealstage": stage,
        "pipeline": "default",
        "amount": f"{row['amount']:.2f}" if row["is_priced"] else None,
        "deal_currency_code": "EUR",
        "closedate": row["closed"] if row["is_closed"] else row["hoped"],
        "hs_is_closed": str(bool(row["is_closed"])).lower(),
        "hs_is_closed_won": str(bool(row["is_closed"] and row["is_winner"])).lower(),
    }
    links = {"contacts": [record_number(row["lead_id"])], "companies": [company_number(row["account_id"])]}
    number = record_number(row["lead_id"])
    return crm_object(number, row["opened"], modified, properties, associations=links)


def _activity(row: Json, kind: str) -> Json:
    own = {
        "calls": {"hs_call_direction": "OUTBOUND", "hs_call_status": "COMPLETED"},
        "emails": {"hs_email_direction": "EMAIL", "hs_email_status": "SENT"},
        "meetings": {"hs_meeting_outcome": "COMPLETED"},
    }[kind]
    properties = {"hs_timestamp": row["done"], "hubspot_owner_id": owner_number(row["owner_id"]), **own}
    links = {"contacts": [record_number(row["lead_id"])]}
    return crm_object(
        activity_number(row["activity_id"]), row["done"], row["done"], properties, associations=links
    )


def _answer(row: Json) -> Json:
    at = row["answered"]
    properties = {"hs_timestamp": at, "hs_email_direction": "INCOMING_EMAIL", "hs_email_status": "RECEIVED"}
    links = {"contacts": [record_number(row["lead_id"])]}
    number = activity_number(row["activity_id"], is_answer=True)
    return crm_object(number, at, at, properties, associations=links)
