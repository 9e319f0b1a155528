"""Who did what: people, visitors and companies are linked by stated rules only; the rest is counted."""

from datetime import UTC, datetime

import pytest

from countersign.core.settings import Settings
from countersign.core.snapshot import read_snapshot
from countersign.core.warehouse import open_warehouse, read_rows
from countersign.core.workspace import Workspace
from expectations.removals import apply_removals
from flows.dbt_build import build_marts
from flows.pipeline import RunContext, take_snapshot
from tests.dbt_project.raw_rows import AS_OF, COMPANY, batch, write_raw


def lead(lead_id, created_at=None, **other):
    return {"lead_id": lead_id, "created_at": created_at, "channel": "Paid search", **other}


def session(key, visitor, started_at, **other):
    return {"session_key": key, "visitor_key": visitor, "started_at": started_at,
            "channel": "Organic search", **other}  # fmt: skip


def event(event_id, event_type, occurred_at, **other):
    return {"event_id": event_id, "event_type": event_type, "occurred_at": occurred_at, **other}


def deal(opportunity_id, created_at, closed_at=None, **other):
    return {"opportunity_id": opportunity_id, "created_at": created_at, "closed_at": closed_at,
            "is_won": closed_at is not None, "amount": "100", "currency": "EUR", **other}  # fmt: skip


PEOPLE = {
    "raw.ad_performance": [
        {"platform": "google_ads", "account_id": "a", "campaign_id": "c1", "campaign_name": "Brand",
         "ad_group_id": "", "account_day": "2026-03-02", "channel": "Paid search", "currency": "EUR",
         "spend": "10"},
    ],
    "raw.crm_leads": [
        # Ann came twice, the second time at another office of Acme.
        lead("ann", "2026-03-05 08:00:00", email_key="e-ann", visitor_key="v-ann", account_id="acme"),
        lead("ann-2", "2026-03-09 08:00:00", email_key="e-ann"),
        lead("bob", "2026-03-06 08:00:00", email_key="e-bob", account_id="acme"),
        # Two people at one computer.
        lead("cat", "2026-03-06 08:00:00", email_key="e-cat", visitor_key="v-shared"),
        lead("dan", "2026-03-07 08:00:00", email_key="e-dan", visitor_key="v-shared"),
        lead("undated", email_key="e-eve", visitor_key="v-eve"),
        # Merged by the CRM: c into b, b into a; the newsletter tool still says c.
        lead("a", "2026-03-04 08:00:00", email_key="e-fay"),
        lead("b", "2026-03-04 09:00:00", email_key="e-old"),
        lead("c", "2026-03-04 10:00:00", email_key="e-older"),
        lead("by-mail", "2026-03-10 08:00:00", email_key="e-gus"),
    ],
    "raw.crm_removals": [
        {"record_type": "lead", "record_id": "c", "removal": "merged", "merged_into": "b"},
        {"record_type": "lead", "record_id": "b", "removal": "merged", "merged_into": "a"},
        {"record_type": "account", "record_id": "old-acme", "removal": "merged", "merged_into": "acme"},
    ],
    "raw.crm_accounts": [{"account_id": "acme", "account_name": "Acme", "employees": 20}],
    "raw.crm_opportunities": [
        deal("d1", "2026-03-10 08:00:00", "2026-03-11 08:00:00", lead_id="ann"),
        deal("d2", "2026-03-12 08:00:00", "2026-03-13 08:00:00", lead_id="bob"),
        deal("d3", "2026-03-12 08:00:00", account_id="old-acme", _source="billing"),
    ],
    "raw.web_sessions": [
        session("long-ago", "v-ann", "2025-09-01 08:00:00"),
        session("s1", "v-ann", "2026-03-02 08:00:00", channel="Paid search", utm_campaign=" BRAND "),
        session("at-once", "v-ann", "2026-03-05 08:00:00"),
        session("later", "v-ann", "2026-03-06 08:00:00"),
        session("shared", "v-shared", "2026-03-03 08:00:00"),
        session("eve", "v-eve", "2026-03-03 08:00:00"),
        session("stranger", "v-nobody", "2026-03-03 08:00:00"),
        session("bob", "v-bob", "2026-03-07 08:00:00"),
        session("fay", "v-fay", "2026-03-03 08:00:00"),
    ],
    "raw.lead_events": [
        event("x1", "page_view", "2026-03-07 08:00:00", visitor_key="v-bob", email_key="e-bob"),
        event("x2", "page_view", "2026-03-03 08:00:00", visitor_key="v-fay", lead_id="c", _source="news"),
        event("x3", "event_attendance", "2026-03-01 08:00:00", lead_id="a", asset_id="fair",
              asset_name="Fair"),
        event("made-bob", "form_submission", "2026-03-06 07:59:00", email_key="e-bob"),
        event("asked-again", "form_submission", "2026-03-08 12:00:00", email_key="e-bob"),
    ],
    "raw.email_events": [
        {"event_id": "m1", "platform": "Mailchimp", "event_type": "clicked", "email_campaign_id": "n1",
         "occurred_at": "2026-03-09 08:00:00", "email_key": "e-gus"},
        {"event_id": "m2", "platform": "Mailchimp", "event_type": "opened", "email_campaign_id": "n1",
         "occurred_at": "2026-03-09 07:00:00", "email_key": "e-gus"},
        {"event_id": "m3", "platform": "Mailchimp", "event_type": "clicked", "email_campaign_id": "n1",
         "occurred_at": "2026-03-09 08:00:00", "email_key": "e-reader"},
    ],
    "raw.email_campaigns": [
        {"platform": "Mailchimp", "email_campaign_id": "n1", "campaign_name": "March news",
         "sent_at": "2026-03-09 06:00:00"},
    ],
    "quality.batches": [batch()],
}  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("people"))
    write_raw(made, PEOPLE)
    with open_warehouse(made) as connection:
        apply_removals(connection, time_zone=COMPANY.time_zone, at=datetime(2026, 3, 15, tzinfo=UTC))
    build_marts(made, COMPANY, as_of=AS_OF)
    return made


