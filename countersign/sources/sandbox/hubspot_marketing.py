"""The forms, form submissions and marketing e-mails of the demo company's HubSpot portal."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from countersign.sources.sandbox.hubspot_people import iso_sql
from countersign.sources.sandbox.world import SandboxWorld

Json = dict[str, Any]

SITE = "https://www.northbeam.example"
FORM_NAMES = ("Ask for an offer", "Data sheets", "Newsletter")
_MADE = "2024-03-04T09:00:00.000Z"


def form_id(name: str) -> str:
    """The form's number, the same in every world."""
    return str(uuid5(NAMESPACE_URL, f"{SITE}/forms/{name}"))


def forms() -> list[Json]:
    """The definitions of the company's forms."""
    return [_form(name) for name in FORM_NAMES]


def form_submissions(world: SandboxWorld) -> dict[str, list[Json]]:
    """What people filled in, by form, newest first: every lead of the website came through one."""
    rows = world.rows(f"""
        select lead_id, first_name, lead_cards.campaign, client_id, landing_page,
            case
                when lead_cards.channel = 'Email' then 2 else (chance('which form', visit_id) * 1.6)::integer
            end as form,
            lower(first_name || '.' || last_name || '.' || right(lead_id, 5))
                || '@' || lower(account_id) || '.example.com' as email,
            epoch_ms(strptime({iso_sql("created_at")}, '%Y-%m-%dT%H:%M:%S.000Z')) as sent_ms
        from lead_cards inner join places using (place_id)
        where lead_cards.kind <> 'event'
        order by sent_ms desc, lead_id
    """)
    found: dict[str, list[Json]] = {form_id(name): [] for name in FORM_NAMES}
    for row in rows:
        found[form_id(FORM_NAMES[row["form"]])].append(_submission(row))
    return found


def marketing_emails(world: SandboxWorld) -> list[Json]:
    """One newsletter every Tuesday; its clicks are the e-mail visits until the next one."""
    rows = world.rows(f"""
        with days as (
            select date_trunc('week', day - 1)::date + 1 as tuesday, sum(visits) as clicks
            from place_days where channel = 'Email' and day < getvariable('until') group by 1
        )
        select tuesday, {iso_sql("(tuesday + interval 10 hour)")} as sent, clicks::bigint as clicks,
            (ceil(160 * getvariable('scale')) * 25 + clicks * 9)::bigint as sends,
            chance('newsletter opens', epoch(tuesday)::bigint) as draw
        from days
        where tuesday + interval 10 hour < getvariable('until') and tuesday >= getvariable('first_day')
        order by tuesday
    """)
    return [_email(row) for row in rows]


def _form(name: str) -> Json:
    return {
        "id": form_id(name),
        "name": name,
        "formType": "hubspot",
        "createdAt": _MADE,
        "updatedAt": _MADE,
        "archived": False,
        "fieldGroups": [{"groupType": "default_group", "richTextType": "text", "fields": [_field("email")]}],
        "configuration": {
            "language": "en",
            "cloneable": True,
            "postSubmitAction": {"type": "thank_you", "value": "Thank you."},
            "editable": True,
            "archivable": True,
            "recaptchaEnabled": False,
            "notifyContactOwner": False,
            "notifyRecipients": [],
            "createNewContactForNewEmail": True,
            "prePopulateKnownValues": True,
            "allowLinkToResetKnownValues": False,
            "lifecycleStages": [],
        },
        "displayOptions": {
            "renderRawHtml": False,
            "theme": "default_style",
            "submitButtonText": "Send",
            "style": {
                "fontFamily": "arial",
                "backgroundWidth": "100%",
                "labelTextColor": "#33475b",
                "labelTextSize": "13px",
                "helpTextColor": "#7C98B6",
                "helpTextSize": "11px",
                "legalConsentTextColor": "#33475b",
                "legalConsentTextSize": "14px",
                "submitColor": "#ff7a59",
                "submitAlignment": "left",
                "submitFontColor": "#ffffff",
                "submitSize": "12px",
            },
        },
        "legalConsentOptions": {"type": "none"},
    }


def _field(name: str) -> Json:
    return {
        "objectTypeId": "0-1",
        "name": name,
        "label": name.capitalize(),
        "required": True,
        "hidden": False,
        "fieldType": "email",
        "dependentFields": [],
        "validation": {"blockedEmailDomains": [], "useDefaultBlockList": False},
    }


def _submission(row: Json) -> Json:
    values = {"email": row["email"], "firstname": row["first_name"], "ga_client_id": row["client_id"]}
    return {
        "conversionId": str(uuid5(NAMESPACE_URL, f"{SITE}/submissions/{row['lead_id']}")),
        "submittedAt": row["sent_ms"],
        "values": [{"name": name, "value": value, "objectTypeId": "0-1"} for name, value in values.items()],
        "pageUrl": f"{SITE}{row['landing_page']}?utm_campaign={row['campaign'].replace(' ', '+')}",
    }


def _email(row: Json) -> Json:
    sends, clicks = row["sends"], row["clicks"]
    bounces = sends // 70
    counters = {
        "sent": sends,
        "delivered": sends - bounces,
        "open": max(clicks, round(sends * (0.24 + 0.1 * row["draw"]))),
        "click": clicks,
        "reply": clicks // 40,
        "bounce": bounces,
        "unsubscribed": sends // 450,
        "spamreport": sends // 9000,
    }
    ratios = {"openratio": 100 * counters["open"] / sends, "clickratio": 100 * clicks / sends}
    number = str(180_000_000_000 + row["tuesday"].toordinal())
    return {
        "id": number,
        "name": f"Newsletter {row['tuesday']}",
        "subject": "News from Northbeam Instruments",
        "state": "PUBLISHED",
        "type": "BATCH_EMAIL",
        "isAb": False,
        "isPublished": True,
        "isTransactional": False,
        "archived": False,
        "allEmailCampaignIds": [str(int(number) - 179_000_000_000)],
        "createdAt": row["sent"],
        "updatedAt": row["sent"],
        "publishDate": row["sent"],
        "stats": {"counters": counters, "ratios": ratios, "deviceBreakdown": {}, "qualifierStats": {}},
    }
