"""The performance agent: what left its range, where and since when; silence is a result; nothing says why."""

import importlib.util
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml

from agents.performance.agent import find_own_words, prepare, write
from agents.registry import AGENTS, AgentCard
from countersign.analytics.attention import analyse_days
from countersign.analytics.explain import recompute
from countersign.core.contracts import Heading, Prose, Query, Table
from countersign.core.errors import AgentError
from countersign.core.snapshot import open_granted, write_snapshot
from countersign.core.warehouse import open_warehouse
from countersign.core.workspace import Company, Workspace
from countersign.governance.proposing import subject_of
from countersign.reports.html import render_html
from countersign.reports.tokens import Filler

# The made-up company of the detection's own tests, so that the agent is tested on what is really detected.
_SPEC = importlib.util.spec_from_file_location(
    "detection_company", Path(__file__).parents[1] / "analytics" / "detection" / "conftest.py"
)
made_days = importlib.util.module_from_spec(_SPEC)
sys.modules["detection_company"] = made_days
_SPEC.loader.exec_module(made_days)

ACME = Company(name="Acme", reporting_currency="EUR", time_zone="UTC")
_TRUST = """create table marts.data_trust (source varchar, landed_table varchar, last_batch_id varchar,
    data_through date, set_aside_reason varchar, rows_landed bigint, rows_promoted bigint,
    rows_quarantined bigint, checks_total bigint, checks_passed bigint, warnings_failed bigint,
    quality varchar, is_fresh boolean)"""


class Opened:
    """A company's daily marts in a real snapshot, opened with what the card grants."""

    def __init__(
        self, root: Path, card, made, *, through: date | None = None, quality: str = "passed"
    ) -> None:
        self.card, workspace = card, Workspace(root)
        days = made.connect()
        tables = [name for (name,) in days.execute("show tables from marts").fetchall()]
        with open_warehouse(workspace) as warehouse:
            warehouse.execute("create schema marts")
            for name in tables:
                days.execute(f"copy marts.{name} to '{root / name}.parquet'")
                warehouse.execute(f"create table marts.{name} as from '{root / name}.parquet'")
            warehouse.execute(_TRUST)
            if through:
                warehouse.execute(
                    "insert into marts.data_trust values"
                    " ('ads', 'ad_performance', 'b', ?, null, 10, 10, 0, 9, 8, 0, ?, false)",
                    [through, quality],
                )
            self.snapshot = write_snapshot(
                warehouse, workspace, ACME, tables=[*tables, "data_trust"],
                as_of=datetime.combine(made.as_of, time(), tzinfo=UTC), metric_sql={}, data_through={},
                quality={"ads": "passed"}, code_version="1", dbt_version="1",
            )  # fmt: skip
        held = {name: set(table.columns) for name, table in self.snapshot.tables.items()}
        grants = {
            name: [column for column in columns if column in held[name]]
            for name, columns in card.grants.items()
            if name in held
        }
        self.connection = open_granted(workspace, self.snapshot, grants=grants)
        self.analysis = analyse_days(self.connection, self.snapshot, ACME)

    def draft(self):
        return write(self.analysis, self.snapshot, card=self.card, company=ACME, ask=None)


@pytest.fixture
def open_days(tmp_path, card):
    def opened(made, **other) -> Opened:
        return Opened(tmp_path, card("performance"), made, **other)

    return opened


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """One campaign's page stops working on one device; sales turn down a whole channel's leads."""
    card = AgentCard.model_validate(yaml.safe_load((AGENTS / "performance" / "card.yaml").read_text()))
    made = made_days.Company(seed=22, size=400.0)
    at = made.where(start=16, campaign_id="camp_4", device="mobile")
    made.leads[at] = made.thin(made.leads[at], 0.1)
    made.quality[made.where(start=45, channel="channel_2")] = 0.15
    return Opened(tmp_path_factory.mktemp("broken"), card, made)


def said(draft) -> str:
    read = Filler(draft).plain
    told = [block for block in draft.blocks if isinstance(block, (Prose, Heading))]
    return "\n".join(f"{read(block.text)} {read(getattr(block, 'sub', ''))}" for block in told)


def test_silence_is_a_result_and_says_what_was_watched(open_days):
    draft = open_days(made_days.Company(seed=11)).draft()

    assert Filler(draft).plain(draft.title) == "Nothing needs attention today"
    watched = "9 campaigns in 3 channels, by device and country where those are known, were held against"
    assert f"{watched} 364 days" in said(draft)
    assert "moved no further than chance and season explain" in said(draft)
    assert "For want of data: " in said(draft)
    assert not any(isinstance(block, Table) for block in draft.blocks)


