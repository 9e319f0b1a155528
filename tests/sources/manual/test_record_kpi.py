"""data record-kpi: a figure is checked, kept once with who entered it, mapped when asked, and lands."""

import csv
import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import yaml
from typer.testing import CliRunner

from countersign.cli.data import app
from countersign.core.errors import ApprovalError, SettingsError, SourceError
from countersign.core.settings import load_settings
from countersign.governance import people
from countersign.governance.ledger import open_ledger
from countersign.sources.files import land_source
from countersign.sources.manual.figures import Figure, read_period, read_value
from countersign.sources.manual.recording import FILE, HEADER, mapped_by, record_figure
from tests.sources.sandboxed import landed_rows

PEOPLE = "people:\n  - {id: mara, name: Mara Lind, email: mara@tiny.example, roles: [approver]}\n"
NOW = datetime.now(UTC)


@pytest.fixture
def signed_in(workspace, tmp_path, monkeypatch):
    """The workspace with Mara signed in at the command line."""
    monkeypatch.setenv("COUNTERSIGN_TOKEN_FILE", str(tmp_path / "token"))
    (workspace.config / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    settings = load_settings()
    ledger = open_ledger(workspace, settings)
    code = people.invite(ledger, workspace, person="mara", by=None, at=NOW)
    password = "correct horse battery"
    people.set_password(ledger, workspace, person="mara", password=password, setup_code=code, at=NOW)
    people.sign_in(ledger, workspace, settings, person="mara", password=password, at=NOW)
    return workspace


def record(
    workspace, *arguments: str, unit: str = "share", period: str = "2026-10", kpi: str = "brand_recall"
):
    return CliRunner().invoke(
        app,
        ["record-kpi", kpi, *(arguments or ("0.42",)), "--unit", unit, "--period", period,
         "--measured-by", "YouGov omnibus", "--workspace", str(workspace.root)],
    )  # fmt: skip


def kept(workspace) -> list[dict]:
    with (workspace.root / FILE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figure(**changes) -> Figure:
    said = {
        "kpi": "trust", "segment": "", "period_start": date(2026, 10, 1), "period_end": date(2026, 10, 31),
        "value": Decimal("7.5"), "unit": "score", "sample_size": 300, "measured_by": "Survey",
        "entered_at": datetime(2026, 11, 2, 9, tzinfo=UTC), "entered_by": "mara",
    }  # fmt: skip
    return Figure(**{**said, **changes})


def test_a_figure_is_kept_with_its_source_and_who_entered_it(signed_in):
    done = record(signed_in, "0.42", "--sample-size", "500", "--segment", "Germany")

    assert done.exit_code == 0, done.output
    (row,) = kept(signed_in)
    assert tuple(row) == HEADER
    assert (row["kpi"], row["segment"], row["value"], row["unit"]) == (
        "brand_recall",
        "Germany",
        "0.42",
        "share",
    )
    assert (row["period_start"], row["period_end"]) == ("2026-10-01", "2026-10-31")
    assert (row["sample_size"], row["measured_by"], row["entered_by"]) == ("500", "YouGov omnibus", "mara")
    assert row["entered_at"].startswith(f"{datetime.now(UTC):%Y-%m-%d}")


def test_nobody_enters_a_figure_without_signing_in(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("COUNTERSIGN_TOKEN_FILE", str(tmp_path / "token"))
    (workspace.config / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    assert isinstance(record(workspace).exception, ApprovalError)
    assert not (workspace.root / FILE).exists()


def test_the_mapping_is_shown_and_with_write_added_and_the_figure_lands(signed_in):
    config = signed_in.config / "sources.yaml"
    config.write_text("# ours\nsources:\n", encoding="utf-8")
    shown = record(signed_in, "0.42", "--sample-size", "500")
    assert "Nothing maps that file yet" in shown.output
    assert yaml.safe_load(config.read_text()) == {"sources": None}

    done = record(signed_in, "0.42", "--sample-size", "500", "--write")
    assert done.exit_code == 0, done.output
    assert config.read_text().startswith("# ours\nsources:")
    assert mapped_by(signed_in) == "manual_kpis"
    assert len(kept(signed_in)) == 1, "the same figure again is one figure"

    land_source(signed_in, signed_in.company(), "manual_kpis", landed_at=NOW)
    (row,) = landed_rows(signed_in, "manual_kpis")
    assert (row["kpi"], row["segment"], row["value"], row["unit"]) == (
        "brand_recall",
        "",
        Decimal("0.42"),
        "share",
    )
    assert (row["period_start"], row["sample_size"], row["_bad"]) == (date(2026, 10, 1), 500, None)
    assert row["entered_on"] == datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("arguments", "unit", "period", "said"),
    [
        (("42",), "share", "2026-10", "write 42 percent as 0.42"),
        (("42%",), "share", "2026-10", "not a number"),
        (("nan",), "score", "2026-10", "not a number"),
        (("1e30",), "score", "2026-10", "more digits"),
        (("0.1234567",), "share", "2026-10", "more digits"),
        (("1.5",), "count", "2026-10", "whole number"),
        (("5",), "stars", "2026-10", "share, count, score or EUR"),
        (("5",), "USD", "2026-10", "convert it to EUR"),
        (("5",), "score", "October", "period cannot be read"),
        (("5",), "score", "2026-10-09..2026-10-01", "period cannot be read"),
        (("5",), "score", "2999", "not begun"),
        (("5", "--sample-size", "0"), "score", "2026-10", "sample is empty"),
        (("5", "--segment", "=cmd()"), "score", "2026-10", "not a plain text"),
        (("5", "--segment", "a\nb"), "score", "2026-10", "not a plain text"),
    ],
)
def test_what_the_gate_would_set_aside_is_refused_before_it_is_written(
    signed_in, arguments, unit, period, said
):
    done = record(signed_in, *arguments, unit=unit, period=period)
    assert isinstance(done.exception, SettingsError), done.output
    assert said in str(done.exception)
    assert not (signed_in.root / FILE).exists()


def test_a_second_value_needs_replace_and_then_takes_the_place_of_the_first(signed_in):
    record(signed_in, "0.42")
    refused = record(signed_in, "0.43")
    assert "--replace" in str(refused.exception)
    assert record(signed_in, "0.43", "--replace").exit_code == 0
    assert record(signed_in, "0.5", period="2026-11-01").exit_code == 0
    assert [row["value"] for row in kept(signed_in)] == ["0.43", "0.5"]


def test_a_header_that_people_extended_is_kept_and_a_broken_one_refused(workspace):
    path = workspace.root / FILE
    path.parent.mkdir(parents=True)
    path.write_text("\ufeffnote," + ",".join(HEADER) + "\nours,a,,2026-01-01,2026-01-31,1,score,,S,,\n")
    record_figure(workspace, figure())
    assert [(row["note"], row["kpi"]) for row in kept(workspace)] == [("ours", "a"), ("", "trust")]

    path.write_text("kpi,value\na,1\n")
    with pytest.raises(SourceError, match="no column segment"):
        record_figure(workspace, figure())
    assert path.read_text() == "kpi,value\na,1\n"


def test_figures_entered_at_once_are_all_kept(workspace):
    writers = [
        threading.Thread(target=record_figure, args=(workspace, figure(segment=f"market {at}")))
        for at in range(12)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(kept(workspace)) == 12
    assert [path.name for path in (workspace.root / FILE).parent.iterdir()] == ["kpis.csv"]


def test_an_interrupted_write_leaves_the_file_as_it_was(workspace, monkeypatch):
    record_figure(workspace, figure())
    before = (workspace.root / FILE).read_bytes()

    def killed(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("countersign.sources.manual.recording.os.fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        record_figure(workspace, figure(segment="other"))
    assert (workspace.root / FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("2026-10-05", date(2026, 10, 5), date(2026, 10, 5)),
        ("2026-10-05..2026-11-01", date(2026, 10, 5), date(2026, 11, 1)),
    ],
)
def test_a_period_is_read_as_people_write_it(text, first, last):
    assert read_period(text) == (first, last)


def test_a_value_is_kept_exactly():
    assert str(read_value("0.100000")) == "0.100000"
