"""Stages, verdicts, consent and merges as a contact's history tells them."""

import pytest
from pydantic import ValidationError

from countersign.sources.hubspot.history import consent_at, merged_records, sales_verdicts, stage_changes
from countersign.sources.hubspot.options import HubSpotOptions


def contact(**history: list[tuple[str, str]]) -> dict:
    """A contact whose properties took these (day, value) pairs; HubSpot tells the newest first."""
    return {
        "id": "7",
        "properties": {},
        "propertiesWithHistory": {
            name: [
                {"value": value, "timestamp": f"2026-10-{day}T08:00:00.000Z", "sourceType": "CRM_UI"}
                for day, value in reversed(values)
            ]
            for name, values in history.items()
        },
    }


def stages_of(told: dict, **options: object) -> list[tuple[str, str | None]]:
    return [(one["stage"], one["from_stage"]) for one in stage_changes(told, HubSpotOptions(**options))]


def test_lifecycle_and_lead_status_are_one_story():
    told = contact(
        lifecyclestage=[("01", "lead"), ("03", "marketingqualifiedlead"), ("09", "salesqualifiedlead")],
        hs_lead_status=[("01", "NEW"), ("05", "IN_PROGRESS")],
    )
    assert stages_of(told) == [
        ("lead", None),
        ("mql", "lead"),
        ("sales_accepted", "mql"),
        ("sql", "sales_accepted"),
    ]


def test_a_lead_status_takes_nobody_back():
    told = contact(lifecyclestage=[("01", "customer")], hs_lead_status=[("05", "CONNECTED")])
    assert stages_of(told) == [("customer", None)]


def test_a_lifecycle_stage_that_a_person_sets_back_is_told():
    told = contact(lifecyclestage=[("01", "opportunity"), ("02", ""), ("03", "lead")])
    assert stages_of(told) == [("opportunity", None), ("lead", "opportunity")]


def test_who_was_disqualified_may_come_back():
    told = contact(hs_lead_status=[("01", "UNQUALIFIED"), ("05", "IN_PROGRESS")])
    assert stages_of(told) == [("disqualified", None), ("sales_accepted", "disqualified")]


def test_a_company_adds_its_own_stage_and_takes_one_of_ours_out():
    told = contact(
        lifecyclestage=[("01", "lead"), ("02", "174538392")], hs_lead_status=[("03", "BAD_TIMING")]
    )
    own = {"lifecyclestage": {174538392: "mql"}, "hs_lead_status": {"BAD_TIMING": None}}
    assert stages_of(told, stages=own) == [("lead", None), ("mql", "lead")]


def test_a_stage_that_does_not_exist_is_refused():
    with pytest.raises(ValidationError, match="hot is not one of"):
        HubSpotOptions(stages={"lifecyclestage": {"lead": "hot"}})


def test_each_change_of_mind_is_a_verdict_with_its_own_reason():
    told = contact(
        hs_lead_status=[
            ("02", "UNQUALIFIED"),
            ("05", "IN_PROGRESS"),
            ("06", "CONNECTED"),
            ("09", "UNQUALIFIED"),
        ],
        why=[("02", "Too small"), ("10", "No project in sight")],
    )
    verdicts = sales_verdicts(told, HubSpotOptions(reason_property="why"))
    assert [(one["verdict"], one["reason"], one["decided_at"][8:10]) for one in verdicts] == [
        ("rejected", "Too small", "02"),
        ("accepted", None, "05"),
        ("rejected", "No project in sight", "09"),
    ]


def test_a_company_may_keep_its_verdicts_in_a_property_of_its_own():
    options = HubSpotOptions(
        verdict_property="taken_over", verdicts={"true": "accepted", "false": "rejected"}
    )
    told = contact(taken_over=[("02", "false")], hs_lead_status=[("03", "IN_PROGRESS")])
    assert [one["verdict"] for one in sales_verdicts(told, options)] == ["rejected"]


def test_consent_dates_from_its_last_change():
    told = contact(
        hs_legal_basis=[("01", "Freely given consent from contact")], hs_email_optout=[("08", "true")]
    )
    assert consent_at(told) == "2026-10-08T08:00:00.000Z"
    assert consent_at(contact()) is None


def test_merged_contacts_say_when_and_others_only_which():
    merged = {
        "id": "651",
        "properties": {
            "hs_merged_object_ids": "201;651",
            "hs_calculated_merged_vids": "201:1688758327178",
        },
    }
    company = {"id": "5", "properties": {"hs_merged_object_ids": "8;9"}}
    assert list(merged_records(merged)) == [
        {"id": "201", "merged_into": "651", "merged_at": "2023-07-07T19:32:07.178000Z"}
    ]
    assert [(one["id"], one["merged_at"]) for one in merged_records(company)] == [("8", None), ("9", None)]