def test_an_incident_has_its_place_its_range_its_start_and_an_owner(broken):
    draft = broken.draft()

    text = said(draft)
    assert "Forms sent per session in Camp 4 on Mobile fell 9" in text
    assert "Act today. Since 14 December" in text
    assert "was expected and" in text
    assert "would have been usual" in text
    assert "Head of marketing: open the page as these visitors do" in text
    assert "Judged up to 26 December" in text  # verdicts of younger leads are still to come


def test_a_reading_of_the_pattern_is_inferred_and_nothing_says_why(broken):
    draft = broken.draft()

    inferred = [
        block.text for block in draft.blocks if isinstance(block, Prose) and block.label == "inferred"
    ]
    assert len(inferred) == 1
    assert inferred[0].startswith("This looks like a page or a form that does not work there")
    counted = [block.text for block in draft.blocks if isinstance(block, Prose) and block.label == "measured"]
    assert not any("looks like" in text for text in counted)
    assert "Why it happened." in said(draft)


def test_every_figure_is_the_same_when_it_is_worked_out_again_from_the_snapshot(broken):
    draft = broken.draft()

    held, done = {fact.id: fact for fact in draft.facts}, {}
    found = [recompute(fact, held, connection=broken.connection, done=done) for fact in draft.facts]
    assert all(one.matches for one in found)
    came = [fact for fact in draft.facts if fact.metric in ("web_conversion_rate", "acceptance_rate")]
    assert [type(fact.definition) for fact in came] == [Query, Query]
    expected = [fact for fact in draft.facts if fact.metric == "acceptance_rate_expected"]
    assert expected[0].interval.low < expected[0].value < expected[0].interval.high


def test_a_figure_of_another_snapshot_does_not_pass_for_this_ones(broken, tmp_path, card):
    draft = broken.draft()
    (tmp_path / "other").mkdir()
    other = Opened(tmp_path / "other", card("performance"), made_days.Company(seed=11))

    held = {fact.id: fact for fact in draft.facts}
    expected = next(fact for fact in draft.facts if fact.metric == "acceptance_rate_expected")
    assert not recompute(expected, held, connection=other.connection).matches


def test_days_that_a_source_has_not_delivered_are_no_drop(open_days):
    made = made_days.Company(seed=11)
    for values in (made.spend, made.clicks, made.impressions, made.sessions, made.leads):
        values[..., -3:] = 0
    opened = open_days(made, through=made.as_of - timedelta(days=4))

    assert opened.analysis.watch.last_day.start == made.as_of - timedelta(days=4)
    assert not [one for one in opened.analysis.incidents if one.severity == "act"]
    text = said(opened.draft())
    assert "Ads (ad performance) ends on 26 December; " in text
    assert "that was judged up to 26 December" in text


def test_data_that_failed_a_check_is_told(open_days):
    made = made_days.Company(seed=11)
    draft = open_days(made, through=made.as_of - timedelta(days=1), quality="failed").draft()

    assert "Ads (ad performance): 8 of 9 checks passed; what rests on it is in doubt" in said(draft)


def test_a_company_of_a_few_days_is_told_so_and_nothing_is_judged(open_days):
    draft = open_days(made_days.Company(seed=3, days=60)).draft()

    assert Filler(draft).plain(draft.title) == "Too few days are known to say what needs attention"
    assert "Only 60 days are on record" in said(draft)
    assert "Judged were" not in said(draft)


def test_a_model_may_leave_out_sentences_and_write_none(broken):
    desk = prepare(broken.analysis, broken.snapshot, card=broken.card)
    item = desk.offline.items[0]
    first = item.measured.split(". ")[0] + "."

    def reworded(**changes):
        items = [item.model_copy(update=changes), *desk.offline.items[1:]]
        return desk.offline.model_copy(update={"items": items})

    assert desk.find_problems(reworded(measured=first)) == []
    assert find_own_words(reworded(measured=f"{first} It was the new agency."), desk.offline)
    assert find_own_words(reworded(measured=first.replace("was", "was not", 1)), desk.offline)
    assert find_own_words(reworded(measured=""), desk.offline)
    assert find_own_words(reworded(heading="All is well"), desk.offline)
    assert find_own_words(desk.offline.model_copy(update={"title": "All is well"}), desk.offline)


def test_todays_note_replaces_yesterdays_that_nobody_has_read(broken):
    draft = broken.draft()
    yesterday = draft.period.model_copy(
        update={"start": draft.period.start - timedelta(days=1), "end": draft.period.start}
    )

    assert subject_of(draft) == subject_of(draft.model_copy(update={"period": yesterday}))


def test_the_page_is_one_file_with_its_day(broken):
    page = render_html(broken.draft(), company="Acme")

    assert "What needs attention, 29 December 2024" in page


def test_an_analysis_of_a_week_is_refused(eventful, card):
    with pytest.raises(AgentError, match="watched nothing"):
        prepare(eventful.analyse(), eventful.snapshot, card=card("performance"))
