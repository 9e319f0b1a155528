"""config/lead_stages.yaml: stages, hand-offs and rules; what does not fit is said in the file's words."""

from typing import get_args

import pytest

from countersign.core.errors import SettingsError
from countersign.core.landed import STAGES
from countersign.core.lead_stages import LeadStages, StageName
from countersign.core.workspace import Workspace, shipped

COMPANY = "name: Acme\nreporting_currency: EUR\ntime_zone: UTC\n"
LEAD = "stages:\n  lead: {label: New}\n"
RULES = "qualification_rules:\n  - "
RULE = "  - {name: Fair, says: Met at a fair., when: {is_event_lead: true}}\n"


@pytest.fixture
def read(tmp_path):
    """`read(text)`: the lead stages of a workspace whose config/lead_stages.yaml holds a text."""
    workspace = Workspace(tmp_path)
    workspace.config.mkdir()
    (workspace.config / "company.yaml").write_text(COMPANY)

    def read_text(text: str | None) -> LeadStages:
        if text is not None:
            (workspace.config / "lead_stages.yaml").write_text(text)
        return workspace.company().lead_stages

    return read_text


def test_stage_names_are_the_landed_ones():
    assert get_args(StageName) == STAGES


def test_without_the_file_nothing_is_forbidden_and_nothing_is_late(read):
    stages = read(None)

    assert stages == LeadStages()
    assert stages.unused() == ()
    assert [stages.forbidden_after(stage) for stage in STAGES] == [()] * len(STAGES)
    assert stages.dbt_vars() == {"stage_labels": {}, "hand_off_hours": {}, "qualification_rules": []}


def test_the_shipped_file_lets_leads_be_recycled_but_no_customer_become_new():
    stages = Workspace(shipped("config").parent).company().lead_stages

    assert stages.unused() == ()
    assert "lead" not in stages.forbidden_after("mql")
    assert stages.forbidden_after("customer") == ("lead", "mql", "sales_accepted", "sql")
    assert stages.dbt_vars()["hand_off_hours"] == {"mql": 72, "sales_accepted": 120}
    assert stages.label("mql") == "Marketing qualified"


def test_a_stage_that_is_not_listed_is_not_used_and_one_without_next_leads_anywhere(read):
    stages = read(LEAD + "  customer: {label: Buyer}\n")

    assert stages.unused() == ("mql", "sales_accepted", "sql", "opportunity", "disqualified")
    assert stages.forbidden_after("lead") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stages:\n  mql: {label: M}\n", "stages lacks 'lead'"),
        ("stages:\n  lead: {label: New, next: [mql]}\n", "lead leads to mql, which is not listed"),
        ("stages:\n  won: {label: Won}\n", r"stages\.won"),
        ("stages:\n  lead: {label: New, hand_off_hours: 0}\n", r"stages\.lead\.hand_off_hours"),
        ("stages:\n  lead: {label: New, sql: drop table}\n", r"stages\.lead\.sql: no such key"),
        (LEAD + "qualification_rules:\n" + RULE, "qualifies for mql, which is not listed"),
        ("qualification_rules:\n" + RULE + RULE, "names of their own, not 'Fair'"),
        ("qualification_rules:\n" + RULE.replace("Fair,", "Stated by the CRM,"), "not 'Stated by the CRM'"),
        (RULES + "{name: All, says: All., when: {}}\n", "would qualify every lead"),
        (
            RULES + "{name: A, says: A., when: {activities: [{activity: fax, within_days: 1}]}}\n",
            "'fax' is not one of page_view",
        ),
        (RULES + "{name: A, says: A., when: {where: 1 = 1}}\n", "where: no such key"),
        (RULES + '{name: A, says: A., when: {segment_in: ["a\\\\"]}}\n', "segment_in"),
        ("stages: [lead]\n", "stages"),
    ],
)
def test_what_does_not_fit_is_said_with_its_place_and_a_way_out(read, text, said):
    with pytest.raises(SettingsError, match=said) as error:
        read(text)
    assert "config/lead_stages.yaml does not fit" in str(error.value)
    assert "fix:" in str(error.value)


def test_stages_have_one_place(read, tmp_path):
    (tmp_path / "config" / "company.yaml").write_text(COMPANY + "lead_stages: {}\n")

    with pytest.raises(SettingsError, match=r"move it to config/lead_stages\.yaml"):
        read(None)
