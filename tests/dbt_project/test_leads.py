"""Lead stages, written rules and promises, on a company small enough to count by hand."""

import pytest

from countersign.core.lead_stages import LeadStages
from countersign.core.warehouse import open_warehouse, read_rows
from countersign.core.workspace import Company, Workspace
from flows.dbt_build import build_marts
from tests.dbt_project.raw_rows import AS_OF, Rows, write_raw

STAGES = LeadStages.model_validate(
    {
        "stages": {
            "lead": {"label": "New"},
            "mql": {"label": "Marketing's own", "hand_off_hours": 24},
            "sales_accepted": {"label": "Accepted", "hand_off_hours": 120},
            "sql": {"label": "Qualified"},
            "opportunity": {"label": "Offer"},
            "customer": {"label": "Customer"},
            "disqualified": {"label": "Out"},
        },
        "qualification_rules": [
            {
                "name": "Two forms in a week",
                "says": "They sent two forms within seven days.",
                "when": {"activities": [{"activity": "form_submission", "at_least": 2, "within_days": 7}]},
            },
            {
                "name": "Met at a fair, and it's large",
                "says": "We met them, and they are 50 or more.",
                "when": {"is_event_lead": True, "employees_at_least": 50},
            },
        ],
    }
)
COMPANY = Company(name="Leads", reporting_currency="EUR", time_zone="UTC", lead_stages=STAGES)


def lead(name: str, created: str, stage: str, **other: object) -> dict[str, object]:
    """One lead of Paid social."""
    row = {"lead_id": name, "created_at": created, "stage": stage, "channel": "Paid social", **other}
    return {"email_key": f"ek_{name}", **row}


def change(name: str, stage: str, left: str | None, at: str) -> dict[str, object]:
    """One stage change."""
    return {"lead_id": name, "stage": stage, "from_stage": left, "changed_at": at}


def did(event_type: str, name: str, at: str) -> dict[str, object]:
    """One thing that a lead did."""
    return {"event_id": at, "event_type": event_type, "lead_id": name, "occurred_at": at}


