"""Days on which something is wrong with the files or the disk: said plainly, and the last good data stay."""

import multiprocessing
import resource
import shutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from countersign.core.errors import PipelineError, SourceError
from countersign.core.snapshot import latest_snapshot
from tests.end_to_end.line import Line, make_line

pytestmark = pytest.mark.slow

FIRST, CLOCKS_CHANGE, UNTIL = date(2026, 2, 2), date(2026, 3, 29), date(2026, 3, 30)
DAYS = [FIRST + timedelta(days=number) for number in range((UNTIL - FIRST).days)]
SPEND = Decimal("10.01")
COMPANY = {"name": "Tiny Company", "reporting_currency": "EUR", "time_zone": "Europe/Berlin"}
SOURCES = {
    "ads": {
        "description": "Spend by campaign and day.",
        "tables": [
            {
                "table": "ad_performance",
                "files": "data/ads.csv",
                "time_zone": "Europe/Berlin",
                "columns": {
                    "platform": {"constant": "google_ads"},
                    "account_id": {"constant": "1"},
                    "campaign_id": "campaign",
                    "campaign_name": "campaign",
                    "ad_group_id": {"constant": ""},
                    "account_day": "day",
                    "channel": {"constant": "Paid search"},
                    "currency": "currency",
                    "spend": "spend",
                    "impressions": "impressions",
                    "clicks": "clicks",
                },
            }
        ],
    },
    "crm": {
        "description": "Leads, in local time.",
        "tables": [
            {
                "table": "crm_leads",
                "files": "data/leads.csv",
                "time_zone": "Europe/Berlin",
                "columns": {
                    "lead_id": "id",
                    "created_at": {"column": "created", "format": "%Y-%m-%d %H:%M"},
                    "channel": {"constant": "Paid search"},
                    "lead_source": "source",
                },
            }
        ],
    },
}
# Five leads a day; on the day the clocks change, 02:30 does not exist.
HOURS = ("00:30", "01:30", "02:30", "03:30", "23:30")


def write_files(line: Line) -> None:
    """Eight good weeks, and the odd rows: a currency that does not exist, and days that have not come yet."""
    ads = [f"{day},brand,{SPEND},EUR,1000,20" for day in DAYS]
    ads += ["2026-03-23,test,500.00,XXX,10,1", "2099-05-01,brand,77.00,EUR,10,1"]
    # Newer than the report and not in the future of today: kept, and in none of its figures.
    ads += ["2026-04-01,brand,88.00,EUR,10,1"]
    leads = [f"L-{day}-{hour},{day} {hour},web" for day in DAYS for hour in HOURS]
    leads += ["L-future,2099-01-01 09:00,web"]
    write_csv(line, "ads.csv", "day,campaign,spend,currency,impressions,clicks", ads)
    write_csv(line, "leads.csv", "id,created,source", leads)


