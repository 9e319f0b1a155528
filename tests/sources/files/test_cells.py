"""Cells: dates, times, numbers, amounts and flags are read as written, and never guessed."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.sources.files.mapped import ads, leads


@pytest.mark.parametrize(
    ("cell", "mapping", "expected"),
    [
        ("12.5", {}, "12.5"),
        ("144.", {}, "144"),
        ("36150000", {"divide_by": 1_000_000}, "36.15"),
        ("0.1", {"multiply_by": 1000}, "100"),
        ("1.117,10", {"decimal": ",", "thousands": "."}, "1117.10"),
        ("1 117,1", {"decimal": ",", "thousands": " "}, "1117.1"),
        ("$1,117.10K", {"number": "amount"}, "1117100"),
        ("EUR 3M", {"number": "amount"}, "3000000"),
        ("5 €", {"number": "amount"}, "5"),
        ("(1,200.00)", {"number": "amount"}, "-1200"),
        ("1.117,10 €", {"number": "amount", "decimal": ","}, "1117.10"),
        # Money stays exact: sums of these as floats would not.
        ("0.1000004", {}, "0.1"),
        ("0.1000005", {}, "0.100001"),
    ],
)
def test_numbers_are_read_exactly(drop, cell, mapping, expected):
    drop.write("ads.csv", f'id,day,cost\n1,2026-01-05,"{cell}"\n')
    drop.map(ads(columns={"spend": {"column": "cost", **mapping}}))

    assert drop.land_rows("spend, _bad") == [(Decimal(expected), None)]


@pytest.mark.parametrize(
    ("cell", "mapping"),
    [
        ("1.117,10", {"thousands": ","}),
        ("1,117.10", {"decimal": ",", "thousands": "."}),
        ("1,11,1", {"thousands": ","}),
        ("1,5", {}),
        ("1_000", {}),
        ("NaN", {}),
        ("inf", {}),
        ("0x1F", {}),
        ("twelve", {"number": "amount"}),
        ("$", {"number": "amount"}),
        ("(5", {"number": "amount"}),
        ("9" * 20, {}),
    ],
)
def test_what_is_not_a_number_under_the_mapping_is_said_not_guessed(drop, cell, mapping):
    drop.write("ads.csv", f'id,day,cost\n1,2026-01-05,"{cell}"\n')
    drop.map(ads(columns={"spend": {"column": "cost", **mapping}}))

    assert drop.land_rows("spend, _bad") == [(None, f"spend: '{cell}' is not a number")]


def test_a_count_must_be_whole(drop):
    drop.write("ads.csv", "id,day,cost,clicks\n1,2026-01-05,1,7.0\n2,2026-01-05,1,7.5\n")
    drop.map(ads(columns={"clicks": "clicks"}))

    assert drop.land_rows("clicks, _bad") == [(7, None), (None, "clicks: '7.5' is not a whole number")]


@pytest.mark.parametrize(
    ("cell", "format", "expected"),
    [
        ("2026-01-05", None, date(2026, 1, 5)),
        ("2026-01-05 23:59:00", None, date(2026, 1, 5)),
        ("2026-01-05T23:59:00-08:00", None, date(2026, 1, 5)),
        ("5.1.2026", "%d.%m.%Y", date(2026, 1, 5)),
        ("01/05/2026", ["%Y-%m-%d", "%m/%d/%Y"], date(2026, 1, 5)),
        ("2024-02-29", None, date(2024, 2, 29)),
    ],
)
def test_account_days_are_kept_as_written(drop, cell, format, expected):
    drop.write("ads.csv", f"id,day,cost\n1,{cell},1\n")
    drop.map(ads(columns={"account_day": {"column": "day", **({"format": format} if format else {})}}))

    assert drop.land_rows("account_day, _bad") == [(expected, None)]


@pytest.mark.parametrize(
    "cell", ["2026-02-30", "01/02/2026", "epoch", "infinity", "20260105", "2026-01-05 or so", "2026-13-01"]
)
def test_days_that_do_not_exist_or_could_be_two_days_are_said(drop, cell):
    drop.write("ads.csv", f"id,day,cost\n1,{cell},1\n")
    drop.map(ads())

    assert drop.land_rows("account_day, _bad") == [(None, f"account_day: '{cell}' is not a date")]


@pytest.mark.parametrize(
    ("cell", "mapping", "expected"),
    [
        ("2026-01-05 12:00", {}, "2026-01-05 11:00"),
        ("2026-01-05", {}, "2026-01-04 23:00"),
        ("2026-01-05T12:00:00Z", {}, "2026-01-05 12:00"),
        ("2026-01-05T12:00:00.250+02:00", {}, "2026-01-05 10:00:00.250"),
        ("2026-01-05 12:00:00-0800", {}, "2026-01-05 20:00"),
        ("05.01.2026 12:00", {"format": "%d.%m.%Y %H:%M"}, "2026-01-05 11:00"),
        ("05.01.2026 12:00 +0500", {"format": "%d.%m.%Y %H:%M %z"}, "2026-01-05 07:00"),
        ("1767614400", {"format": "epoch_s"}, "2026-01-05 12:00"),
        ("1767614400250", {"format": "epoch_ms"}, "2026-01-05 12:00:00.250"),
        ("2026-01-05 12:00", {"time_zone": "America/New_York"}, "2026-01-05 17:00"),
        # Skipped by daylight saving: 02:30 moves forward to 03:30 summer time.
        ("2026-03-29 02:30", {}, "2026-03-29 01:30"),
        # Occurs twice: the first, which is summer time.
        ("2026-10-25 02:30", {}, "2026-10-25 00:30"),
        ("2026-10-25 03:30", {}, "2026-10-25 02:30"),
        # Lord Howe Island moves by half an hour.
        ("2026-04-05 01:45", {"time_zone": "Australia/Lord_Howe"}, "2026-04-04 14:45"),
    ],
)
def test_times_end_in_utc(drop, cell, mapping, expected):
    drop.write("leads.csv", f"id,made\n1,{cell}\n")
    drop.map(leads(time_zone="Europe/Berlin", columns={"created_at": {"column": "made", **mapping}}))

    ((created_at, zone, bad),) = drop.land_rows("created_at, source_time_zone, _bad")
    assert created_at == datetime.fromisoformat(expected)
    assert (zone, bad) == ("Europe/Berlin", None)


def test_missing_tokens_and_empty_cells_are_null_and_a_default_fills_them(drop):
    drop.write("leads.csv", "id,source,country\n1,Select, \n2,  Web ,N/A\n")
    columns = {"lead_source": "source", "country": {"column": "country", "missing": ["N/A"], "default": "?"}}
    drop.map(leads(missing=["Select"], columns=columns))

    assert drop.land_rows("lead_source, country") == [(None, "?"), ("Web", "?")]


@pytest.mark.parametrize(
    ("otherwise", "expected", "bad"),
    [("refuse", None, "stage: 'Odd' is not in values"), ("null", None, None), ("keep", "Odd", None)],
)
def test_value_maps_translate_and_say_what_they_do_not_know(drop, otherwise, expected, bad):
    drop.write("leads.csv", "id,stage\n1,New\n2,Odd\n3,Gone\n4,\n")
    stage = {"column": "stage", "values": {"New": "lead", "Gone": None}, "otherwise": otherwise}
    drop.map(leads(columns={"stage": stage}))

    assert drop.land_rows("stage, _bad") == [("lead", None), (expected, bad), (None, None), (None, None)]


def test_flags_are_read_in_the_usual_spellings(drop):
    drop.write("leads.csv", "id,event\n1,Yes\n2,0\n3,maybe\n")
    drop.map(leads(columns={"is_event_lead": "event"}))

    assert drop.land_rows("is_event_lead, _bad") == [
        (True, None),
        (False, None),
        (None, "is_event_lead: 'maybe' is not yes or no"),
    ]


def test_currency_is_a_code_or_a_reason(drop):
    drop.write("ads.csv", "id,day,cost,cur\n1,2026-01-05,1,usd\n2,2026-01-05,1,euros\n")
    mapping = ads(columns={"currency": "cur"})
    del mapping["currency"]
    drop.map(mapping)

    assert drop.land_rows("currency, _bad") == [("USD", None), (None, "currency: 'euros' is not an ISO code")]


def test_expressions_compute_over_text(drop):
    drop.write("leads.csv", "id,a,b\n1,,x\n2,y,\n")
    drop.map(leads(columns={"lead_source": {"expression": "upper(coalesce(a, b))"}}, where="id <> '3'"))

    assert drop.land_rows("lead_source") == [("X",), ("Y",)]


def test_spreadsheet_formulas_are_kept_as_they_are(drop):
    drop.write("leads.csv", 'id,campaign\n1,"=HYPERLINK(""x"")"\n')
    drop.map(leads(columns={"campaign_name": "campaign"}))

    assert drop.land_rows("campaign_name") == [('=HYPERLINK("x")',)]