@pytest.fixture(scope="module")
def read(workspace):
    def rows(sql):
        with open_warehouse(workspace) as connection:
            return [tuple(row.values()) for row in read_rows(connection, sql)]

    return rows


def test_leads_of_one_address_are_one_contact_and_merged_ones_are_gone(read):
    assert read("select lead_id, contact_id, link_rule from intermediate.int_contacts__leads order by 1") == [
        ("a", "a", "own record"),
        ("ann", "ann", "own record"),
        ("ann-2", "ann", "same e-mail address"),
        ("bob", "bob", "own record"),
        ("by-mail", "by-mail", "own record"),
        ("cat", "cat", "own record"),
        ("dan", "dan", "own record"),
        ("undated", "undated", "own record"),
    ]


def test_a_shared_device_is_nobodys_and_a_chain_of_merges_is_followed(read):
    found = read(
        "select visitor_key, contact_id, link_rule from intermediate.int_visitors__linked order by 1"
    )
    assert found == [
        ("v-ann", "ann", "visitor on the lead"),
        ("v-bob", "bob", "event with a known e-mail address"),
        ("v-eve", "undated", "visitor on the lead"),
        ("v-fay", "a", "event of a known lead"),
        ("v-shared", None, "ambiguous"),
    ]


def test_the_touches_of_each_contact_stand_in_time(read):
    found = read(
        "select contact_id, touchpoint_id, channel, campaign_name from facts.fct_touchpoints"
        " order by contact_id, touched_at, touchpoint_id"
    )
    assert found == [
        ("a", "event x3", "Events", "Fair"),
        ("a", "session fay", "Organic search", None),
        ("ann", "session long-ago", "Organic search", None),
        ("ann", "session s1", "Paid search", "Brand"),
        ("ann", "session at-once", "Organic search", None),
        ("ann", "session later", "Organic search", None),
        ("bob", "session bob", "Organic search", None),
        ("bob", "event asked-again", "Unassigned", None),
        ("by-mail", "email_click m1", "Email", "March news"),
        ("undated", "session eve", "Organic search", None),
    ]


# How attribution reads the two facts: what a contact did in the 90 days up to the instant it converted.
PATHS = """
    select conversions.conversion_id, count(touches.touchpoint_id) as touches
    from facts.fct_conversions as conversions
    left join facts.fct_touchpoints as touches
        on conversions.{person} = touches.{person}
        and touches.touched_at <= conversions.converted_at
        and touches.touched_at > conversions.converted_at - interval '90 days'
    group by 1 order by 1
"""


