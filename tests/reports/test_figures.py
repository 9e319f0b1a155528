"""write_figure: one way to write each unit, a real minus sign, no figure that looks like what it is not."""

from decimal import Decimal

import pytest

from countersign.core.contracts import Derived, Fact, Query
from countersign.reports.figures import DraftError, write_figure


def fact(value, unit="currency", *, currency="EUR", metric="spend", function=None) -> Fact:
    definition = Derived(function=function, version=1, inputs=("f0",)) if function else Query(sql="select 1")
    return Fact(
        id="f1", metric=metric, title="t", value=value, unit=unit, currency=currency,
        definition=definition, columns=(), snapshot_id="s",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (184200, "currency", "€184,200"),
        (Decimal("76.374"), "currency", "€76.37"),
        (Decimal("999.996"), "currency", "€1,000"),
        (Decimal("-4.2"), "currency", "\u2212€4.20"),
        (Decimal("0.0031"), "currency", "€0.0031"),
        (0, "currency", "€0"),
        (2412, "count", "2,412"),
        (Decimal("2.5"), "count", "2.5"),
        (0.123, "rate", "12.3%"),
        (0.0102, "rate", "1.02%"),
        (1, "rate", "100%"),
        (0.9996, "rate", "99.96%"),
        (0.99999, "rate", "99.99%"),
        (0, "rate", "0%"),
        (1.8, "ratio", "1.80"),
        (2.84, "ratio", "2.8"),
        (0.125, "ratio", "0.13"),
        (31.2, "hours", "31 h"),
        (4.5, "hours", "4.5 h"),
        (1, "days", "1 day"),
        (14, "days", "14 days"),
        (None, "currency", "not known"),
        (None, "rate", "not known"),
    ],
)
def test_each_unit_is_written_one_way(value, unit, written):
    assert write_figure(fact(value, unit)) == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (Decimal("-4.2"), "currency", "\u2212€4.20"),
        (Decimal("1.92"), "currency", "+€1.92"),
        (0, "count", "0"),
        (Decimal("-0.0004"), "ratio", "0.00"),
        (12, "count", "+12"),
    ],
)
def test_change_has_a_sign_unless_it_rounds_to_nothing(value, unit, written):
    assert write_figure(fact(value, unit), style="change") == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (184200, "€184.2k"),
        (999_960, "€1.0m"),
        (1_840_000, "€1.8m"),
        (9999, "€9,999"),
        (-184200, "\u2212€184.2k"),
    ],
)
def test_short_keeps_one_decimal_and_promotes_what_rounds_up(value, written):
    assert write_figure(fact(value), style="short") == written


@pytest.mark.parametrize(
    ("metric", "function", "written"),
    [("x_change", None, "+15.7%"), ("x", "change_rate", "+15.7%"), ("rate_difference", None, "15.7 pp")],
)
def test_a_relative_change_is_signed_and_a_difference_of_rates_is_in_points(metric, function, written):
    assert write_figure(fact(0.157, "rate", metric=metric, function=function)) == written


def test_size_drops_the_sign_of_a_fall():
    falling = fact(-0.074, "rate", metric="leads_change")
    assert (write_figure(falling), write_figure(falling, style="size")) == ("\u22127.4%", "7.4%")


@pytest.mark.parametrize(("code", "written"), [("USD", "$12.00"), ("CHF", "CHF 12.00"), ("JPY", "¥12")])
def test_known_currencies_have_symbols_and_others_their_code(code, written):
    assert write_figure(fact(12, currency=code)) == written


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_finite_is_refused(value):
    with pytest.raises(DraftError, match="finite"):
        write_figure(fact(value, "count"))


def test_money_without_a_currency_is_refused():
    with pytest.raises(DraftError, match="no currency"):
        write_figure(fact(1, currency=None))


@pytest.mark.parametrize(
    ("value", "function", "written"),
    [
        (32.1, "product", "about 32"),
        (0.4, "product", "about 0.4"),
        (32, "product", "32"),
        (-2.6, "difference", "about \u22123"),
        (312.4, "expected_low", "312"),
        (Decimal("2.5"), "sum", "2.5"),
    ],
)
def test_a_count_that_nobody_counted_is_rounded_and_says_so(value, function, written):
    assert write_figure(fact(value, "count", metric="leads", function=function)) == written
