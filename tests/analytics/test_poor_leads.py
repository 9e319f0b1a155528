"""Leads that sales turns down more than before: its reasons, and the campaign they come from, where known."""

from datetime import date, timedelta

import pytest

MONDAY = date(2026, 11, 9)


@pytest.fixture
def turned_down(steady):
    """Sales accepts few leads of Paid social in four weeks: those of campaign A, not those of campaign B.

    `students` of the rejections are for one reason in those weeks, 12 of 20 before.
    """

    def build(*, students):
        latest = max(row["report_day"] for row in steady.days)
        for row in steady.days:
            if row["channel"] != "Paid social":
                continue
            back = (latest - row["report_day"]).days // 7
            week, is_poor = MONDAY - timedelta(weeks=back), 2 <= back <= 5
            accepted, rejected = (14, 46) if is_poor else (30, 30)
            row.update(accepted_leads=accepted, rejected_leads=rejected)
            for name, own in (("A", accepted - 10 if is_poor else 15), ("B", 10 if is_poor else 15)):
                steady.campaigns.append({
                    "platform": "meta_ads", "campaign_id": name, "week_start": week, "campaign_name": name,
                    "channel": "Paid social", "spend_reporting": 1_000, "clicks": 500, "leads": 32,
                    "accepted_leads": own,
                    "rejected_leads": (40 if name == "A" else 6) if is_poor else 15,
                })  # fmt: skip
            of_students = students if is_poor else 18
            for reason, count in (("Student", of_students), ("Too small", rejected - of_students)):
                steady.reasons.append({
                    "channel": "Paid social", "week_start": week, "reason": reason, "rejected_leads": count,
                })  # fmt: skip
        return steady

    return build


def figures(analysis):
    facts = analysis.finding("quality:Paid social").facts
    return {role: analysis.fact(fact_id) for role, fact_id in facts.items()}


def test_the_campaign_whose_own_leads_became_poor_stands_out(open_books, turned_down):
    found = figures(open_books(turned_down(students=27)).analyse())

    assert found["campaign_now"].dimensions["campaign"] == "A"
    assert (found["campaign_accepted"].value, found["campaign_decided"].value) == (16, 176)
    assert found["campaign_now"].value == pytest.approx(16 / 176)
    assert found["campaign_prior"].value == pytest.approx(0.5)


def test_a_reason_that_is_given_as_often_as_before_is_only_the_one_given_most(open_books, turned_down):
    found = figures(open_books(turned_down(students=27)).analyse())

    assert found["reason_now"].dimensions["reason"] == "Student"
    assert (found["reason_count"].value, found["reason_of"].value) == (4 * 27, 4 * 46)
    assert found["reason_prior"].value == pytest.approx(0.6)
    assert not any(role.startswith("risen_reason") for role in found)


def test_a_reason_whose_share_rose_beyond_chance_is_told_as_risen(open_books, turned_down):
    found = figures(open_books(turned_down(students=40)).analyse())

    assert found["risen_reason_now"].dimensions["reason"] == "Student"
    assert found["risen_reason_now"].value > found["risen_reason_prior"].value


def test_leads_without_a_stated_reason_give_no_reason(open_books, turned_down):
    made = turned_down(students=27)
    for row in made.reasons:
        row["reason"] = "Not stated"

    found = figures(open_books(made).analyse())

    assert not any("reason" in role for role in found)
