"""write_demo: the same arguments give the same bytes, in the workspace's own folders and nowhere else."""

from datetime import date
from pathlib import Path

import pytest

from countersign.core.errors import SourceError
from countersign.core.hashing import file_sha256
from countersign.core.workspace import open_workspace, shipped
from countersign.sources.demo import DemoCompany, write_demo


def hashes(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): file_sha256(path) for path in root.rglob("*") if path.is_file()}


def small_demo(root: Path, **arguments: object) -> DemoCompany:
    return write_demo(root, **{"weeks": 8, "scale": 0.3, **arguments})


def test_same_seed_gives_the_same_bytes(tmp_path):
    small_demo(tmp_path / "one")
    small_demo(tmp_path / "two")

    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_another_seed_changes_every_export(tmp_path):
    small_demo(tmp_path / "one", seed=1)
    small_demo(tmp_path / "two", seed=2)

    one, two = hashes(tmp_path / "one"), hashes(tmp_path / "two")
    data = {name for name in one if name.startswith("data/")}
    assert data == {name for name in two if name.startswith("data/")}
    assert all(one[name] != two[name] for name in data)


def test_files_are_where_the_result_says_and_nowhere_else(demo):
    written = {path for path in demo.root.rglob("*") if path.is_file()}
    config = {demo.root / "config" / path.name for path in shipped("config").glob("*.yaml")}

    assert written == {demo.root / path for path in demo.files} | {demo.root / demo.truth} | config


def test_truth_lies_outside_drop_folder_and_state(demo):
    assert demo.truth == Path("truth.json")


def test_default_history_ends_with_the_week_of_9_november_2026(demo, ask):
    assert (demo.first_day, demo.until) == (date(2026, 5, 18), date(2026, 11, 16))
    assert ask("select min(day), max(day) from google where currency = 'EUR'") == [
        (date(2026, 5, 18), date(2026, 11, 15))
    ]


def test_nothing_is_known_before_it_happened(ask):
    newest = ask("""
        select max(created_at) from leads union all select max(changed_at) from stages
        union all select max(done_at) from activities union all select max(decided_at) from feedback
    """)
    assert all(moment.date() < date(2026, 11, 16) for (moment,) in newest)


def test_scale_multiplies_the_company(tmp_path, reader_of):
    sessions, leads, spend = [], [], []
    for scale in (1.0, 4.0):
        root = write_demo(tmp_path / str(scale), weeks=6, scale=scale).root
        ask = reader_of(root)
        sessions += ask("select count(*) from sessions")
        leads += ask("select count(*) from leads")
        spend += ask("select sum(spend) from meta")

    for (one,), (four,) in (sessions, leads, spend):
        assert four / one == pytest.approx(4, rel=0.1)


def test_config_that_a_person_changed_is_kept(tmp_path):
    small_demo(tmp_path)
    goals = tmp_path / "config" / "goals.yaml"
    goals.write_text("goals: []\n")

    small_demo(tmp_path)

    assert goals.read_text() == "goals: []\n"


def test_workspace_opens_as_the_demo_company(demo):
    company = open_workspace(demo.root).company()

    assert (company.name, company.reporting_currency) == (demo.name, "EUR")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"seed": -1}, "seed"),
        ({"weeks": 5}, "weeks"),
        ({"scale": 0.0}, "scale"),
        ({"until": date(2026, 11, 15)}, "until"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_by_name(tmp_path, arguments, named):
    with pytest.raises(SourceError, match=f"{named} = ") as error:
        write_demo(tmp_path, **arguments)

    assert "fix:" in str(error.value)
    assert not any(tmp_path.iterdir())