# as_of is Sunday 15 March 2026, 23:00 UTC.
ROWS: Rows = {
    "raw.crm_leads": [
        # Qualified by two forms, taken over in time, now an offer.
        lead("good", "2026-03-02 08:00:00", "opportunity", platform="meta", campaign_id="7"),
        # Moved by hand, and waits for sales since five days.
        lead("waits", "2026-03-09 08:00:00", "mql", self_reported_source="your podcast"),
        # Moved by hand, answered after two days, rejected.
        lead("rejected", "2026-03-03 08:00:00", "disqualified"),
        # Met at a fair, qualified by the rule, but the CRM has not moved it.
        lead("fair", "2026-03-12 08:00:00", "lead", is_event_lead=True, account_id="big"),
        # Sales called first; no touch of marketing before.
        lead("called", "2026-03-04 08:00:00", "sql"),
    ],
    "raw.crm_accounts": [{"account_id": "big", "employees": 50}],
    "raw.crm_stage_changes": [
        change("good", "mql", "lead", "2026-03-02 10:00:00"),
        change("good", "sales_accepted", "mql", "2026-03-03 10:00:00"),
        change("good", "opportunity", "sales_accepted", "2026-03-12 10:00:00"),
        change("waits", "mql", "lead", "2026-03-10 23:00:00"),
        change("rejected", "mql", "lead", "2026-03-03 10:00:00"),
        change("rejected", "disqualified", "mql", "2026-03-06 10:00:00"),
        change("called", "sql", "lead", "2026-03-05 08:00:00"),
    ],
    "raw.lead_events": [
        did("form_submission", "good", "2026-03-01 08:00:00"),
        did("form_submission", "good", "2026-03-02 08:00:00"),
        did("page_view", "called", "2026-03-04 09:00:00"),
    ],
    "raw.crm_activities": [
        {"activity_id": "a1", "lead_id": "good", "occurred_at": "2026-03-02 12:00:00"},
        {"activity_id": "a2", "lead_id": "rejected", "occurred_at": "2026-03-05 10:00:00"},
        {"activity_id": "a3", "lead_id": "called", "occurred_at": "2026-03-04 07:00:00"},
    ],
    "raw.sales_feedback": [
        {"lead_id": "good", "verdict": "accepted", "decided_at": "2026-03-03 10:00:00"},
        {"lead_id": "rejected", "verdict": "rejected", "reason": "Too small",
         "decided_at": "2026-03-06 10:00:00"},
    ],
    "raw.crm_opportunities": [
        {"opportunity_id": "O1", "lead_id": "good", "created_at": "2026-03-12 10:00:00", "amount": "900",
         "currency": "EUR"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("leads"))
    write_raw(workspace, ROWS)
    build_marts(workspace, COMPANY, as_of=AS_OF)

    def read(sql: str) -> list[tuple[object, ...]]:
        with open_warehouse(workspace) as connection:
            return [tuple(row.values()) for row in read_rows(connection, sql)]

    return read


def test_the_rule_that_fired_is_recorded_and_the_crm_where_none_did(ask):
    asked = ask(
        "select lead_id, qualification_rule, qualified_at::varchar from facts.fct_leads order by lead_id"
    )

    assert asked == [
        ("called", "Stated by the CRM", None),
        ("fair", "Met at a fair, and it's large", "2026-03-12 08:00:00"),
        ("good", "Two forms in a week", "2026-03-02 08:00:00"),
        ("rejected", "Stated by the CRM", None),
        ("waits", "Stated by the CRM", None),
    ]


def test_a_lead_past_its_hand_off_limit_is_late_whether_it_left_or_waits(ask):
    asked = ask(
        "select lead_id, stage, hours_in_stage, is_current from facts.fct_lead_stages"
        " where is_late order by all"
    )

    assert asked == [
        ("good", "sales_accepted", 216, False),
        ("rejected", "mql", 72, False),
        ("waits", "mql", 120, True),
    ]


def test_who_stands_where_now_and_who_is_late(ask):
    asked = ask("select stage, stage_label, leads, late_leads from marts.lead_stage_now order by stage")

    assert asked == [
        ("disqualified", "Out", 1, None),
        ("lead", "New", 1, None),
        ("mql", "Marketing's own", 1, 1),
        ("opportunity", "Offer", 1, None),
        ("sql", "Qualified", 1, None),
    ]


def test_answers_are_held_against_the_promise_of_their_stage_with_event_leads_apart(ask):
    asked = ask(
        "select stage, is_event_lead, sum(entered_leads), max(promise_hours),"
        " sum(followed_up_within_promise), sum(late_leads), sum(waiting_late_leads) from marts.follow_up"
        " where stage in ('lead', 'mql')"
        " group by all order by all"
    )

    assert asked == [
        ("lead", False, 4, 24, 3, 1, 0),
        ("lead", True, 1, 24, 0, 1, 1),
        ("mql", False, 3, 24, 1, 2, 1),
    ]


def test_lead_quality_is_what_sales_and_the_funnel_said_of_decided_leads(ask):
    asked = ask(
        "select campaign_id, week_start::varchar, leads, accepted_leads, rejected_leads, acceptance_rate,"
        " lead_quality, ruled_in_leads, pipeline_per_lead from marts.lead_quality_week order by all"
    )

    assert asked == [
        ("7", "2026-03-02", 1, 1, 0, 1.0, 0.75, 0, 900),
        ("Unassigned", "2026-03-02", 2, 1, 1, 0.5, 0.25, 0, 0),
        ("Unassigned", "2026-03-09", 2, 0, 0, None, None, 1, 0),
    ]


def test_what_marketing_began_converts_apart_from_what_sales_began(ask):
    asked = ask(
        "select sourced_by, is_event_lead, sum(leads), sum(opportunities), sum(pipeline_reporting)"
        " from marts.lead_conversion_week group by all order by all"
    )

    assert asked == [
        ("marketing", False, 1, 1, 900),
        ("marketing", True, 1, 0, 0),
        ("sales", False, 2, 0, 0),
        ("unknown", False, 1, 0, 0),
    ]


def test_feedback_is_counted_with_its_reason_and_how_long_it_took(ask):
    asked = ask(
        "select verdict, reason, leads, median_hours_to_verdict from marts.sales_feedback_week order by all"
    )

    assert asked == [("accepted", "None", 1, 24), ("rejected", "Too small", 1, 72)]


def test_what_people_say_stands_beside_the_channel(ask):
    asked = ask("select channel, self_reported_source from facts.fct_leads where lead_id = 'waits'")

    assert asked == [("Paid social", "your podcast")]
    said = "select self_reported_source from facts.fct_conversions where lead_id = 'waits'"
    assert ask(said) == [("your podcast",)]
