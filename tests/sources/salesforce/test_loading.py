"""Salesforce from the sandbox: leads, deals and what sales did land once; changes and merges are followed."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from countersign.core.errors import SettingsError, SourceError
from countersign.sources.salesforce import options as salesforce_options
from countersign.sources.sandbox import salesforce_org
from countersign.sources.sandbox.faults import Fault
from countersign.sources.sandbox.world import world_of
from tests.sources.sandboxed import (
    files_with,
    landed_batches,
    landed_rows,
    load_from_sandbox,
    small_world,
    source_of,
)
from tests.sources.undisturbed import (
    HTTP_FAULTS,
    PAGE_FAULTS,
    loaded_snapshot,
    only_parts,
    only_tables,
    undisturbed_snapshot,
)

WORLD = small_world(weeks=12)
OPTIONS = {"my_domain": "northbeam", "fields": salesforce_org.CUSTOM_FIELDS}
ORIGINAL = "00Q0"


@pytest.fixture(scope="module")
def company():
    """The simulated company, once for all tests."""
    with world_of(WORLD) as world:
        yield world


@pytest.fixture(scope="module")
def month_ago():
    """The same company four weeks earlier."""
    with world_of(replace(WORLD, until=WORLD.until - timedelta(weeks=4))) as world:
        yield world


def salesforce(*tables, **said):
    source = source_of("salesforce", options={**OPTIONS, **said})
    return only_tables(source, *tables) if tables else source


def load(workspace, world, source):
    return load_from_sandbox(workspace, "salesforce", world, source=source)


def sf_id(prefix, lead_id):
    return prefix + lead_id[2:].upper()


def test_every_lead_lands_with_its_stage_and_campaign(workspace, company):
    load(workspace, company, salesforce("crm_leads"))

    stages = {
        "New": "lead", "Marketing qualified": "mql", "Accepted by sales": "sales_accepted",
        "Not a fit": "disqualified", "Sales qualified": "sql", "Offer": "opportunity",
        "Customer": "customer", "Offer lost": "disqualified",
    }  # fmt: skip
    cards = company.rows("select *, utc(entered_at) as entered_utc from lead_cards")
    expected = {
        sf_id(ORIGINAL, card["lead_id"]): (
            card["entered_utc"],
            stages[card["stage"]],
            None if card["campaign"] == "N/A" else card["campaign"],
            card["channel"] == "Events",
            card["crm_source"],
            card["country"],
        )
        for card in cards
    }
    rows = landed_rows(workspace, "crm_leads")
    landed = {
        row["lead_id"]: (
            row["created_at"],
            row["stage"],
            row["campaign_name"],
            row["is_event_lead"],
            row["lead_source"],
            row["country"],
        )
        for row in rows
        if row["lead_id"].startswith(ORIGINAL)
    }
    assert landed == expected
    assert len({row["email_key"] for row in rows if row["lead_id"] in expected}) == len(expected)
    assert {row["_bad"] for row in rows} == {None}


def test_opting_out_denies_and_a_consent_field_grants(workspace, company):
    load(workspace, company, salesforce("crm_leads"))

    said = Counter(
        row["consent"] for row in landed_rows(workspace, "crm_leads") if row["lead_id"].startswith(ORIGINAL)
    )
    known = company.rows(
        """
        select case
            when chance('sf opted out', visit_id) < 0.08 or chance('sf individual', visit_id) < 0.05
                then 'denied'
            when chance('sf consent', visit_id) < 0.6 then 'granted' else 'unknown'
        end as consent, count(*) as leads
        from lead_cards group by 1
        """
    )
    assert said == {row["consent"]: row["leads"] for row in known}


def test_stage_changes_are_those_of_the_company(workspace, company):
    load(workspace, company, salesforce("crm_stage_changes"))

    landed = Counter(
        (row["stage"], row["changed_at"].date())
        for row in landed_rows(workspace, "crm_stage_changes")
        if row["lead_id"].startswith(ORIGINAL)
    )
    known = company.rows(
        """
        select (['lead', 'mql', if(stage = 'Not a fit', 'disqualified', 'sales_accepted'), 'sql',
            'opportunity', if(stage = 'Customer', 'customer', 'disqualified')])[step] as stage,
            utc(changed_at)::date as day,
            count(*) as times
        from lead_stages group by 1, 2
        """
    )
    assert landed == {(row["stage"], row["day"]): row["times"] for row in known}


def test_sales_says_why_a_lead_was_rejected(workspace, company):
    load(workspace, company, salesforce("sales_feedback"))

    landed = Counter((row["verdict"], row["reason"]) for row in landed_rows(workspace, "sales_feedback"))
    known = company.rows(
        """
        select if(is_accepted, 'accepted', 'rejected') as verdict, if(is_accepted, null, reason) as reason,
            count(*) as leads
        from lead_cards where verdict_at < getvariable('until') group by 1, 2
        """
    )
    assert landed == {(row["verdict"], row["reason"]): row["leads"] for row in known}


def test_deals_keep_amount_currency_lead_and_the_instant_they_closed(workspace, company):
    load(workspace, company, salesforce("crm_opportunities"))

    known = company.rows(
        """
        select lead_id, if(deal_at < getvariable('until') - 3, amount, null) as amount,
            if(closed_at < getvariable('until'), utc(closed_at), null) as closed_at,
            if(closed_at < getvariable('until'), is_winner, null) as is_won
        from lead_cards where deal_at < getvariable('until')
        """
    )
    rows = [
        row for row in landed_rows(workspace, "crm_opportunities") if row["opportunity_id"].startswith("0060")
    ]
    assert {
        (row["lead_id"], row["amount"], row["closed_at"], row["is_won"], row["currency"]) for row in rows
    } == {
        (sf_id(ORIGINAL, row["lead_id"]), row["amount"], row["closed_at"], row["is_won"], "EUR")
        for row in known
    }


def test_activities_find_their_lead_also_after_it_was_converted(workspace, company):
    load(workspace, company, salesforce("crm_activities"))

    landed = Counter(
        (row["lead_id"], row["activity_type"]) for row in landed_rows(workspace, "crm_activities")
    )
    known = company.rows(
        """
        select lead_id, if(activity_type = 'E-mail', 'email', lower(activity_type)) as kind, count(*) as times
        from activities group by all
        """
    )
    assert landed == {(sf_id(ORIGINAL, row["lead_id"]), row["kind"]): row["times"] for row in known}


def test_only_event_campaigns_give_lead_events(workspace, company):
    load(workspace, company, salesforce("lead_events"))

    rows = landed_rows(workspace, "lead_events")
    known = company.rows("select count(*) as leads from lead_cards where channel = 'Events'")
    assert len(rows) == known[0]["leads"] > 0
    assert {row["event_type"] for row in rows} == {"event_attendance"}
    assert all(row["lead_id"].startswith(ORIGINAL) for row in rows)


def test_deleted_and_merged_records_become_removals(workspace, company):
    load(workspace, company, salesforce())

    removals = landed_rows(workspace, "crm_removals")
    merged = {row["record_id"]: row["merged_into"] for row in removals if row["removal"] == "merged"}
    assert {kept[:4] for kept in merged.values()} == {ORIGINAL, "0010"}
    assert Counter(row["record_type"] for row in removals).keys() == {
        "lead", "account", "opportunity", "activity",
    }  # fmt: skip
    gone = {row["record_id"] for row in removals}
    for table, key in (
        ("crm_leads", "lead_id"), ("crm_accounts", "account_id"),
        ("crm_opportunities", "opportunity_id"), ("crm_activities", "activity_id"),
    ):  # fmt: skip
        assert not gone & {row[key] for row in landed_rows(workspace, table)}


def test_a_later_load_brings_changes_merges_and_what_a_deal_made_of_its_lead(
    workspace, other_workspace, month_ago, company
):
    source = salesforce()
    load(workspace, month_ago, source)
    before = {row["lead_id"]: row["stage"] for row in landed_rows(workspace, "crm_leads")}
    load(workspace, company, source)
    load(other_workspace, company, source)

    gone = {row["record_id"] for row in landed_rows(workspace, "crm_removals")}
    after = [row for row in landed_rows(workspace, "crm_leads") if row["lead_id"] not in gone]
    assert after == landed_rows(other_workspace, "crm_leads")
    won = {row["lead_id"] for row in after if row["stage"] == "customer"}
    assert any(before.get(lead) == "opportunity" for lead in won)
    for table in ("crm_stage_changes", "crm_opportunities", "crm_activities", "sales_feedback"):
        ours = [row for row in landed_rows(workspace, table) if not gone & set(row.values())]
        assert ours == [row for row in landed_rows(other_workspace, table) if not gone & set(row.values())]


def test_a_second_load_with_nothing_new_lands_no_row_that_is_new(workspace, company):
    source = salesforce("crm_leads", "crm_opportunities")
    load(workspace, company, source)
    before = landed_rows(workspace, "crm_leads")
    batches = len(landed_batches(workspace, "crm_leads"))
    load(workspace, company, source)

    assert landed_rows(workspace, "crm_leads") == before
    assert len(landed_batches(workspace, "crm_leads")) == batches


@pytest.mark.parametrize("kind", [*HTTP_FAULTS, *PAGE_FAULTS, "token_expires"])
def test_faults_end_in_the_rows_of_an_undisturbed_load(tmp_path, workspace, company, kind):
    source = only_parts(salesforce(), "tasks")
    undisturbed = undisturbed_snapshot(tmp_path / "calm", workspace, source, company)
    fault = Fault(kind, "salesforce", "query", at=2 if kind in HTTP_FAULTS else 1)

    assert loaded_snapshot(tmp_path / kind, workspace, source, company, faults=[fault]) == undisturbed
    assert undisturbed["crm_activities"]


def test_a_cursor_that_always_expires_is_refused(workspace, company):
    with pytest.raises(SourceError, match="no longer knows this page"):
        load_from_sandbox(
            workspace,
            "salesforce",
            company,
            source=only_parts(salesforce(), "tasks"),
            faults=[Fault("cursor_expires", "salesforce", times=99)],
        )
    assert not landed_batches(workspace, "crm_activities")


def test_an_organisation_with_one_currency_must_say_which(workspace, company, monkeypatch):
    fields = tuple(name for name in salesforce_org.OBJECTS["Opportunity"] if name != "CurrencyIsoCode")
    monkeypatch.setitem(salesforce_org.OBJECTS, "Opportunity", fields)
    with pytest.raises(SettingsError, match="currency: EUR"):
        load(workspace, company, salesforce("crm_opportunities"))

    load(workspace, company, salesforce("crm_opportunities", currency="CHF"))
    assert {row["currency"] for row in landed_rows(workspace, "crm_opportunities")} == {"CHF"}


def test_a_status_that_no_stage_is_given_for_is_set_aside_in_words(workspace, company, monkeypatch):
    monkeypatch.delitem(salesforce_options.STAGE_OF_STATUS, "Working")
    load(workspace, company, salesforce("crm_leads"))

    bad = {row["_bad"] for row in landed_rows(workspace, "crm_leads") if row["_bad"]}
    assert bad == {"stage: 'Working' is not in values"}
    load(workspace, company, salesforce("crm_leads", stages={"Working": "sales_accepted"}))


def test_a_custom_field_that_is_not_there_is_refused(workspace, company):
    with pytest.raises(SettingsError, match="Lost_Reason__c"):
        load(workspace, company, salesforce("crm_leads", fields={"reject_reason": "Lost_Reason__c"}))


def test_no_secret_and_no_address_is_left_outside_the_restricted_store(workspace, company):
    load(workspace, company, salesforce("crm_leads"))

    assert files_with(workspace.root, "sandbox-salesforce-client_secret") == []
    mail = company.rows('select "E-mail" as mail from crm_leads limit 1')[0]["mail"]
    assert all("restricted" in path for path in files_with(workspace.root, mail))
