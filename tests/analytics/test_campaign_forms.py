"""A campaign that lost its leads: its forms beside it, and the one device on which they are missing."""

from datetime import date, timedelta

import pytest

MONDAY = date(2026, 11, 9)


@pytest.fixture
def broken(steady):
    """A campaign that spends on without leads for four weeks; forms a week by device, now and before."""

    def build(**forms):
        for back in range(20):
            week, now = MONDAY - timedelta(weeks=back), back < 4
            steady.campaigns.append({
                "platform": "meta_ads", "campaign_id": "T", "week_start": week, "campaign_name": "Trial kit",
                "channel": "Paid social", "spend_reporting": 1_000, "clicks": 500, "leads": 0 if now else 25,
            })  # fmt: skip
            for device, (lately, before) in forms.items():
                steady.visits.append({
                    "channel": "Paid social", "campaign_id": "T", "device": device,
                    "report_day": week + timedelta(days=2), "sessions": 200,
                    "web_conversions": lately if now else before,
                })  # fmt: skip
        return steady

    return build


def told(analysis):
    facts = analysis.finding("waste:campaign:T").facts
    return {role: analysis.fact(fact_id) for role, fact_id in facts.items()}


def test_the_device_that_lost_its_forms_stands_beside_one_that_did_not(open_books, broken):
    found = told(open_books(broken(Mobile=(0, 20), Desktop=(19, 20))).analyse())

    assert found["lost_count"].dimensions["device"] == "Mobile"
    counts = [found[f"lost_{role}"].value for role in ("count", "of", "count_before", "of_before")]
    assert counts == [0, 800, 80, 800]
    assert found["kept_count"].dimensions["device"] == "Desktop"
    assert found["kept_count"].value == 76


def test_forms_that_are_missing_everywhere_are_told_of_all_visitors(open_books, broken):
    found = told(open_books(broken(Mobile=(0, 20), Desktop=(1, 20))).analyse())

    assert [found["forms_count"].value, found["forms_of"].value] == [4, 1600]
    assert "lost_count" not in found


def test_forms_that_still_come_are_not_told_as_lost(open_books, broken):
    found = told(open_books(broken(Mobile=(20, 20), Desktop=(19, 20))).analyse())

    assert "forms_count" not in found
