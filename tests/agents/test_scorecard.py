"""The shared scorecard: what config may say, and conflicts that are literally true of it."""

import pytest
import yaml

from agents.goals import Goal
from agents.scorecard.agreement import Agreement, check_agreement, read_agreement
from agents.scorecard.conflicts import Conflict, find_conflicts
from countersign.core.errors import SettingsError
from countersign.core.pilots import Pilot
from countersign.core.workspace import Workspace, shipped
from tests.flows.shared_company import GOALS, kpi

UNITS = {"cost_per_accepted_lead": "currency", "conversion_rate": "rate", "leads": "count"}
PEOPLE = {"ines": "Ines Okafor", "viktor": "Viktor Hale"}
BY_KEY = {goal["key"]: Goal.model_validate(goal) for goal in GOALS}
# Two marts hold one number.
NUMBERS = {
    "cost_per_accepted_lead": "cost_per_accepted_lead",
    "campaign_cost_per_accepted_lead": "cost_per_accepted_lead",
    "leads": "leads",
}


@pytest.fixture
def read(tmp_path):
    """Writes config/scorecard.yaml and reads it."""

    def _read(*kpis, **more):
        (tmp_path / "config").mkdir(exist_ok=True)
        said = {"kpis": list(kpis), **more}
        (tmp_path / "config" / "scorecard.yaml").write_text(yaml.safe_dump(said))
        return read_agreement(Workspace(tmp_path))

    return _read


def _conflicts(*kpis, pilots=()):
    agreement = Agreement.model_validate({"kpis": list(kpis)})
    return find_conflicts(agreement.kpis, pilots, numbers=NUMBERS, goals=BY_KEY)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (kpi(technology={"owner": "ines"}), "ines answers for both sides"),
        (kpi(direction="sideways"), "direction"),
        (kpi(technology={"priority": 0}), "priority"),
        (kpi(owner="ines"), "owner"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(read, made, said):
    with pytest.raises(SettingsError, match=said) as error:
        read(made)
    assert "fix:" in str(error.value)


def test_a_kpi_that_stands_there_twice_needs_a_key_of_its_own(read):
    with pytest.raises(SettingsError, match="stands there twice"):
        read(kpi(), kpi())
    assert [one.id for one in read(kpi(), kpi(key="again")).kpis] == ["cost_per_accepted_lead", "again"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (kpi("cost_per_acepted_lead"), "did you mean cost_per_accepted_lead"),
        (kpi("conversion_rate", target=3), "write 35% as 0.35"),
        (kpi(marketing={"owner": "nobody"}), "nobody active has the id 'nobody'"),
        (kpi(technology={"goal": "world_peace"}), "no goal 'world_peace'"),
    ],
)
def test_what_names_nothing_that_exists_is_refused(read, made, said):
    with pytest.raises(SettingsError) as error:
        check_agreement(read(made), units=UNITS, people=PEOPLE, goals=BY_KEY)
    assert said in str(error.value)


def test_two_sides_that_agree_are_no_conflict():
    assert _conflicts(kpi(), kpi("leads", direction="up", target=900)) == []


def test_the_same_number_in_opposite_directions_is_one_also_over_another_mart():
    found = _conflicts(kpi(), kpi("campaign_cost_per_accepted_lead", direction="up"))
    assert (
        Conflict("opposite_ways", kpis=("cost_per_accepted_lead", "campaign_cost_per_accepted_lead")) in found
    )


def test_different_targets_of_one_number_are_one_and_a_missing_target_is_none():
    other = kpi("campaign_cost_per_accepted_lead", target=300)
    assert [one.kind for one in _conflicts(kpi(), other)] == ["two_targets"]
    assert _conflicts(kpi(), {**other, "target": None}) == []


def test_different_goals_and_priorities_of_the_two_owners_are_conflicts():
    found = _conflicts(kpi(technology={"goal": "pipeline", "priority": 2}))
    assert [one.kind for one in found] == ["goals", "priorities"]
    assert _conflicts(kpi(technology={"priority": None})) == []


def test_a_goal_that_is_not_active_is_a_conflict_of_a_kpi_and_of_a_pilot():
    pilot = Pilot(key="drafts", name="Drafts", goal="launched", owner="ines", selected="2026-01-05")
    found = _conflicts(kpi("leads", direction="up", marketing={"goal": "launched"}), pilots=[pilot])
    assert Conflict("inactive_goal", kpis=("leads",), goal="launched") in found
    assert Conflict("inactive_goal", pilot="drafts", goal="launched") in found


def test_a_kpi_that_is_to_go_against_its_own_goal_is_a_conflict_named_once():
    found = _conflicts(kpi(direction="up", target=None))
    assert found == [Conflict("against_goal", kpis=("cost_per_accepted_lead",), goal="cheaper")]


def test_the_shipped_file_can_be_read():
    assert len(read_agreement(Workspace(shipped("config").parent)).kpis) == 3
