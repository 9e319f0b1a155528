"""write_second_week: new files for the new week, and only the late and restated data that the truth lists."""

import json
import shutil

import pytest

from countersign.core.errors import SourceError
from countersign.core.hashing import file_sha256
from countersign.sources.demo import write_demo, write_second_week


def data_hashes(root):
    return {
        path.relative_to(root).as_posix(): file_sha256(path)
        for path in (root / "data").rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def ask_after(second_week, reader_of):
    return reader_of(second_week.root)


def test_only_files_that_the_truth_lists_are_added_or_changed(demo, second_week):
    before, after = data_hashes(demo.root), data_hashes(second_week.root)
    listed = json.loads((second_week.root / "truth.json").read_text())["second_week"]["files"]
    touched = {name for name, digest in after.items() if before.get(name) != digest}

    assert before.keys() < after.keys()
    assert touched == set(listed)


def test_new_week_brings_a_week_of_everything(ask_after):
    ((spend,),) = ask_after("select sum(spend) from google where day >= '2026-11-16'")
    ((sessions,),) = ask_after("select count(*) from sessions where session_start_utc >= '2026-11-16'")
    ((leads,),) = ask_after("select count(*) from leads where created_at >= '2026-11-16'")

    assert 25_000 < spend < 50_000
    assert 3_500 < sessions < 7_000
    assert 250 < leads < 450


def test_google_restates_last_weeks_spend_down_in_the_same_file(ask, ask_after):
    week = (
        "select sum(spend), sum(conversions) from google where currency = 'EUR' and day between '{}' and '{}'"
    )
    ((spend, claims),) = ask(week.format("2026-11-09", "2026-11-15"))
    ((restated, more_claims),) = ask_after(week.format("2026-11-09", "2026-11-15"))

    assert 0.98 * spend < restated < 0.998 * spend
    assert more_claims > claims
    older = week.format("2026-05-18", "2026-11-08")
    # sums of doubles differ in the last digits from run to run
    assert ask(older)[0] == pytest.approx(ask_after(older)[0], rel=1e-9)


def test_meta_corrects_two_weeks_in_a_file_of_its_own(ask_after):
    days = ask_after("""
        select min(day)::varchar, max(day)::varchar, count(*) from meta where filename like '%restated%'
    """)

    assert days == [("2026-11-02", "2026-11-15", 6 * 14)]


def test_linkedin_repeats_the_week_before(ask_after):
    ((twice,),) = ask_after("""
        select count(*) from (select day, ad_group_id from linkedin group by all having count(*) = 2)
    """)

    assert twice == 7 * 4 + 1


def test_crm_keeps_every_lead_and_adds_late_badge_scans(ask, ask_after):
    before = {lead for (lead,) in ask('select "Lead ID" from leads')}
    after = ask_after("""select "Lead ID", created_at < '2026-11-16', "Original source" from leads""")
    late = [source for lead, is_old, source in after if is_old and lead not in before]

    assert before <= {lead for lead, _, _ in after}
    assert 1 <= len(late) <= 15
    assert set(late) == {"Trade fair"}


def test_stage_history_only_grows(ask, ask_after):
    history = 'select "Lead ID", "New stage", "Changed" from stages'
    before, after = set(ask(history)), set(ask_after(history))

    assert before < after


def test_late_hits_arrive_in_last_weeks_sessions(ask, ask_after):
    week = "select session_id from sessions where session_start_utc between '2026-11-10' and '2026-11-15'"
    before, after = set(ask(week)), set(ask_after(week))

    assert before < after
    assert len(after - before) < 0.04 * len(after)


def test_writing_it_twice_changes_nothing(second_week, tmp_path):
    shutil.copytree(second_week.root, tmp_path / "copy")

    write_second_week(tmp_path / "copy")

    assert data_hashes(tmp_path / "copy") == data_hashes(second_week.root)


def test_a_workspace_without_the_demo_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"truth\.json"):
        write_second_week(tmp_path)


def test_another_seed_is_refused(tmp_path):
    write_demo(tmp_path, seed=3, weeks=6, scale=0.1)

    with pytest.raises(SourceError, match="seed 4"):
        write_second_week(tmp_path, seed=4)
