"""The contacts and companies of the demo company's HubSpot portal: history, doubles, mistakes."""

from collections.abc import Iterable, Iterator
from typing import Any

from countersign.sources.sandbox.world import SandboxWorld

Json = dict[str, Any]

LIFECYCLE = {
    "New": "lead",
    "Marketing qualified": "marketingqualifiedlead",
    "Sales qualified": "salesqualifiedlead",
    "Offer": "opportunity",
    "Customer": "customer",
}
# Sales keeps its own words in the lead status; the last one is the company's, not HubSpot's.
LEAD_STATUS = {
    "New": "NEW",
    "Accepted by sales": "IN_PROGRESS",
    "Not a fit": "UNQUALIFIED",
    "Offer lost": "OFFER_LOST",
}
ORIGINAL_SOURCE = {
    "Paid search": "PAID_SEARCH",
    "Paid social": "PAID_SOCIAL",
    "LinkedIn ads": "PAID_SOCIAL",
    "Organic search": "ORGANIC_SEARCH",
    "Direct": "DIRECT_TRAFFIC",
    "Email": "EMAIL_MARKETING",
    "Referral": "REFERRALS",
    "Events": "OFFLINE",
}
_CONSENT = "Freely given consent from contact"
_INTEREST = "Legitimate interest – prospect/lead"


def iso_sql(local: str) -> str:
    """SQL: a local time of the company as HubSpot writes times; of an hour that comes twice the first."""
    exact = f"timezone('Europe/Berlin', {local})"
    first = f"timezone('Europe/Berlin', {local}) - interval 1 hour"
    chosen = f"case when timezone('Europe/Berlin', {first}) = {local} then {first} else {exact} end"
    return f"strftime(timezone('UTC', {chosen}), '%Y-%m-%dT%H:%M:%S.000Z')"


def record_number(demo_id: str) -> str:
    """HubSpot's number of a record: the hexadecimal digits of the demo's id, in decimal.

    >>> record_number("L-0000000000002a")
    '42'
    """
    return str(int(demo_id.split("-")[1], 16))


def company_number(account_id: str) -> str:
    """HubSpot's number of a company.

    >>> company_number("C000123")
    '7000000123'
    """
    return str(7_000_000_000 + int(account_id[1:]))


def crm_object(
    number: str,
    created: str,
    modified: str,
    properties: Json,
    *,
    history: Json | None = None,
    associations: Json | None = None,
) -> Json:
    """One CRM object as HubSpot would keep it; requests are answered with parts of it."""
    is_contact = history is not None
    return {
        "id": number,
        "createdAt": created,
        "updatedAt": modified,
        "archived": False,
        "properties": {
            "hs_object_id": number,
            "createdate": created,
            "lastmodifieddate" if is_contact else "hs_lastmodifieddate": modified,
            **properties,
        },
        "history": history or {},
        "associations": associations or {},
    }


def contacts(world: SandboxWorld) -> list[Json]:
    """All contacts that are there at the world's end, by number."""
    stages = _stages(world)
    doubles = list(_doubles(world, "lead_cards", "lead_id", "entered_at"))
    merged = {double["winner"]: double for double in doubles if double["is_merged"]}
    cards = world.rows(f"""
        select lead_cards.*, {iso_sql("created_at")} as created, {iso_sql("entered_at")} as entered,
            lower(first_name || '.' || last_name || '.' || right(lead_id, 5))
                || '@' || lower(account_id) || '.example.com' as email,
            printf('+49 30 23125 %03d-%04d', visit_id % 1000,
                hash(hash(getvariable('seed'), 'phone', visit_id)) % 10000) as phone,
            chance('consent', visit_id) as consent_draw,
            case
                when chance('opt out', visit_id) < 0.05 and left_at < getvariable('until')
                    then {iso_sql("left_at")}
            end as opted_out
        from (
            select *, entered_at + to_days(lag_days(7, 60, 'opt out lag', visit_id)) as left_at
            from lead_cards
        ) as lead_cards
    """)
    found = [_contact(card, stages[card["lead_id"]], merged.get(card["lead_id"])) for card in cards]
    found += [_double_contact(double) for double in doubles if not double["is_merged"]]
    found += mistakes(world, "contacts", share=0.5)
    return sorted(found, key=lambda record: int(record["id"]))


