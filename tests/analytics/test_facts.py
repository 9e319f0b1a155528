"""Facts: each number carries how to get it again, and getting it again gives the same number."""

from datetime import date
from decimal import Decimal

import pytest

from countersign.analytics.book import FactBook, derive_fact
from countersign.analytics.explain import recompute, same_number
from countersign.core.contracts import Derived, Fact, Query, Window
from countersign.core.errors import SnapshotError
from countersign.core.periods import previous_week

WEEK = Window(start=date(2026, 11, 9), end=date(2026, 11, 16))


@pytest.fixture
def book(opened):
    return FactBook(opened.connection, opened.snapshot)


def changed(fact: Fact, **fields) -> Fact:
    return fact.model_copy(update=fields)


def test_every_fact_of_an_analysis_recomputes_to_its_value(opened):
    analysis = opened.analyse()
    held = {fact.id: fact for fact in analysis.facts}

    off = [
        fact.id for fact in analysis.facts if not recompute(fact, held, connection=opened.connection).matches
    ]

    assert len(analysis.facts) > 300
    assert off == []


def test_a_facts_own_sql_gives_the_value_that_was_looked_up(opened, book):
    for name in ("spend", "leads", "cost_per_lead", "conversion_rate"):
        for channel in (None, "Paid social"):
            fact = book.metric(name, WEEK, channel=channel)
            assert isinstance(fact.definition, Query)
            assert opened.connection.execute(fact.definition.sql).fetchone() == (fact.value,)


def test_money_is_decimal_in_the_reporting_currency_and_counts_have_none(book):
    spend, leads = book.metric("spend", WEEK), book.metric("leads", WEEK)

    assert (type(spend.value), spend.currency) == (Decimal, "EUR")
    assert (type(leads.value), leads.currency) == (int, None)


def test_a_row_that_does_not_exist_is_not_known_rather_than_zero(book):
    assert book.metric("leads", WEEK, channel="Events").value is None
    assert book.metric("leads", Window(start=date(2020, 1, 6), end=date(2020, 1, 13))).value is None


def test_a_channel_may_have_a_quote_in_its_name(open_books, steady):
    steady.week(0, "Bob's list", leads=7)
    opened = open_books(steady)
    fact = FactBook(opened.connection, opened.snapshot).metric("leads", WEEK, channel="Bob's list")

    assert recompute(fact, {}, connection=opened.connection).value == 7


def test_the_same_number_has_the_same_id_and_another_week_another(opened, book):
    again = FactBook(opened.connection, opened.snapshot)

    assert book.metric("leads", WEEK).id == again.metric("leads", WEEK).id
    assert book.metric("leads", WEEK).id != book.metric("leads", previous_week(WEEK)).id
    assert book.metric("leads", WEEK).id != book.metric("leads", WEEK, channel="Direct").id


def test_unknown_inputs_make_derived_facts_unknown(book):
    known, unknown = book.metric("leads", WEEK), book.metric("leads", WEEK, channel="Events")
    for function in ("difference", "change_rate", "share", "sum", "product"):
        fact = book.derive(function, [known, unknown], metric="m", title="t", unit="count")
        assert fact.value is None


def test_change_from_zero_is_not_known(book):
    zero, spend = book.metric("spend", WEEK, channel="Direct"), book.metric("spend", WEEK)

    assert zero.value == 0
    assert book.derive("change_rate", [spend, zero], metric="m", title="t", unit="rate").value is None


def test_a_derived_fact_names_every_column_that_it_rests_on(book):
    fact = book.derive(
        "ratio",
        [book.metric("spend", WEEK), book.metric("clicks", WEEK)],
        metric="m",
        title="t",
        unit="currency",
    )

    assert fact.columns == ("channel_day.clicks", "channel_day.spend_reporting")


def test_facts_of_two_snapshots_do_not_mix(book):
    leads = book.metric("leads", WEEK)
    with pytest.raises(ValueError, match="one snapshot"):
        derive_fact("sum", [leads, changed(leads, snapshot_id="other")], metric="m", title="t", unit="count")


def test_explaining_shows_the_rows_behind_a_number(opened, book):
    explained = recompute(book.metric("leads", WEEK, channel="Direct"), {}, connection=opened.connection)

    assert explained.table == "channel_day"
    assert [(row["report_day"], row["channel"], row["leads"]) for row in explained.rows] == [
        (date(2026, 11, 10), "Direct", 38)
    ]


def test_explaining_goes_down_to_the_inputs(opened, book):
    now, prior = book.metric("leads", WEEK), book.metric("leads", previous_week(WEEK))
    fact = book.derive("difference", [now, prior], metric="m", title="t", unit="count")

    explained = recompute(fact, book.by_id, connection=opened.connection)

    assert [part.fact.id for part in explained.inputs] == [now.id, prior.id]
    assert explained.value == now.value - prior.value
    assert explained.sql is None


def test_a_number_that_was_changed_does_not_match(opened, book):
    fact = book.metric("leads", WEEK)
    forged = changed(fact, value=fact.value + 1)

    assert not recompute(forged, {}, connection=opened.connection).matches


def test_a_changed_input_shows_in_the_input_and_not_in_what_rests_on_it(opened, book):
    now, prior = book.metric("leads", WEEK), book.metric("leads", previous_week(WEEK))
    fact = book.derive("sum", [now, prior], metric="m", title="t", unit="count")
    held = dict(book.by_id) | {now.id: changed(now, value=999)}

    explained = recompute(fact, held, connection=opened.connection)

    assert (explained.matches, explained.inputs[0].matches) == (True, False)


@pytest.mark.parametrize(("function", "version"), [("invented", 1), ("sum", 99)])
def test_an_unknown_function_or_version_is_refused(opened, book, function, version):
    leads = book.metric("leads", WEEK)
    fact = changed(leads, definition=Derived(function=function, version=version, inputs=(leads.id,)))

    with pytest.raises(SnapshotError, match=f"{function}, version {version}"):
        recompute(fact, book.by_id, connection=opened.connection)


def test_a_missing_input_is_named(opened, book):
    leads = book.metric("leads", WEEK)
    fact = book.derive("sum", [leads], metric="m", title="t", unit="count")

    with pytest.raises(SnapshotError, match=leads.id):
        recompute(fact, {}, connection=opened.connection)


def test_sql_that_the_grant_does_not_allow_is_refused_with_a_reason(opened, book):
    fact = changed(book.metric("leads", WEEK), definition=Query(sql="select 1 from marts.people"))

    with pytest.raises(SnapshotError, match="fix:"):
        recompute(fact, {}, connection=opened.connection)


def test_decimals_agree_exactly_and_floats_to_a_billionth():
    assert not same_number(Decimal("1.000001"), Decimal("1.000002"))
    assert not same_number(100.0, 100.0001)
    assert same_number(100.0, 100.0 * (1 + 1e-12))
    assert not same_number(None, 0)


def test_facts_survive_json_with_their_types(book):
    for name in ("spend", "leads", "cost_per_lead"):
        fact = book.metric(name, WEEK)
        back = Fact.model_validate_json(fact.model_dump_json())
        assert (type(back.value), back) == (type(fact.value), fact)


def test_a_grant_without_a_column_of_the_metrics_has_no_metrics(open_books, steady):
    opened = open_books(steady, tables=["data_trust"])

    assert FactBook(opened.connection, opened.snapshot).metric("leads", WEEK).value is None
