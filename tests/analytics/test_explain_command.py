"""countersign explain: opens the draft's own snapshot, recomputes, and says so when a number is wrong."""

import json
from datetime import UTC, datetime

import pytest

from countersign.cli.explain import as_plain, explain_fact, is_recorded, print_explanation
from countersign.core.contracts import Draft, Fact, ModelCall, Recorded
from countersign.core.errors import SettingsError, SnapshotError
from countersign.core.settings import Settings
from countersign.core.workspace import Workspace
from countersign.governance.ledger import open_ledger

AT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def draft(opened) -> Draft:
    analysis = opened.analyse()
    cost = analysis.kpi("cost_per_lead")
    return Draft(
        agent="reporting", agent_version="1", kind="report", title="t", period=analysis.week,
        compared_with=analysis.prior_week, blocks=(), names={}, periods={}, datasets=(),
        facts=analysis.facts_behind([cost.low, cost.change]), snapshot_id=analysis.snapshot_id,
        bindings={"low": cost.low, "change": cost.change},
        model_call=ModelCall(provider="offline", model="none", prompt_hash=""),
    )  # fmt: skip


def test_a_number_of_a_draft_is_recomputed_with_all_it_rests_on(opened, draft):
    explained = explain_fact(opened.workspace, draft, fact_id=draft.bindings["low"])

    assert explained.matches
    assert len(explained.inputs) == 13
    assert all(part.sql and part.rows for part in explained.inputs)


def test_a_draft_that_was_tampered_with_shows(opened, draft):
    wanted = draft.bindings["change"]
    facts = [fact if fact.id != wanted else fact.model_copy(update={"value": 0.5}) for fact in draft.facts]
    forged = draft.model_copy(update={"facts": tuple(facts)})

    assert not explain_fact(opened.workspace, forged, fact_id=wanted).matches


def test_the_terminal_shows_value_sql_rows_and_snapshot(opened, draft, capsys):
    leaf = next(fact for fact in draft.facts if fact.definition.kind == "query")

    print_explanation(explain_fact(opened.workspace, draft, fact_id=leaf.id))

    shown = capsys.readouterr().out
    for expected in (
        leaf.id,
        draft.snapshot_id,
        "recomputed, the same",
        "select cost_per_lead",
        "Paid search",
    ):
        assert expected in shown


def test_a_derived_number_shows_its_inputs_as_a_tree(opened, draft, capsys):
    print_explanation(explain_fact(opened.workspace, draft, fact_id=draft.bindings["change"]))

    shown = capsys.readouterr().out
    assert "change_rate v1 of" in shown
    assert shown.count("query") == 2


def test_a_derived_number_names_the_command_that_shows_the_sql_of_an_input(opened, draft, capsys):
    explained = explain_fact(opened.workspace, draft, fact_id=draft.bindings["change"])
    print_explanation(explained)

    assert f"countersign explain {explained.inputs[0].fact.id}" in capsys.readouterr().out


def test_json_holds_the_same_tree(opened, draft):
    plain = as_plain(explain_fact(opened.workspace, draft, fact_id=draft.bindings["change"]))

    assert json.loads(json.dumps(plain))["inputs"][0]["matches"] is True


def test_a_fact_of_another_draft_is_not_explained(opened, draft):
    with pytest.raises(SettingsError, match="f0000"):
        explain_fact(opened.workspace, draft, fact_id="f0000")


def test_an_expired_snapshot_says_so(opened, draft, tmp_path):
    manifest = opened.workspace.snapshots / draft.snapshot_id / "manifest.json"
    kept = Workspace(tmp_path).snapshots / draft.snapshot_id / "manifest.json"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(manifest.read_bytes())

    with pytest.raises(SnapshotError, match="source expired"):
        explain_fact(Workspace(tmp_path), draft, fact_id=draft.bindings["low"])


def test_a_count_of_entries_that_the_ledger_does_not_hold_shows(opened, tmp_path, capsys):
    ledger = open_ledger(opened.workspace, Settings(token_file=tmp_path / "token"))
    with ledger.write() as writing:
        held = writing.append("pilot_recorded", person="ines", at=AT, fields={}).hash

    def count(*entries):
        return Fact(
            id="f1", metric="verdicts_told", title="t", value=len(entries), unit="count", columns=(),
            definition=Recorded(entries=entries), snapshot_id=opened.snapshot.id,
        )  # fmt: skip

    assert is_recorded(ledger, count(held), quiet=False)
    assert not is_recorded(ledger, count(held, "0" * 64), quiet=False)
    assert "1 of its entries are not in the ledger" in capsys.readouterr().out