def test_a_touch_counts_up_to_the_instant_of_the_conversion_and_no_longer_than_the_lookback(read):
    paths = dict(read(PATHS.format(person="contact_id")))
    assert paths == {
        "lead a": 2,
        "lead ann": 2,  # one of them at the very instant; neither the one of last year nor the later one
        "lead ann-2": 3,
        "lead bob": 0,  # before any touch: the form that made the lead is no touch
        "lead by-mail": 1,
        "lead cat": 0,
        "lead dan": 0,
        "lead undated": 0,
        "opportunity d1": 3, "customer d1": 3,
        "opportunity d2": 2, "customer d2": 2,
        "opportunity d3": 0,
    }  # fmt: skip


def test_the_path_of_an_account_is_that_of_its_whole_buying_committee(read):
    paths = dict(read(PATHS.format(person="account_id")))
    assert (paths["customer d1"], paths["customer d2"], paths["opportunity d3"]) == (5, 5, 5)


def test_conversions_without_any_touch_are_counted_by_day_and_channel(read):
    found = read(
        f"""
        select report_day::varchar, channel, count(*), count(*) - count(nullif(touches, 0))
        from facts.fct_conversions join ({PATHS.format(person="contact_id")}) using (conversion_id)
        where conversion_type = 'lead' group by all order by 1
        """
    )
    assert found == [
        ("2026-03-04", "Paid search", 1, 0),
        ("2026-03-05", "Paid search", 1, 0),
        ("2026-03-06", "Paid search", 2, 2),
        ("2026-03-07", "Paid search", 1, 1),
        ("2026-03-09", "Paid search", 1, 0),
        ("2026-03-10", "Paid search", 1, 0),
        (None, "Paid search", 1, 1),
    ]


def test_only_the_first_win_of_a_company_is_a_new_customer(read):
    found = read(
        "select conversion_id, account_id, contact_id, is_new_customer, value_reporting"
        " from facts.fct_conversions where conversion_type = 'customer' order by converted_at"
    )
    assert found == [
        ("customer d1", "acme", "ann", True, 100),
        ("customer d2", "acme", "bob", False, 100),
    ]


def test_contacts_and_accounts_sum_up_what_is_linked(read):
    contacts = read("select contact_id, account_id, leads, visitors_linked, is_customer"
                    " from facts.dim_contacts order by 1")  # fmt: skip
    assert contacts == [
        ("a", None, 1, 1, False),
        ("ann", "acme", 2, 1, True),
        ("bob", "acme", 1, 1, True),
        ("by-mail", None, 1, 0, False),
        ("cat", None, 1, 0, False),
        ("dan", None, 1, 0, False),
        ("undated", None, 1, 1, False),
    ]
    (account,) = read("select account_name, contacts, leads, opportunities, wins, revenue_reporting"
                      " from facts.dim_accounts")  # fmt: skip
    assert account == ("Acme", 2, 3, 3, 2, 200)


def test_what_stays_unlinked_stands_beside_what_is_linked(read):
    assert read("select link, link_rule, records from marts.identity_links order by 1, 2") == [
        ("contact to account", "account of its lead", 2),
        ("contact to account", "no account", 5),
        ("lead to contact", "own record", 7),
        ("lead to contact", "same e-mail address", 1),
        ("opportunity to contact", "lead of the opportunity", 2),
        ("opportunity to contact", "no known lead", 1),
        ("visitor to contact", "ambiguous", 1),
        ("visitor to contact", "event of a known lead", 1),
        ("visitor to contact", "event with a known e-mail address", 1),
        ("visitor to contact", "visitor on the lead", 2),
    ]


PSEUDONYMS = ("visitor_key", "email_key", "phone_key", "session_key", "event_key", "session_id",
              "touchpoint_id", "contact_id", "lead_id")  # fmt: skip


def test_nothing_of_a_person_enters_a_snapshot(workspace, read):
    taken = take_snapshot(RunContext(workspace, COMPANY, Settings(), AS_OF), {})
    tables = read_snapshot(workspace, taken.id).tables
    assert "identity_links" in tables
    assert [name for name in tables if name.startswith(("fct_", "dim_", "int_", "stg_"))] == []
    assert [(name, column) for name, table in tables.items() for column in table.columns
            if column in PSEUDONYMS] == []  # fmt: skip


def test_a_contact_has_no_column_that_names_or_reaches_a_person(read):
    columns = {name for (name,) in read("select column_name from (describe facts.dim_contacts)")}
    assert columns == {
        "contact_id", "account_id", "account_link_rule", "is_event_lead", "country", "segment", "consent",
        "is_customer", "first_lead_at", "leads", "visitors_linked",
    }  # fmt: skip