def companies(world: SandboxWorld) -> list[Json]:
    """All companies that leads belong to, by number."""
    rows = world.rows(f"""
        with firsts as (
            select account_id, min(entered_at) as first_at, arg_min(country, entered_at) as country,
                max(if(deal_at < getvariable('until'), deal_at, entered_at)) as dealt_at,
                max(case when is_winner and closed_at < getvariable('until') then closed_at end) as won_at,
                bool_or(coalesce(deal_at < getvariable('until'), false)) as has_deal,
                hash(hash(getvariable('seed'), 'company', account_id)) as draw
            from lead_cards group by account_id
        )
        select *, {iso_sql("first_at")} as created,
            {iso_sql("greatest(first_at, dealt_at, coalesce(won_at, first_at))")} as modified,
        from firsts
    """)
    doubles = _doubles(
        world,
        "(select account_id, min(entered_at) as entered_at, hash(account_id) % 1000000000 as visit_id"
        " from lead_cards group by account_id)",
        "account_id",
        "entered_at",
    )
    merged = {double["winner"]: double for double in doubles if double["is_merged"]}
    found = [_company(row, merged.get(row["account_id"])) for row in rows]
    found += mistakes(world, "companies", share=0.25)
    return sorted(found, key=lambda record: int(record["id"]))


def mistakes(world: SandboxWorld, kind: str, *, share: float) -> list[Json]:
    """Records that somebody made on some Tuesday and deleted on Wednesday; kept in the bin for 90 days."""
    rows = world.rows(
        f"""
        with tuesdays as (
            select unnest(range(getvariable('first_day'), getvariable('until'), interval 1 day)) as day
        ),
        made as (
            select hash(hash(getvariable('seed'), ?, epoch(day)::bigint)) >> 12 as number,
                day + interval 11 hour as made_at, day + interval 33 hour as deleted_at
            from tuesdays
            where isodow(day) = 2 and chance(?, epoch(day)::bigint) < ?
        )
        select number, {iso_sql("made_at")} as created, {iso_sql("deleted_at")} as deleted,
            deleted_at < getvariable('until') as is_deleted
        from made
        where made_at < getvariable('until') and deleted_at >= getvariable('until') - interval 90 day
        """,
        [f"mistake {kind}", f"mistaken {kind}", share],
    )
    return [_mistake(row, kind) for row in rows]


def _mistake(row: Json, kind: str) -> Json:
    made = row["created"]
    properties: Json = {"hs_timestamp": made} if kind in ("calls", "meetings") else {}
    if kind == "contacts":
        properties = {"firstname": "Test", "lastname": "Entry"}
    record = crm_object(
        str(row["number"]), made, made, properties, history={} if kind == "contacts" else None
    )
    if row["is_deleted"]:
        record |= {"archived": True, "archivedAt": row["deleted"]}
    return record


def _contact(card: Json, stages: list[Json], double: Json | None) -> Json:
    history = _history(card, stages)
    now: Json = {name: values[0]["value"] for name, values in history.items() if values}
    modified = max(
        [card["entered"], *(value["timestamp"] for values in history.values() for value in values)]
    )
    if double:
        modified = max(modified, double["merged"])
        now["hs_merged_object_ids"] = double["number"]
        now["hs_calculated_merged_vids"] = f"{double['number']}:{double['merged_ms']}"
    company = company_number(card["account_id"])
    properties = {
        "email": card["email"],
        "phone": card["phone"],
        "firstname": card["first_name"],
        "lastname": card["last_name"],
        "hs_analytics_source": ORIGINAL_SOURCE[card["channel"]],
        "utm_campaign": _known(card["campaign"]),
        "country": card["country"],
        "company_size": _known(card["size"]),
        "associatedcompanyid": company,
        # The company's own properties.
        "first_met_at": card["created"],
        "lead_origin": card["crm_source"],
        "ad_network": _known(card["ad_network"]),
        "ad_campaign_id": _known(card["campaign_id"]),
        "ga_client_id": _known(card["client_id"]),
        "met_at_event": "true" if card["met_at_event"] == "yes" else "false",
        **now,
    }
    return crm_object(record_number(card["lead_id"]), card["entered"], modified, properties, history=history,
                      associations={"companies": [company]})  # fmt: skip