def write_csv(line: Line, name: str, header: str, rows: list[str]) -> None:
    (line.workspace.data / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def as_of(line: Line) -> datetime:
    return line.midnight(UNTIL)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A company whose run of yesterday went well, with a few odd rows set aside; only to be read."""
    line = make_line(tmp_path_factory.mktemp("bad_days") / "tiny", company=COMPANY, sources=SOURCES)
    write_files(line)
    line.result = line.run(as_of(line))
    return line


@pytest.fixture
def line(good, tmp_path):
    """A copy of that company, for a bad day of its own."""
    shutil.copytree(good.workspace.root, tmp_path / "tiny")
    return Line(tmp_path / "tiny")


def test_rows_in_no_currency_are_set_aside_and_the_report_says_so(good):
    reasons = good.ask("""
        select reason from quality.quarantined_rows where source = 'ads' and row_json like '%XXX%'
    """)

    assert len(reasons) == 1
    assert "EUR" in reasons[0][0]
    assert good.one("select sum(spend_reporting) from marts.channel_day") == SPEND * len(DAYS)
    assert "set aside" in good.markdown(good.result)
    assert "currency" in good.markdown(good.result)


def test_days_that_have_not_come_are_set_aside(good):
    found = good.ask("""
        select source, reason from quality.quarantined_rows
        where row_json like '%2099-05-01%' or row_json like '%L-future%' order by source
    """)

    assert [source for source, _ in found] == ["ads", "crm"]
    assert all("future" in reason.lower() or "after" in reason.lower() for _, reason in found)
    assert good.one("select max(report_day) from marts.channel_day") < UNTIL
    assert good.one("select sum(spend) from raw.ad_performance") == SPEND * len(DAYS) + 88


def test_no_day_loses_or_gains_a_lead_when_the_clocks_change(good):
    by_day = dict(good.ask("select report_day, sum(leads)::int from marts.channel_day group by all"))

    assert by_day[CLOCKS_CHANGE] == len(HOURS)
    assert by_day == dict.fromkeys(DAYS, len(HOURS))


def test_a_file_that_vanished_is_refused_and_the_last_good_data_stay(line):
    before = latest_snapshot(line.workspace)
    (line.workspace.data / "leads.csv").unlink()

    with pytest.raises(SourceError, match=r"leads\.csv") as error:
        line.run(as_of(line) + timedelta(days=1))

    assert "fix:" in str(error.value)
    assert latest_snapshot(line.workspace) == before
    assert line.one("select count(*) from raw.crm_leads") == len(DAYS) * len(HOURS)
    assert line.runs()[-1]["state"] == "failed"


def test_a_batch_that_fails_whole_leaves_the_last_good_data_and_the_report_says_so(line):
    broken = [f"L-{number},31.02.2026 25:61,web" for number in range(400)]
    write_csv(line, "leads.csv", "id,created,source", broken)

    result = line.run(as_of(line))
    (batch,) = [one for one in result.batches if one.source == "crm"]

    assert (batch.state, batch.rows_promoted, batch.quality) == ("quarantined", 0, "failed")
    assert line.one("select sum(leads)::int from marts.channel_day") == len(DAYS) * len(HOURS)
    assert "failed checks" in line.markdown(result)
    assert line.lost_rows() == []


def _run_on_small_disk(line: Line, limit: int, from_step: str, answer) -> None:
    def shrink(point: str) -> None:
        if point == f"before {from_step}":
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    try:
        run = line.run(as_of(line), hook=shrink)
    except PipelineError as error:
        answer.put(("refused", str(error)))
    except Exception as error:
        answer.put((type(error).__name__, str(error)))
    else:
        answer.put(("done", run.snapshot.id))


@pytest.mark.parametrize("step", ["ingest", "validate"])
def test_a_full_disk_is_said_and_leaves_nothing_half(line, step):
    before = latest_snapshot(line.workspace)
    more = [f"M-{number},2026-03-27 10:00,{number * 7919 % 99991}" for number in range(40_000)]
    old = (line.workspace.data / "leads.csv").read_text(encoding="utf-8").splitlines()
    write_csv(line, "leads.csv", old[0], old[1:] + more)
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    child = context.Process(target=_run_on_small_disk, args=(line, 64 << 10, step, answer))
    child.start()
    how, said = answer.get(timeout=120)
    child.join(timeout=60)

    assert how == "refused", said
    assert "fix:" in said
    assert latest_snapshot(line.workspace) == before
    assert line.one("select count(*) from raw.crm_leads") == len(DAYS) * len(HOURS)
    assert line.lost_rows() == []
    assert not [path for path in line.workspace.landing.rglob("*.json") if not path.stat().st_size]


def test_a_run_before_any_data_ends_is_about_weeks_that_had_ended(line):
    result = line.run(datetime(2026, 3, 4, tzinfo=UTC))

    assert str(line.draft(result).period.start) == "2026-02-23"