def _history(card: Json, stages: list[Json]) -> Json:
    """Values of the properties with history, newest first, as HubSpot gives them."""
    history: dict[str, list[Json]] = {
        "lifecyclestage": [
            _said(LIFECYCLE[s["stage"]], s["changed"]) for s in stages if s["stage"] in LIFECYCLE
        ],
        "hs_lead_status": [
            _said(LEAD_STATUS[s["stage"]], s["changed"]) for s in stages if s["stage"] in LEAD_STATUS
        ],
        "rejection_reason": [
            _said(card["reason"], s["changed"]) for s in stages if s["stage"] == "Not a fit"
        ],
        "hs_legal_basis": [],
        "hs_email_optout": [],
    }
    if card["consent_draw"] < 0.9:
        basis = _CONSENT if card["consent_draw"] < 0.72 else _INTEREST
        history["hs_legal_basis"].append(_said(basis, card["entered"]))
    if card["opted_out"]:
        history["hs_email_optout"].append(_said("true", card["opted_out"]))
    return {name: values[::-1] for name, values in history.items()}


def _said(value: str, at: str) -> Json:
    return {"value": value, "timestamp": at, "sourceType": "CRM_UI", "sourceId": "userId:12345"}


def _known(value: str) -> str | None:
    return None if value in ("N/A", "Select") else value


def _stages(world: SandboxWorld) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for row in world.rows(
        f"select lead_id, stage, {iso_sql('changed_at')} as changed from lead_stages order by lead_id, step"
    ):
        found.setdefault(row["lead_id"], []).append(row)
    return found


def _doubles(world: SandboxWorld, table: str, key: str, at: str) -> Iterator[Json]:
    """Records that were keyed in twice, and merged on the next morning."""
    rows = world.rows(f"""
        with doubled as (
            select {key} as winner, {at} + interval 1 hour as made_at,
                {at}::date + interval 34 hour as merged_at,
                hash(hash(getvariable('seed'), '{key} double', visit_id)) >> 8 as number
            from {table}
            where isodow({at}) in (2, 3) and chance('{key} doubled', visit_id) < 0.02
        )
        select winner, number, {iso_sql("made_at")} as made, {iso_sql("merged_at")} as merged,
            epoch_ms(timezone('Europe/Berlin', merged_at)) as merged_ms,
            merged_at < getvariable('until') as is_merged
        from doubled where made_at < getvariable('until')
    """)
    return ({**row, "number": str(row["number"])} for row in rows)


def _double_contact(double: Json) -> Json:
    values = {"lifecyclestage": [_said("lead", double["made"])]}
    return crm_object(
        double["number"], double["made"], double["made"], {"lifecyclestage": "lead"}, history=values
    )


def _company(row: Json, double: Json | None) -> Json:
    draw = int(row["draw"])
    kinds = ("Brewery", "Dairy", "Chemicals", "Water works", "Engineering", "Pharma")
    lifecycle = "customer" if row["won_at"] else "opportunity" if row["has_deal"] else "lead"
    modified = max(row["modified"], double["merged"]) if double else row["modified"]
    properties = {
        "name": f"{_pick(_PLACES, draw)} {_pick(kinds, draw >> 8)} {row['account_id'][1:]}",
        "domain": f"{row['account_id'].lower()}.example.com",
        "industry": _pick(_INDUSTRIES, draw >> 8),
        "country": row["country"],
        "numberofemployees": str(5 + (draw >> 20) % 4000),
        "lifecyclestage": lifecycle,
        "hubspot_owner_id": str(52_550_001 + (draw >> 16) % 6),
        "hs_merged_object_ids": double["number"] if double else None,
    }
    return crm_object(company_number(row["account_id"]), row["created"], modified, properties)


def _pick(words: Iterable[str], draw: int) -> str:
    listed = list(words)
    return listed[draw % len(listed)]


_PLACES = ("Alster", "Elbe", "Isar", "Neckar", "Saale", "Spree", "Weser", "Donau", "Aare", "Maas", "Oder")
_INDUSTRIES = (
    "FOOD_BEVERAGES", "DAIRY", "CHEMICALS", "UTILITIES", "MECHANICAL_OR_INDUSTRIAL_ENGINEERING",
    "PHARMACEUTICALS",
)  # fmt: skip
